package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.adversaria.torch.TorchOps;

/**
 * Transposed convolution with square kernels, as {@code torch.nn.ConvTranspose2d}.
 *
 * <p>Parameters: {@code weight (in, out, k, k)} and, if set, {@code bias (out)}; initially uniform
 * within 1/sqrt(out k k), which is PyTorch's fan of a transposed kernel.
 */
public final class ConvTranspose2d extends Layer {

  private final Parameter weight;
  private final Parameter bias;
  private final TorchOps.Transposed geometry;

  /**
   * Creates the layer.
   *
   * @param in input channels
   * @param out output channels
   * @param kernel the kernel's height and width
   * @param stride the distance of the kernels' positions in the output, at least 1
   * @param padding rows and columns cropped on each side, at least 0
   * @param withBias true for a bias per output channel
   */
  public ConvTranspose2d(int in, int out, int kernel, int stride, int padding, boolean withBias) {
    this(in, out, kernel, stride, padding, 0, withBias);
  }

  /**
   * Creates the layer with rows and columns added at the far side.
   *
   * @param in input channels
   * @param out output channels
   * @param kernel the kernel's height and width
   * @param stride the distance of the kernels' positions in the output, at least 1
   * @param padding rows and columns cropped on each side, at least 0
   * @param outputPadding rows and columns added at the bottom and the right, less than the stride
   * @param withBias true for a bias per output channel
   */
  public ConvTranspose2d(
      int in, int out, int kernel, int stride, int padding, int outputPadding, boolean withBias) {
    geometry = new TorchOps.Transposed(stride, padding, outputPadding, 1);
    weight =
        parameter(
            "weight",
            Parameter.Type.WEIGHT,
            Initializers.torchDefault(),
            new Shape(in, out, kernel, kernel));
    bias =
        withBias
            ? parameter(
                "bias",
                Parameter.Type.BIAS,
                Initializers.uniformByFan(out * kernel * kernel),
                new Shape(out))
            : null;
  }

  /**
   * Computes the transposed convolution.
   *
   * @param x {@code (N, in, H, W)}
   * @return {@code (N, out, H', W')} with {@code H' = (H - 1) stride - 2 padding + k +
   *     outputPadding}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    NDArray b = bias == null ? null : bias.getArray();
    return TorchOps.convTranspose2d(x, weight.getArray(), b, geometry);
  }
}
