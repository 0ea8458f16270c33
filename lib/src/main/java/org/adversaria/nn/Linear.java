package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/**
 * The affine map y = x W<sup>T</sup> + b, as {@code torch.nn.Linear}.
 *
 * <p>Parameters: {@code weight (out, in)}, {@code bias (out)}, initially uniform within 1/sqrt(in).
 */
public final class Linear extends Layer {

  private final LayerWeight weight;
  private final Parameter bias;

  /**
   * Creates the layer.
   *
   * @param in the number of inputs
   * @param out the number of outputs
   */
  public Linear(int in, int out) {
    this(in, out, true, SpectralNorm.none());
  }

  /**
   * Creates the layer.
   *
   * @param in the number of inputs
   * @param out the number of outputs
   * @param withBias true for a bias per output
   * @param norm of the weight
   */
  public Linear(int in, int out, boolean withBias, SpectralNorm norm) {
    weight = LayerWeight.declare(this, norm, Initializers.torchDefault(), new Shape(out, in));
    bias =
        withBias
            ? parameter("bias", Parameter.Type.BIAS, Initializers.uniformByFan(in), new Shape(out))
            : null;
  }

  /**
   * Applies the map to each row.
   *
   * @param x {@code (N, in)}
   * @return {@code (N, out)}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    NDArray w = weight.get(x.getManager(), training);
    NDArray b = bias == null ? null : bias.getArray();
    return ai.djl.nn.core.Linear.linear(x, w, b).get(0);
  }
}
