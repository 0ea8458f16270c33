package org.adversaria.models;

import ai.djl.ndarray.types.Shape;

/** The kind of condition of generated samples and of the data. */
public sealed interface Condition {

  /** Nothing: an unconditional GAN. */
  record None() implements Condition {}

  /**
   * A class; conditions of a batch are labels, int64 {@code (N)} in [0, count).
   *
   * @param count the number of classes K, at least 1
   */
  record Classes(int count) implements Condition {}

  /**
   * Real values; conditions of a batch are float32 {@code (N, ...)}.
   *
   * @param shape of one condition: {@code (F)} for tags or the features of an image, {@code (C, H,
   *     W)} for an image of another domain
   */
  record Values(Shape shape) implements Condition {}

  /**
   * The condition of a data set with a number of classes.
   *
   * @param numClasses 0 for no condition
   * @return {@link None} or {@link Classes}
   */
  static Condition of(int numClasses) {
    return numClasses == 0 ? new None() : new Classes(numClasses);
  }

  /**
   * The number of classes.
   *
   * @return K; 0 where the condition is not a class
   */
  default int numClasses() {
    return this instanceof Classes classes ? classes.count() : 0;
  }
}
