package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.TorchScript;

/** The kind of condition of generated samples and of the data. */
public sealed interface Condition {

  /** Nothing: an unconditional GAN. */
  record None() implements Condition {
    @Override
    public Shape shape() {
      throw new IllegalStateException("There is no condition, so that it has no shape");
    }
  }

  /**
   * A class; conditions of a batch are labels, int64 {@code (N)} in [0, count).
   *
   * @param count the number of classes K, at least 1
   */
  record Classes(int count) implements Condition {
    @Override
    public Shape shape() {
      return new Shape();
    }

    @Override
    public DataType dataType() {
      return DataType.INT64;
    }

    @Override
    public int numClasses() {
      return count;
    }
  }

  /**
   * Real values; conditions of a batch are float32 {@code (N, ...)}.
   *
   * @param shape of one condition: {@code (F)} for tags or the features of an image, {@code (C, H,
   *     W)} for an image of another domain
   */
  record Values(Shape shape) implements Condition {}

  /**
   * An instance: the features of an image, and its class where there are classes. Conditions of a
   * batch are float32 {@code (N, features)}, with classes {@code (N, features + 1)}: the label
   * stands as a number in the last column.
   *
   * <p>Source: Casanova et al., "Instance-Conditioned GAN", 2021.
   *
   * @param features the number of features F, at least 1
   * @param numClasses the number of classes K; 0 without
   */
  record Instances(int features, int numClasses) implements Condition {

    private static final TorchScript SCRIPT =
        TorchScript.of(
            """
            def labels(self, y: Tensor) -> Tensor:
              # 4 is int64.
              return torch.to(torch.select(y, 1, -1), 4)
            """);

    @Override
    public Shape shape() {
      return new Shape(numClasses == 0 ? features : features + 1);
    }

    /**
     * Returns the features among conditions.
     *
     * @param y conditions {@code (N, ...)} of this kind
     * @return {@code (N, features)}
     */
    public NDArray features(NDArray y) {
      return numClasses == 0 ? y : y.split(new long[] {features}, 1).get(0);
    }

    /**
     * Returns the labels among conditions.
     *
     * @param y conditions {@code (N, ...)} of this kind
     * @return int64 {@code (N)} in [0, numClasses); null without classes
     */
    public NDArray labels(NDArray y) {
      return numClasses == 0 ? null : SCRIPT.method("labels").call(y);
    }
  }

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
   * Returns the shape of one condition.
   *
   * @return the shape without the batch: {@code ()} for a label
   * @throws IllegalStateException if there is no condition
   */
  Shape shape();

  /**
   * Returns the type of conditions.
   *
   * @return int64 for labels, else float32
   */
  default DataType dataType() {
    return DataType.FLOAT32;
  }

  /**
   * The number of classes.
   *
   * @return K; 0 where the condition has no class
   */
  default int numClasses() {
    return 0;
  }
}
