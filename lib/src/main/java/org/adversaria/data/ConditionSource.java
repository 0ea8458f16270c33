package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Conditions for generated samples. */
@FunctionalInterface
public interface ConditionSource {

  /**
   * Draws conditions by PyTorch's random numbers.
   *
   * @param count the number of draws
   * @return labels int64 {@code (count)}, or values {@code (count, ...)}
   */
  NDArray draw(int count);

  /**
   * Draws from given conditions with equal probability, with replacement.
   *
   * @param conditions {@code (M, ...)}; they must stay open
   * @return the source
   */
  static ConditionSource of(NDArray conditions) {
    long size = conditions.getShape().get(0);
    NDManager manager = conditions.getManager();
    return count ->
        conditions.get(manager.randomInteger(0, size, new Shape(count), DataType.INT64));
  }
}
