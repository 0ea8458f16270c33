package org.adversaria.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The values of arrays of any numeric type, as Java's numbers. Call it within a {@link Reading}.
 */
final class ArrayValues {

  /** The most values that are copied at once. */
  private static final long CHUNK = 1 << 20;

  private ArrayValues() {}

  /** Whether an array's values can be read. */
  static boolean areReadable(NDArray array) {
    DataType type = array.getDataType();
    return !array.isSparse() && (type.isFloating() || type.isInteger() || type.isBoolean());
  }

  /** The values at the start of an array, in the order of its last dimension first. */
  static double[] first(NDArray array, long count) {
    long size = array.size();
    if (size == 0 || array.getShape().isScalar()) {
      return numbers(array);
    }
    // Slices along the first dimensions, so that no large array is flattened, which may copy it.
    NDArray part = array;
    while (part.getShape().dimension() > 1 && part.size() / part.getShape().get(0) >= count) {
      part = part.get(0);
    }
    if (part.getShape().dimension() > 1) {
      long each = part.size() / part.getShape().get(0);
      part = slice(part, 0, Math.min(part.getShape().get(0), (count + each - 1) / each));
    } else {
      part = slice(part, 0, Math.min(part.size(), count));
    }
    double[] values = numbers(part);
    return Arrays.copyOf(values, (int) Math.min(values.length, count));
  }

  private static NDArray slice(NDArray array, long start, long end) {
    return array.get(new NDIndex("{}:{}", start, end));
  }

  /** All values of an array that is not too large for an array of Java. */
  static double[] numbers(NDArray array) {
    DataType type = array.getDataType();
    if (type.isBoolean()) {
      boolean[] values = array.toBooleanArray();
      return IntStream.range(0, values.length).mapToDouble(i -> values[i] ? 1 : 0).toArray();
    } else if (type == DataType.FLOAT64) {
      return array.toDoubleArray();
    } else if (type.isFloating()) {
      float[] values = converted(array, DataType.FLOAT32, NDArray::toFloatArray);
      return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
    return Arrays.stream(whole(array)).asDoubleStream().toArray();
  }

  /** All values of an array of whole numbers. */
  static long[] whole(NDArray array) {
    return converted(array, DataType.INT64, NDArray::toLongArray);
  }

  /** Frees the converted array at once: parts of a large one would add up. */
  private static <T> T converted(NDArray array, DataType type, Function<NDArray, T> read) {
    if (array.getDataType() == type) {
      return read.apply(array);
    }
    try (NDArray converted = array.toType(type, true)) {
      return read.apply(converted);
    }
  }

  /** Counts and sums up all values, part by part. */
  static ArrayStatistics statistics(NDArray array) {
    var statistics = new ArrayStatistics();
    NDArray flat = array.reshape(-1);
    for (long start = 0; start < flat.size(); start += CHUNK) {
      try (NDArray part = slice(flat, start, Math.min(flat.size(), start + CHUNK))) {
        statistics.add(numbers(part));
      }
    }
    return statistics;
  }
}
