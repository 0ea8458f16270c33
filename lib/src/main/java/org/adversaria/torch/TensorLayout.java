package org.adversaria.torch;

import java.util.Arrays;

/**
 * Where a tensor's elements lie in its storage.
 *
 * @param type of the elements
 * @param offset of the first one, in elements
 * @param sizes of the dimensions
 * @param strides of the dimensions, in elements
 */
record TensorLayout(StoredType type, long offset, long[] sizes, long[] strides) {

  static final int MAXIMAL_DIMENSIONS = 64;

  /** The strides of a tensor whose last dimension is contiguous. */
  static long[] rows(long... sizes) {
    var strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(1, sizes[i]);
    }
    return strides;
  }

  /** The strides of a tensor whose first dimension is contiguous. */
  static long[] columns(long... sizes) {
    var strides = new long[sizes.length];
    long stride = 1;
    for (int i = 0; i < sizes.length; i++) {
      strides[i] = stride;
      stride *= Math.max(1, sizes[i]);
    }
    return strides;
  }

  /**
   * What is wrong with it; null if nothing is.
   *
   * @param storageBytes the size of its storage
   */
  String fault(long storageBytes) {
    if (sizes.length != strides.length) {
      return Text.format("a tensor has %d sizes and %d strides", sizes.length, strides.length);
    }
    try {
      long count = 1;
      long last = offset;
      for (int i = 0; i < sizes.length; i++) {
        count = Math.multiplyExact(count, Math.max(1, sizes[i]));
        last = Math.addExact(last, Math.multiplyExact(Math.max(0, sizes[i] - 1), strides[i]));
      }
      long elements = storageBytes / type.bytes;
      boolean within = isEmpty() ? offset <= elements : last < elements;
      if (offset >= 0 && within) {
        long read = Math.max(count, last - offset + 1);
        return read > Integer.MAX_VALUE / type.array.getNumOfBytes() && !isEmpty()
            ? Text.format(
                "a tensor of sizes %s takes more than the 2 GiB that can be read",
                Arrays.toString(sizes))
            : null;
      }
    } catch (ArithmeticException e) {
      // The message below has the numbers.
    }
    return Text.format(
        "a tensor of sizes %s, strides %s and offset %d does not lie within its %d bytes",
        Arrays.toString(sizes), Arrays.toString(strides), offset, storageBytes);
  }

  boolean isEmpty() {
    return Arrays.stream(sizes).anyMatch(size -> size == 0);
  }

  /** The number of elements. */
  long count() {
    long count = 1;
    for (long size : sizes) {
      count *= size;
    }
    return count;
  }

  /** The bytes of an array of the elements. */
  long arrayBytes() {
    return isEmpty() ? 0 : count() * type.array.getNumOfBytes();
  }

  /** The elements from the first one to the last in the storage. */
  long extent() {
    long extent = 1;
    for (int i = 0; i < sizes.length; i++) {
      extent += (sizes[i] - 1) * strides[i];
    }
    return extent;
  }

  /** Whether the elements lie one behind another in the order of the dimensions. */
  boolean isContiguous() {
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      if (sizes[i] != 1 && strides[i] != stride) {
        return false;
      }
      stride *= sizes[i];
    }
    return true;
  }

  /** A number of 16 bits, which float32 holds exactly. */
  static float half(short bits) {
    int sign = bits < 0 ? -1 : 1;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    return exponent == 0
        ? sign * Math.scalb((float) fraction, -24)
        : sign * Math.scalb((float) (fraction + 0x400), exponent - 25);
  }
}
