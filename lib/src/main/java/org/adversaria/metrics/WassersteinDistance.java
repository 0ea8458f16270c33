package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/**
 * The Earth Mover or Wasserstein-1 distance on a line, computed exactly: the least mean distance
 * over which the mass of one distribution has to be moved to make it the other.
 *
 * <pre>
 * W(p, q) = inf E |x - y| = integral |P(x) - Q(x)| dx
 * </pre>
 *
 * <p>The infimum is over joint distributions of x ~ p and y ~ q, P and Q are the cumulative
 * distribution functions. From 0, where p = q, without an upper limit; less is nearer.
 *
 * <p>Source: Arjovsky et al., "Wasserstein GAN", 2017, equation 1; for the formula on a line
 * Vallender, "Calculation of the Wasserstein distance between probability distributions on the
 * line", 1974.
 */
public final class WassersteinDistance {

  private WassersteinDistance() {}

  /**
   * Returns the distance between two samples.
   *
   * @param a finite numbers {@code (N)} or {@code (N, 1)}
   * @param b finite numbers {@code (M)} or {@code (M, 1)}
   * @return the distance
   * @throws IllegalArgumentException if the points are not on a line, or one is not finite
   */
  public static double between(NDArray a, NDArray b) {
    return between(values(a), values(b));
  }

  /**
   * Returns the distance between two samples.
   *
   * @param a at least one number
   * @param b at least one number
   * @return the distance
   * @throws IllegalArgumentException if a sample is empty or a number is not finite
   */
  public static double between(double[] a, double[] b) {
    return between(a, equalWeights(a.length), b, equalWeights(b.length));
  }

  /**
   * Returns the distance between two weighted samples.
   *
   * @param a at least one number
   * @param weightsA for each a weight of at least 0; their sum need not be 1
   * @param b at least one number
   * @param weightsB for each a weight of at least 0; their sum need not be 1
   * @return the distance
   * @throws IllegalArgumentException if a sample is empty, a number or weight is not finite, a
   *     weight is negative, or all are 0
   */
  public static double between(double[] a, double[] weightsA, double[] b, double[] weightsB) {
    List<Mass> masses = new ArrayList<>(masses(a, weightsA, 1));
    masses.addAll(masses(b, weightsB, -1));
    masses.sort(Comparator.comparing(Mass::position));
    double distance = 0;
    double difference = 0; // P - Q between a mass and the next
    for (int i = 0; i + 1 < masses.size(); i++) {
      difference += masses.get(i).share;
      distance += Math.abs(difference) * (masses.get(i + 1).position - masses.get(i).position);
    }
    return distance;
  }

  /**
   * Returns the distance between two densities on a grid, each scaled to the integral 1.
   *
   * @param p values of at least 0 at equally spaced positions
   * @param q values of at least 0 at the same positions
   * @param spacing between positions, above 0
   * @return the distance
   * @throws IllegalArgumentException if the positions differ in number, a value is not finite or
   *     negative, or all are 0
   */
  public static double betweenDensities(double[] p, double[] q, double spacing) {
    if (p.length != q.length) {
      throw new IllegalArgumentException(
          Text.format(
              "Two densities are given at the same positions, but there are %d and %d values",
              p.length, q.length));
    }
    double[] positions = IntStream.range(0, p.length).mapToDouble(i -> i * spacing).toArray();
    return between(positions, p, positions, q);
  }

  /** A part of P, or with a negative share of Q. */
  private record Mass(double position, double share) {}

  private static List<Mass> masses(double[] positions, double[] weights, int sign) {
    if (positions.length != weights.length) {
      throw new IllegalArgumentException(
          Text.format(
              "Each number has a weight, but there are %d numbers and %d weights",
              positions.length, weights.length));
    }
    double total = DoubleStream.of(weights).sum();
    if (!(total > 0 && total < Double.POSITIVE_INFINITY)
        || DoubleStream.of(weights).anyMatch(weight -> weight < 0)
        || !DoubleStream.of(positions).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          Text.format(
              "A sample has at least one number, all finite, and weights of at least 0, not all 0: there"
                  + " are %d numbers, and the weights have the sum %s",
              positions.length, total));
    }
    return IntStream.range(0, positions.length)
        .mapToObj(i -> new Mass(positions[i], sign * weights[i] / total))
        .toList();
  }

  private static double[] equalWeights(int count) {
    var weights = new double[count];
    Arrays.fill(weights, 1);
    return weights;
  }

  private static double[] values(NDArray x) {
    Shape shape = x.getShape();
    if (shape.dimension() < 1 || shape.size() != shape.get(0)) {
      throw new IllegalArgumentException(
          Text.format("The distance is that of numbers (N) or (N, 1), but the shape is %s", shape));
    }
    try (NDArray copy = x.toType(DataType.FLOAT64, true)) {
      return copy.toDoubleArray();
    }
  }
}
