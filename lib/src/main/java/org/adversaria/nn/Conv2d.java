package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.adversaria.torch.TorchOps;

/**
 * Convolution with square kernels, as {@code torch.nn.Conv2d}.
 *
 * <p>Parameters: {@code weight (out, in, k, k)} and, if set, {@code bias (out)}; initially uniform
 * within 1/sqrt(in k k).
 */
public final class Conv2d extends Layer {

  private static final Shape ONCE = new Shape(1, 1);
  private static final Shape TWICE = new Shape(2, 2);
  private static final TorchOps.Transposed DOUBLING = new TorchOps.Transposed(2, 1, 0, 1);

  private final LayerWeight weight;
  private final Parameter bias;
  private final Shape stride;
  private final Shape padding;
  private final int kernel;

  /**
   * Creates the layer.
   *
   * @param in input channels
   * @param out output channels
   * @param kernel the kernel's height and width
   * @param stride the step between outputs
   * @param padding rows and columns of zeros on each side
   * @param withBias true for a bias per output channel
   */
  public Conv2d(int in, int out, int kernel, int stride, int padding, boolean withBias) {
    this(in, out, kernel, stride, padding, withBias, SpectralNorm.none());
  }

  /**
   * Creates the layer.
   *
   * @param in input channels
   * @param out output channels
   * @param kernel the kernel's height and width
   * @param stride the step between outputs
   * @param padding rows and columns of zeros on each side
   * @param withBias true for a bias per output channel
   * @param norm of the weight
   */
  public Conv2d(
      int in, int out, int kernel, int stride, int padding, boolean withBias, SpectralNorm norm) {
    this.stride = new Shape(stride, stride);
    this.padding = new Shape(padding, padding);
    this.kernel = kernel;
    weight =
        LayerWeight.declare(
            this, norm, Initializers.torchDefault(), new Shape(out, in, kernel, kernel));
    bias =
        withBias
            ? parameter(
                "bias",
                Parameter.Type.BIAS,
                Initializers.uniformByFan(in * kernel * kernel),
                new Shape(out))
            : null;
  }

  /**
   * Convolves images.
   *
   * @param x {@code (N, in, H, W)}
   * @return {@code (N, out, H', W')} with {@code H' = floor((H + 2 padding - k) / stride) + 1}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    return convolve(x, weight.get(x.getManager(), training), stride, padding);
  }

  /**
   * Convolves images after {@link Resample#nearest}: {@code forward(nearest(x))} in fewer
   * operations. Of the nine pixels under a 3x3 kernel up to four are equal, so that their weights
   * can be added first: a transposed convolution with a 4x4 kernel of such sums has the same result
   * with 4 products for each pixel and not 9. A 1x1 kernel is applied before upsampling.
   *
   * <p>Source: the joint operation is that of Karras et al., "Progressive Growing of GANs", 2018,
   * published code.
   *
   * @param x {@code (N, in, H, W)}
   * @param training as for {@link #forward}
   * @return {@code (N, out, 2 H', 2 W')}
   */
  public NDArray forwardEnlarged(NDArray x, boolean training) {
    if (isPointwise()) {
      return Resample.nearest(forward(x, training));
    } else if (!isThreeByThree()) {
      return forward(Resample.nearest(x), training);
    }
    NDArray w = TorchOps.enlargingKernel(weight.get(x.getManager(), training));
    return TorchOps.convTranspose2d(x, w, biasArray(), DOUBLING);
  }

  /**
   * Convolves images before {@link Resample#average}: {@code average(forward(x))} in fewer
   * operations: the mean of four pixels of a 3x3 convolution is one pixel of a 4x4 convolution,
   * with 16 products and not 36. A 1x1 kernel is applied after averaging.
   *
   * @param x {@code (N, in, H, W)}, height and width even
   * @param training as for {@link #forward}
   * @return {@code (N, out, H' / 2, W' / 2)}
   */
  public NDArray forwardAveraged(NDArray x, boolean training) {
    if (isPointwise()) {
      return forward(Resample.average(x), training);
    } else if (!isThreeByThree() || x.getShape().get(2) % 2 + x.getShape().get(3) % 2 > 0) {
      return Resample.average(forward(x, training));
    }
    NDArray w = TorchOps.averagingKernel(weight.get(x.getManager(), training));
    return convolve(x, w, TWICE, padding);
  }

  private NDArray convolve(NDArray x, NDArray w, Shape step, Shape zeros) {
    return TorchOps.conv2d(x, w, biasArray(), step, zeros);
  }

  private NDArray biasArray() {
    return bias == null ? null : bias.getArray();
  }

  private boolean isPointwise() {
    return kernel == 1 && stride.equals(ONCE) && padding.get(0) == 0;
  }

  private boolean isThreeByThree() {
    return kernel == 3 && stride.equals(ONCE) && padding.equals(ONCE);
  }
}
