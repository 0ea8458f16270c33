package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.DataTypes;
import org.adversaria.torch.LinearAlgebra;
import org.adversaria.torch.TorchOps;

/**
 * Initial values of parameters, with the formulas of {@code torch.nn.init}.
 *
 * <p>The fans of a weight {@code (out, in, k, k)} are {@code in k k} and {@code out k k}; those of
 * a transposed kernel {@code (in, out, k, k)} are computed by the same formula, as in PyTorch.
 * Random numbers are those of PyTorch's generator, see {@link org.adversaria.torch.Torch#setSeed}.
 *
 * <pre>{@code
 * network.setInitializer(Initializers.normal(0.02), Parameter.Type.WEIGHT);
 * network.initialize(manager);
 * }</pre>
 */
public final class Initializers {

  private Initializers() {}

  /**
   * Normal with mean 0.
   *
   * @param standardDeviation at least 0
   * @return the initializer
   */
  public static Initializer normal(double standardDeviation) {
    return normal(0, standardDeviation);
  }

  /**
   * Normal.
   *
   * @param mean the mean
   * @param standardDeviation at least 0
   * @return the initializer
   */
  public static Initializer normal(double mean, double standardDeviation) {
    return (manager, shape, type) ->
        manager.randomNormal(
            (float) mean, (float) standardDeviation, shape, DataTypes.require(type));
  }

  /**
   * Uniform.
   *
   * @param bound values are in [-bound, bound)
   * @return the initializer
   */
  public static Initializer uniform(double bound) {
    return (manager, shape, type) ->
        manager.randomUniform((float) -bound, (float) bound, shape, DataTypes.require(type));
  }

  /**
   * Xavier uniform: bound gain sqrt(6 / (fanIn + fanOut)).
   *
   * <p>Source: Glorot and Bengio, 2010, equation 16.
   *
   * @param gain a factor for the activation that follows, 1 for none
   * @return the initializer
   */
  public static Initializer xavierUniform(double gain) {
    return (manager, shape, type) ->
        uniform(gain * Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape))))
            .initialize(manager, shape, type);
  }

  /**
   * Xavier normal: standard deviation gain sqrt(2 / (fanIn + fanOut)).
   *
   * <p>Source: Glorot and Bengio, 2010, equation 12.
   *
   * @param gain a factor for the activation that follows, 1 for none
   * @return the initializer
   */
  public static Initializer xavierNormal(double gain) {
    return (manager, shape, type) ->
        normal(gain * Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape))))
            .initialize(manager, shape, type);
  }

  /**
   * He normal for a leaky ReLU: standard deviation sqrt(2 / ((1 + slope^2) fanIn)).
   *
   * <p>Source: He et al., 2015, equations 10 and 15.
   *
   * @param slope the slope of the activation's negative side, 0 for ReLU
   * @return the initializer
   */
  public static Initializer heNormal(double slope) {
    return (manager, shape, type) ->
        normal(Math.sqrt(2.0 / ((1 + slope * slope) * fanIn(shape))))
            .initialize(manager, shape, type);
  }

  /**
   * He uniform for a leaky ReLU: bound sqrt(6 / ((1 + slope^2) fanIn)).
   *
   * @param slope the slope of the activation's negative side, 0 for ReLU
   * @return the initializer
   */
  public static Initializer heUniform(double slope) {
    return (manager, shape, type) ->
        uniform(Math.sqrt(6.0 / ((1 + slope * slope) * fanIn(shape))))
            .initialize(manager, shape, type);
  }

  /**
   * Orthogonal: the weight as a matrix {@code (out, in k k)} has orthonormal rows, or orthonormal
   * columns if it has more rows than columns.
   *
   * <p>Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear
   * neural networks", 2013.
   *
   * @param gain a factor
   * @return the initializer
   */
  public static Initializer orthogonal(double gain) {
    return (manager, shape, type) -> {
      DataTypes.require(type);
      long rows = requireMatrix(shape).get(0);
      long columns = shape.size() / rows;
      try (var scope = new NDScope();
          var paused = Autograd.pause()) {
        NDArray tall =
            manager.randomNormal(
                0, 1, new Shape(Math.max(rows, columns), Math.min(rows, columns)), type);
        NDArray basis = LinearAlgebra.orthonormalColumns(tall);
        NDArray matrix = rows < columns ? basis.transpose() : basis;
        NDArray result = TorchOps.scale(matrix.reshape(shape), gain);
        result.attach(manager);
        NDScope.unregister(result);
        return result;
      }
    };
  }

  /**
   * PyTorch's default for weights: He uniform with slope sqrt(5), which is the bound 1/sqrt(fanIn).
   *
   * @return the initializer
   */
  public static Initializer torchDefault() {
    return heUniform(Math.sqrt(5));
  }

  /**
   * PyTorch's default for biases: uniform with bound 1/sqrt(fanIn).
   *
   * @param fanIn the fan of the layer's weight
   * @return the initializer
   */
  static Initializer uniformByFan(int fanIn) {
    return uniform(1 / Math.sqrt(fanIn));
  }

  private static long fanIn(Shape shape) {
    return requireMatrix(shape).size() / shape.get(0);
  }

  private static long fanOut(Shape shape) {
    return requireMatrix(shape).size() / shape.get(1);
  }

  private static Shape requireMatrix(Shape shape) {
    if (shape.dimension() < 2) {
      throw new IllegalArgumentException(
          "Fans need a weight of two dimensions or more, but the shape is " + shape);
    }
    return shape;
  }
}
