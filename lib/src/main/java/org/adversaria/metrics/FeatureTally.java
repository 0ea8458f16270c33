package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What has to be known of all feature vectors of a set before their neighbours are sought.
 *
 * @param rows how many there are
 * @param notFinite how many of them are not finite
 * @param summed how many of them are among the first 2048 of the set
 * @param sum of these, {@code (width)}
 */
record FeatureTally(long rows, long notFinite, long summed, double[] sum) {

  /** Of the vectors from a number on. */
  static FeatureTally of(NDArray vectors, int first) {
    int count = Samples.count(vectors);
    int summed = Math.max(0, Math.min(count, Neighbours.CENTRED - first));
    try (var scope = new NDScope()) {
      double[] sum =
          summed == 0
              ? new double[Samples.width(vectors)]
              : Samples.rows(vectors, 0, summed)
                  .toType(DataType.FLOAT64, false)
                  .sum(new int[] {0})
                  .toDoubleArray();
      return new FeatureTally(count, Samples.badRows(vectors), summed, sum);
    }
  }

  FeatureTally merge(FeatureTally other) {
    Samples.requireEqualWidths(width(), other.width());
    double[] both = IntStream.range(0, width()).mapToDouble(i -> sum[i] + other.sum[i]).toArray();
    return new FeatureTally(
        rows + other.rows, notFinite + other.notFinite, summed + other.summed, both);
  }

  int width() {
    return sum.length;
  }

  /** The mean of the first vectors. */
  double[] centre() {
    return Arrays.stream(sum).map(x -> x / summed).toArray();
  }

  /** The length of what {@link #write} writes. */
  long bytes() {
    return 3L * Long.BYTES + Integer.BYTES + (long) width() * Double.BYTES;
  }

  void write(ByteBuffer bytes) {
    bytes.putLong(rows).putLong(notFinite).putLong(summed).putInt(width());
    Arrays.stream(sum).forEach(bytes::putDouble);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static FeatureTally read(ByteBuffer bytes) {
    long rows = bytes.getLong();
    long notFinite = bytes.getLong();
    long summed = bytes.getLong();
    int width = bytes.getInt();
    if (rows < 1 || width < 1 || width > bytes.remaining() / Double.BYTES) {
      throw new IllegalArgumentException("there is no tally of " + rows + " features");
    }
    return new FeatureTally(
        rows,
        notFinite,
        summed,
        IntStream.range(0, width).mapToDouble(i -> bytes.getDouble()).toArray());
  }
}
