package org.adversaria.losses;

import ai.djl.ndarray.NDArray;
import org.adversaria.config.OpenType;
import org.adversaria.torch.ScriptFile;
import org.adversaria.torch.TorchScript;

/** A distance of two batches of images or feature maps. Gradients flow into both. */
@OpenType
public interface ImageDistance {

  /**
   * Computes the distance.
   *
   * @param a {@code (N, C, H, W)}
   * @param b of the same shape
   * @return a scalar, the mean over the batch, at least 0
   */
  NDArray of(NDArray a, NDArray b);

  /** The mean squared difference. */
  record Pixels() implements ImageDistance {

    @Override
    public NDArray of(NDArray a, NDArray b) {
      return a.sub(b).square().mean();
    }
  }

  /** The mean absolute difference, of pixels in translation between two domains. */
  record Absolute() implements ImageDistance {

    @Override
    public NDArray of(NDArray a, NDArray b) {
      return a.sub(b).abs().mean();
    }
  }

  /** One minus the mean over all positions of the cosine between the channels' vectors. */
  record Cosine() implements ImageDistance {

    private static final TorchScript SCRIPT =
        TorchScript.of(
            """
            def distance(self, a: Tensor, b: Tensor) -> Tensor:
              return torch.rsub(torch.mean(torch.cosine_similarity(a, b, 1, 1e-8)), 1)
            """);

    @Override
    public NDArray of(NDArray a, NDArray b) {
      return SCRIPT.method("distance").call(a, b);
    }
  }

  /**
   * Learned perceptual image patch similarity, computed by a TorchScript network in a file: from
   * two batches of RGB images in [-1, 1] to their distances. Grey images are repeated to three
   * channels. The file is examined before it is loaded, see {@link ScriptFile}; no setting turns
   * that off, only a call of {@link ScriptFile#trust}.
   *
   * <p>Source: Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual
   * Metric", 2018.
   *
   * @param file the path of the network; {@link #STANDARD} for the one in the folder of data sets,
   *     whose path the method sets
   */
  record Lpips(String file) implements ImageDistance {

    /** The catalog's name of the network on AlexNet's features. */
    public static final String STANDARD = "lpips-alex";

    /**
     * LPIPS with the network in the folder of data sets.
     *
     * @return the distance
     */
    public static Lpips standard() {
      return new Lpips(STANDARD);
    }

    @Override
    public NDArray of(NDArray a, NDArray b) {
      return ScriptFile.shared(file, a.getDevice()).differentiable(colours(a), colours(b)).mean();
    }

    private static NDArray colours(NDArray images) {
      return images.getShape().get(1) == 1 ? images.repeat(1, 3) : images;
    }
  }
}
