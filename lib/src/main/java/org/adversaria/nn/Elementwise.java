package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.function.UnaryOperator;

/** A layer without parameters that applies a function to every element: the activations. */
public final class Elementwise extends Layer {

  private final UnaryOperator<NDArray> function;

  private Elementwise(UnaryOperator<NDArray> function) {
    this.function = function;
  }

  /**
   * Rectified linear unit, max(x, 0).
   *
   * @return the layer
   */
  public static Elementwise relu() {
    return new Elementwise(Activation::relu);
  }

  /**
   * Leaky rectified linear unit: x where positive, else slope times x.
   *
   * @param slope the slope of the negative side
   * @return the layer
   */
  public static Elementwise leakyRelu(double slope) {
    return new Elementwise(x -> Activation.leakyRelu(x, (float) slope));
  }

  /**
   * Hyperbolic tangent.
   *
   * @return the layer
   */
  public static Elementwise tanh() {
    return new Elementwise(Activation::tanh);
  }

  /** {@inheritDoc} */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    return function.apply(x);
  }
}
