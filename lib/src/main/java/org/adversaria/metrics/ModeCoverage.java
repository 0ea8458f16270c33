package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.GaussianMixture.Component;
import org.adversaria.torch.Text;

/**
 * How many modes of a Gaussian mixture a generator has found, and how near to them its points lie.
 *
 * <p>Each point belongs to its nearest mode, by the distance from the mean in standard deviations
 * of the mode. It is of high quality if this distance is at most 3; of the mixture's own points
 * 99.7 % are in one dimension, 98.9 % in two. A mode is covered if it has enough points of high
 * quality.
 *
 * <p>Sources: Srivastava et al., "VEEGAN: Reducing Mode Collapse in GANs using Implicit Variational
 * Learning", 2017, section 5.1, for modes and quality, where one point of 2,500 is enough; Lin et
 * al., "PacGAN: The power of two samples in generative adversarial networks", 2018, section 4.1,
 * for the divergence.
 *
 * @param modes the components of the mixture
 * @param covered the modes that are covered, from 0 to {@code modes}; more is better
 * @param quality the share of points of high quality, from 0 to 1; more is better
 * @param reverseKl KL(q || w) in nats of the points' shares q of the modes and the mixture's
 *     weights w, from 0 where they are equal to the logarithm of the number of equal modes, where
 *     one has all points; less is better
 */
public record ModeCoverage(int modes, int covered, double quality, double reverseKl) {

  /** The largest distance of a point of high quality, in standard deviations. */
  private static final double RADIUS = 3;

  /** A mode is covered by default if it has this part of the points that are due to it. */
  private static final double ENOUGH = 0.05;

  /**
   * Measures points. A mode is covered if it has at least a twentieth of the points that a sample
   * of the mixture has there on average: a few strays on the way from mode to mode are not enough.
   *
   * @param mixture the truth
   * @param points float32 or float64 {@code (N, D)}
   * @return the numbers
   * @throws IllegalArgumentException if the points are not of the mixture's dimension or not finite
   */
  public static ModeCoverage of(GaussianMixture mixture, NDArray points) {
    long count = points.getShape().get(0);
    double[] least =
        Arrays.stream(weights(mixture)).map(w -> Math.max(1, ENOUGH * w * count)).toArray();
    return of(mixture, points, least);
  }

  /**
   * Measures points.
   *
   * @param mixture the truth
   * @param points float32 or float64 {@code (N, D)}
   * @param least the points of high quality that a covered mode has, at least 1
   * @return the numbers
   * @throws IllegalArgumentException if the points are not of the mixture's dimension or not
   *     finite, or {@code least < 1}
   */
  public static ModeCoverage of(GaussianMixture mixture, NDArray points, int least) {
    if (least < 1) {
      throw new IllegalArgumentException(
          "A covered mode has at least one point of high quality, not " + least);
    }
    var each = new double[mixture.components().size()];
    Arrays.fill(each, least);
    return of(mixture, points, each);
  }

  private static ModeCoverage of(GaussianMixture mixture, NDArray points, double[] least) {
    Samples.check(points, "points");
    if (Samples.width(points) != mixture.dimension()) {
      throw new IllegalArgumentException(
          Text.format(
              "The mixture has %d dimensions, but the points have %d",
              mixture.dimension(), Samples.width(points)));
    }
    List<Component> components = mixture.components();
    var nearest = new int[components.size()];
    var good = new int[components.size()];
    for (double[] point : rows(points)) {
      int mode = 0;
      for (int k = 1; k < components.size(); k++) {
        if (distance(point, components.get(k)) < distance(point, components.get(mode))) {
          mode = k;
        }
      }
      nearest[mode]++;
      if (distance(point, components.get(mode)) <= RADIUS) {
        good[mode]++;
      }
    }
    long covered =
        IntStream.range(0, good.length).filter(mode -> good[mode] >= least[mode]).count();
    return new ModeCoverage(
        good.length,
        (int) covered,
        (double) IntStream.of(good).sum() / Samples.count(points),
        divergence(nearest, weights(mixture)));
  }

  private static double[][] rows(NDArray points) {
    try (NDArray copy = points.toType(DataType.FLOAT64, true)) {
      double[] values = copy.toDoubleArray();
      int width = Samples.width(points);
      return IntStream.range(0, Samples.count(points))
          .mapToObj(i -> Arrays.copyOfRange(values, i * width, (i + 1) * width))
          .toArray(double[][]::new);
    }
  }

  /** From the mean, in standard deviations. */
  private static double distance(double[] point, Component mode) {
    double squares = 0;
    for (int d = 0; d < point.length; d++) {
      double offset = point[d] - mode.mean().get(d);
      squares += offset * offset;
    }
    return Math.sqrt(squares) / mode.std();
  }

  /** The shares of the components, with the sum 1. */
  private static double[] weights(GaussianMixture mixture) {
    double total = mixture.components().stream().mapToDouble(Component::weight).sum();
    return mixture.components().stream().mapToDouble(mode -> mode.weight() / total).toArray();
  }

  private static double divergence(int[] counts, double[] weights) {
    double total = IntStream.of(counts).sum();
    return IntStream.range(0, counts.length)
        .filter(mode -> counts[mode] > 0)
        .mapToDouble(mode -> counts[mode] / total * Math.log(counts[mode] / total / weights[mode]))
        .sum();
  }
}
