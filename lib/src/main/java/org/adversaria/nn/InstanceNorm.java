package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import org.adversaria.torch.TorchOps;

/**
 * Instance normalisation, as {@code torch.nn.InstanceNorm2d} without running statistics: the same
 * in training and evaluation.
 *
 * <p>Parameters, if set: {@code weight (C)} (ones) and {@code bias (C)} (zeros).
 *
 * <p>Source: Ulyanov et al., "Instance Normalization: The Missing Ingredient for Fast Stylization",
 * 2016, equation 7.
 */
public final class InstanceNorm extends Layer {

  private final double epsilon;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Creates the layer, with epsilon 1e-5.
   *
   * @param channels the number of channels C
   * @param affine false for neither weight nor bias
   */
  public InstanceNorm(int channels, boolean affine) {
    this(channels, affine, 1e-5);
  }

  /**
   * Creates the layer.
   *
   * @param channels the number of channels C
   * @param affine false for neither weight nor bias
   * @param epsilon added to the variance, above 0
   */
  public InstanceNorm(int channels, boolean affine, double epsilon) {
    var shape = new Shape(channels);
    this.epsilon = epsilon;
    weight = affine ? parameter("weight", Parameter.Type.GAMMA, Initializer.ONES, shape) : null;
    bias = affine ? parameter("bias", Parameter.Type.BETA, Initializer.ZEROS, shape) : null;
  }

  /**
   * Normalises each channel of each image over its pixels.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C, H, W)}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    return weight == null
        ? TorchOps.instanceNorm(x, null, null, epsilon)
        : TorchOps.instanceNorm(x, weight.getArray(), bias.getArray(), epsilon);
  }
}
