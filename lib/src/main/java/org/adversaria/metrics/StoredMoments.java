package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Map;

/** {@link Moments} as plain numbers, which other processes understand. */
final class StoredMoments {

  private final long count;
  private final double[] mean;
  private final double[] comoment;

  private StoredMoments(long count, double[] mean, double[] comoment) {
    this.count = count;
    this.mean = mean;
    this.comoment = comoment;
  }

  static StoredMoments of(Moments moments) {
    Map<String, NDArray> state = moments.state();
    return new StoredMoments(
        moments.count(), state.get("mean").toDoubleArray(), state.get("comoment").toDoubleArray());
  }

  /** The number of features. */
  long count() {
    return count;
  }

  /** The moments, to be closed. */
  Moments restored(Device device) {
    try (NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
      return Moments.from(
          Map.of(
              "count", manager.create(count),
              "mean", manager.create(mean),
              "comoment", manager.create(comoment, new Shape(mean.length, mean.length))));
    }
  }

  /** The moments of the features of both. */
  StoredMoments merge(StoredMoments other) {
    try (Moments sum = restored(Device.cpu());
        Moments added = other.restored(Device.cpu())) {
      sum.merge(added);
      return of(sum);
    }
  }

  /** The length of what {@link #write} writes. */
  long bytes() {
    return Long.BYTES + Integer.BYTES + (mean.length + (long) comoment.length) * Double.BYTES;
  }

  void write(ByteBuffer bytes) {
    bytes.putLong(count).putInt(mean.length);
    put(bytes, mean);
    put(bytes, comoment);
  }

  private static void put(ByteBuffer bytes, double[] values) {
    bytes.asDoubleBuffer().put(values);
    bytes.position(bytes.position() + values.length * Double.BYTES);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static StoredMoments read(ByteBuffer bytes) {
    long count = bytes.getLong();
    long width = bytes.getInt();
    if (count < 1 || width < 1 || width + width * width > bytes.remaining() / Double.BYTES) {
      throw new IllegalArgumentException("there are no moments of " + count + " features");
    }
    return new StoredMoments(
        count, get(bytes, (int) width), get(bytes, Math.toIntExact(width * width)));
  }

  private static double[] get(ByteBuffer bytes, int length) {
    var values = new double[length];
    bytes.asDoubleBuffer().get(values);
    bytes.position(bytes.position() + length * Double.BYTES);
    return values;
  }
}
