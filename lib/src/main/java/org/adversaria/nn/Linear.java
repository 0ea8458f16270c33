package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/**
 * The affine map y = x W<sup>T</sup> + b, as {@code torch.nn.Linear}.
 *
 * <p>Parameters: {@code weight (out, in)}, {@code bias (out)}, at first uniform within 1/sqrt(in).
 */
public final class Linear extends Layer {

  private final Parameter weight;
  private final Parameter bias;

  /**
   * Creates the layer.
   *
   * @param in the number of inputs
   * @param out the number of outputs
   */
  public Linear(int in, int out) {
    weight =
        parameter(
            "weight", Parameter.Type.WEIGHT, Initializers.torchDefault(), new Shape(out, in));
    bias = parameter("bias", Parameter.Type.BIAS, Initializers.uniformByFan(in), new Shape(out));
  }

  /**
   * Maps each row.
   *
   * @param x {@code (N, in)}
   * @return {@code (N, out)}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    return ai.djl.nn.core.Linear.linear(x, weight.getArray(), bias.getArray()).get(0);
  }
}
