package org.adversaria.bench;

import java.util.Arrays;

/** Order statistics of durations. */
final class Quantiles {

  private Quantiles() {}

  /** The value that a share of the values does not exceed; 0.5 is the (upper) median. */
  static double of(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }

  /** What a tenth of the values do not exceed. */
  static double tenth(double[] values) {
    return of(values, 0.1);
  }

  static double median(double[] values) {
    return of(values, 0.5);
  }
}
