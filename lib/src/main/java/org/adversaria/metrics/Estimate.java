package org.adversaria.metrics;

import java.util.Arrays;

/**
 * A score that is a mean over parts of the samples, such as subsets or splits.
 *
 * @param mean over the parts
 * @param deviation the standard deviation over the parts (of the parts themselves, dividing by
 *     their number)
 */
public record Estimate(double mean, double deviation) {

  /** The mean and the deviation of the parts' scores. */
  static Estimate of(double... scores) {
    double mean = Arrays.stream(scores).average().orElseThrow();
    double squares =
        Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).average().orElseThrow();
    return new Estimate(mean, Math.sqrt(squares));
  }
}
