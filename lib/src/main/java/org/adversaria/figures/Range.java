package org.adversaria.figures;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** The part of the number line that an axis shows; {@code min < max}, both finite. */
record Range(double min, double max) {

  /**
   * Below these an axis cannot be labelled: XChart rounds the step between two ticks to ten
   * decimals, and labels have six digits.
   */
  private static final double LEAST_SPAN = 1e-7;

  private static final double LEAST_RELATIVE_SPAN = 1e-4;

  static Range between(double min, double max) {
    if (!(min < max && Double.isFinite(max - min))) {
      throw new IllegalArgumentException(
          "An axis runs from a smaller to a larger number, not from " + min + " to " + max);
    }
    return new Range(min, max);
  }

  /**
   * From the least to the greatest finite value. A single value gets a tenth of itself on either
   * side, zero gets one; a span too small to label is widened.
   */
  static Range of(DoubleStream values) {
    double[] finite = values.filter(Double::isFinite).toArray();
    double min = Arrays.stream(finite).min().orElse(0);
    double max = Arrays.stream(finite).max().orElse(1);
    if (min == 0 && max == 0) {
      return new Range(-1, 1);
    }
    double scale = Math.max(Math.abs(min), Math.abs(max));
    double least = Math.max(LEAST_SPAN, LEAST_RELATIVE_SPAN * scale);
    if (max - min >= least) {
      return new Range(min, max);
    }
    double half = min == max ? Math.max(least, 0.1 * scale) : least;
    return new Range((min + max) / 2 - half, (min + max) / 2 + half);
  }

  Range padded(double fraction) {
    double pad = fraction * (max - min);
    return new Range(min - pad, max + pad);
  }

  /**
   * For a logarithmic axis: around the positive values, padded by a fraction of the decades, and at
   * least half a decade wide.
   */
  static Range ofLog(DoubleStream values, double fraction) {
    double[] positive = values.filter(v -> v > 0 && Double.isFinite(v)).toArray();
    double min = Arrays.stream(positive).min().orElse(1);
    double max = Arrays.stream(positive).max().orElse(1);
    double decades = Math.log10(max / min);
    double pad = Math.pow(10, Math.max(fraction * decades, (0.5 - decades) / 2));
    return new Range(min / pad, max * pad);
  }

  /** The same middle, {@code factor} times as wide. */
  Range widened(double factor) {
    return padded((factor - 1) / 2);
  }

  double span() {
    return max - min;
  }
}
