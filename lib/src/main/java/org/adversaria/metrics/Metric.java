package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import java.util.Set;

/** One part of an {@link Evaluation}; an object serves one run. */
interface Metric {

  /** What it wants gathered from the samples' features. */
  default Set<FeatureCollector.Need> needs() {
    return Set.of();
  }

  /**
   * Whether it can be computed of parts of the samples, by moments of their features or by balls.
   */
  default boolean isOfParts() {
    return false;
  }

  /** The balls whose {@link MetricInputs#cover} it asks for. */
  default Set<Balls> balls() {
    return Set.of();
  }

  /**
   * Fails where the evaluation cannot give what the metric needs; called before any work.
   *
   * @throws IllegalArgumentException with the number or kind of what is missing
   */
  default void check(EvaluationSettings settings) {}

  /**
   * Looks at a batch of samples.
   *
   * @param images {@code (N, C, H, W)} in [-1, 1]
   * @param labels int64 {@code (N)}, null where samples have no classes
   */
  default void see(NDArray images, NDArray labels) {}

  /** Adds its scores to the report, after all samples have been seen. */
  void score(MetricInputs inputs, EvaluationReport.Builder report);
}
