package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/**
 * Convolution with square kernels, as {@code torch.nn.Conv2d}.
 *
 * <p>Parameters: {@code weight (out, in, k, k)} and, where asked for, {@code bias (out)}; at first
 * uniform within 1/sqrt(in k k).
 */
public final class Conv2d extends Layer {

  private final LayerWeight weight;
  private final Parameter bias;
  private final Shape stride;
  private final Shape padding;

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
    NDArray w = weight.get(x.getManager(), training);
    NDArray b = bias == null ? null : bias.getArray();
    return ai.djl.nn.convolutional.Conv2d.conv2d(x, w, b, stride, padding).get(0);
  }
}
