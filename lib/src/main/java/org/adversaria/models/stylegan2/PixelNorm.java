package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import org.adversaria.nn.Layer;
import org.adversaria.torch.TorchScript;

/**
 * Second-moment normalisation: each vector of channels is divided by the root of the mean of its
 * squares.
 *
 * <p>Source: Karras et al., "Progressive Growing of GANs", 2018, section 4.2, with epsilon 1e-8.
 */
final class PixelNorm extends Layer {

  /** A script's method {@code normalized(x)}. */
  static final String METHOD =
      """
      def normalized(self, x: Tensor) -> Tensor:
        size = torch.mean(torch.square(x), [1], True)
        return torch.mul(x, torch.rsqrt(torch.add(size, 1e-8)))
      """;

  private static final TorchScript SCRIPT = TorchScript.of(METHOD);

  /** Creates the layer. */
  public PixelNorm() {}

  /**
   * Normalises the channels.
   *
   * @param x {@code (N, C)} or {@code (N, C, H, W)}
   * @return an array of the shape of x
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    return SCRIPT.method("normalized").call(x);
  }
}
