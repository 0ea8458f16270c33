package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The rows or the columns of images that {@link GeometricWarp} resamples: padded by reflection and
 * upsampled by two, and the grid of the double resolution on which the result is taken.
 *
 * @param size of an image
 * @param before the padding before it
 * @param after the padding after it
 */
record WarpAxis(int size, int before, int after) {

  /** The number of pixels at the double resolution that the filter reaches on each side. */
  private static final int REACH = Wavelets.SYM6.length / 2;

  /**
   * The padding that the corners of all transformed images need, and the filter: at most what
   * reflection can give.
   *
   * @param row 0 for the columns of images, 1 for their rows
   * @param size of the images
   * @param otherSize of the images, along the other axis
   * @param inverse see {@link GeometricWarp#apply}
   */
  static WarpAxis of(int row, int size, int otherSize, Matrix... inverse) {
    double half = (size - 1) / 2.0;
    double otherHalf = (otherSize - 1) / 2.0;
    double before = 0;
    double after = 0;
    for (Matrix matrix : inverse) {
      double[] m = matrix.rows()[row];
      double corner = Math.abs(m[row]) * half + Math.abs(m[1 - row]) * otherHalf;
      before = Math.max(before, corner - m[2] - half + REACH);
      after = Math.max(after, corner + m[2] - half + REACH);
    }
    return new WarpAxis(size, margin(before, size), margin(after, size));
  }

  private static int margin(double needed, int size) {
    return (int) Math.ceil(Math.min(needed, size - 1));
  }

  /** The grid: the double resolution, and what the filter reaches on both sides. */
  int grid() {
    return 2 * size + 2 * REACH;
  }

  /** The padded and upsampled axis with a zero before it and two behind. */
  int length() {
    return 2 * (before + size + after) + 3;
  }

  /** The place of the image's centre among them. */
  int centre() {
    return 1 + 2 * before + size - 1;
  }

  /** A place on the padded and upsampled axis, or the nearest zero beside it. */
  double clamped(double place) {
    return Math.min(Math.max(place, 0), length() - 2);
  }

  /** Padding and upsampling with gain 2: {@code (length, size)}. */
  NDArray up(NDManager manager) {
    var matrix = new double[length() * size];
    for (int place = 0; place < length(); place++) {
      addUpsampled(matrix, place * size, place, 1);
    }
    return manager.create(floats(matrix), new Shape(length(), size));
  }

  /** Downsampling the grid: {@code (size, 2 size + 12)}. */
  NDArray down(NDManager manager) {
    var matrix = new float[size * grid()];
    for (int i = 0; i < size; i++) {
      for (int tap = 0; tap < Wavelets.SYM6.length; tap++) {
        matrix[i * grid() + 2 * i + 1 + tap] = (float) Wavelets.SYM6[tap];
      }
    }
    return manager.create(matrix, new Shape(size, grid()));
  }

  /**
   * Padding and upsampling, linear interpolation at places that a grid's number gives alone, and
   * downsampling, in one matrix.
   *
   * @param to the axis whose grid it is
   * @param slope of the place as a function of the grid's number
   * @param first the place of the grid's number 0
   * @return {@code (to.size, size)}, row by row
   */
  float[] map(WarpAxis to, double slope, double first) {
    var matrix = new double[to.size * size];
    for (int i = 0; i < to.size; i++) {
      for (int tap = 0; tap < Wavelets.SYM6.length; tap++) {
        double place = clamped(first + slope * (2 * i + 1 + tap));
        int left = (int) place;
        double weight = Wavelets.SYM6[tap];
        addUpsampled(matrix, i * size, left, weight * (1 - (place - left)));
        addUpsampled(matrix, i * size, left + 1, weight * (place - left));
      }
    }
    return floats(matrix);
  }

  /** Adds what the pixels weigh at a place of the padded and upsampled axis, times a factor. */
  private void addUpsampled(double[] matrix, int offset, int place, double factor) {
    int padded = before + size + after;
    int k = place - 1;
    if (k < 0 || k >= 2 * padded) {
      return;
    }
    for (int tap = (k + 1) % 2; tap < Wavelets.SYM6.length; tap += 2) {
      int from = k + REACH - 1 - tap;
      if (from >= 0 && from / 2 < padded) {
        int pixel = Wavelets.reflected(from / 2 - before, size);
        matrix[offset + pixel] += factor * 2 * Wavelets.SYM6[tap];
      }
    }
  }

  private static float[] floats(double... values) {
    var floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
