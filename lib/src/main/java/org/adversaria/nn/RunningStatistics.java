package org.adversaria.nn;

import ai.djl.ndarray.NDArray;

/**
 * A layer whose evaluation uses statistics of training: exponential averages over its batches.
 *
 * <p>Each call of the layer in training mode replaces both averages by {@code (1 - momentum) former
 * + momentum batch} and counts one batch. {@link StandingStatistics} finds such layers in a network
 * and replaces the statistics.
 */
public interface RunningStatistics {

  /**
   * Returns the running mean.
   *
   * @return {@code (C)}; the buffer itself, not a copy
   */
  NDArray runningMean();

  /**
   * Returns the running variance.
   *
   * @return {@code (C)}, the mean of unbiased variances; the buffer itself, not a copy
   */
  NDArray runningVariance();

  /**
   * Returns the number of batches in the averages.
   *
   * @return an int64 scalar; the buffer itself, not a copy
   */
  NDArray batchesTracked();

  /**
   * Returns the weight of a new batch in the averages.
   *
   * @return in (0, 1]
   */
  double momentum();
}
