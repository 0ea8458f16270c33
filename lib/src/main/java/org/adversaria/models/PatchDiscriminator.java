package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Sequential;

/**
 * PatchGAN: a discriminator with a logit for each patch of an image, and none for the whole.
 *
 * <p>Convolutions with 4x4 kernels: {@code layers} of stride 2, two of stride 1. With three layers
 * a logit is computed from 70x70 pixels; of the others it knows the statistics of instance
 * normalisation. State dict: {@code model.0.weight}, {@code model.2.weight}, ..., the names of
 * {@code NLayerDiscriminator} in pix2pix's PyTorch code, without its sigmoid. Weights are initially
 * normal with deviation 0.02, biases 0.
 *
 * <p>Source: Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks",
 * 2017, section 3.2.2 and appendix 6.1.2.
 */
public final class PatchDiscriminator extends Discriminator<NDArray> {

  private static final int KERNEL = 4;
  private static final int LARGEST_FACTOR = 8;
  private static final double SLOPE = 0.2;

  private final Sequential model;

  /**
   * The sizes of the network.
   *
   * @param inChannels channels of the images
   * @param width channels after the first convolution; the paper's is 64
   * @param layers the number of convolutions with stride 2, at least 1; 3 for patches of 70x70
   * @param norm the normalisation
   */
  public record Settings(int inChannels, int width, int layers, TranslationNorm norm) {

    /**
     * Returns the height and width of the patch that a logit is computed from.
     *
     * @return 70 with three layers, 34 with two, 16 with one
     */
    public int patch() {
      int size = 1 + 2 * (KERNEL - 1);
      for (int layer = 0; layer < layers; layer++) {
        size = 2 * (size - 1) + KERNEL;
      }
      return size;
    }

    /**
     * Returns the height or width of the map of logits.
     *
     * @param size the height or width of an image
     * @return {@code size / 2^layers - 2}, rounded down; below 1 the image is too small
     */
    public int logits(int size) {
      return (size >> layers) - 2;
    }

    /**
     * Returns the distance of the patches of neighbouring logits.
     *
     * @return 2 to the power of layers
     */
    public int stride() {
      return 1 << layers;
    }
  }

  /**
   * Creates the network.
   *
   * @param settings its sizes
   */
  public PatchDiscriminator(Settings settings) {
    TranslationNorm norm = settings.norm();
    List<Layer> all = new ArrayList<>();
    all.add(new Conv2d(settings.inChannels(), settings.width(), KERNEL, 2, 1, true));
    all.add(Elementwise.leakyRelu(SLOPE));
    int channels = settings.width();
    for (int i = 1; i <= settings.layers(); i++) {
      int out = settings.width() * Math.min(1 << i, LARGEST_FACTOR);
      int stride = i < settings.layers() ? 2 : 1;
      all.add(new Conv2d(channels, out, KERNEL, stride, 1, norm.withBias()));
      all.add(norm.layer(out));
      all.add(Elementwise.leakyRelu(SLOPE));
      channels = out;
    }
    all.add(new Conv2d(channels, 1, KERNEL, 1, 1, true));
    model = child("model", new Sequential(all));
    ResnetGenerator.setInitializers(this);
  }

  /** {@inheritDoc} Here: logits {@code (N, 1, H', W')}. */
  @Override
  protected NDArray compute(NDArray x, NDArray y, boolean training) {
    return model.forward(x, training);
  }
}
