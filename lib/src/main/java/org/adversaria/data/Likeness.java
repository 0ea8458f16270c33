package org.adversaria.data;

import java.util.Arrays;

/**
 * What an image looks like, in a few bytes, for finding images that look alike.
 *
 * <p>The perceptual hash has a bit for each of the 63 lowest frequencies of the discrete cosine
 * transform of the image at 32x32 in grey: whether it is above their median. The mean colours of
 * 4x4 squares tell apart what differs in colour only.
 *
 * @param hash the perceptual hash
 * @param colors the mean of each square and channel, 48 bytes
 */
record Likeness(long hash, byte[] colors) {

  private static final int SIDE = 32;
  private static final int LOW = 8;
  private static final int SQUARES = 4;

  /** The hashes of images that look alike differ in at most so many bits. */
  static final int MOST_BITS = 3;

  /** Their colours differ at most so much in the mean. */
  private static final int MOST_LEVELS = 6;

  private static final double[][] COSINES = cosines();

  private static double[][] cosines() {
    var cosines = new double[LOW][SIDE];
    for (int k = 0; k < LOW; k++) {
      for (int x = 0; x < SIDE; x++) {
        cosines[k][x] = Math.cos(Math.PI * k * (x + 0.5) / SIDE);
      }
    }
    return cosines;
  }

  static Likeness of(Picture picture) {
    Picture small = picture.resized(SIDE, SIDE).toColor();
    return new Likeness(hash(small), small.resized(SQUARES, SQUARES).bytes());
  }

  private static long hash(Picture small) {
    var grey = new double[SIDE][SIDE];
    byte[] bytes = small.bytes();
    for (int i = 0; i < SIDE * SIDE; i++) {
      grey[i / SIDE][i % SIDE] =
          0.299 * (bytes[i] & 255)
              + 0.587 * (bytes[SIDE * SIDE + i] & 255)
              + 0.114 * (bytes[2 * SIDE * SIDE + i] & 255);
    }
    double[] frequencies = frequencies(grey);
    double[] sorted = frequencies.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    long hash = 0;
    for (double frequency : frequencies) {
      hash = hash << 1 | (frequency > median ? 1 : 0);
    }
    return hash;
  }

  /** The lowest frequencies without the mean. */
  private static double[] frequencies(double[][] grey) {
    var rows = new double[SIDE][LOW];
    for (int y = 0; y < SIDE; y++) {
      for (int k = 0; k < LOW; k++) {
        for (int x = 0; x < SIDE; x++) {
          rows[y][k] += grey[y][x] * COSINES[k][x];
        }
      }
    }
    var frequencies = new double[LOW * LOW];
    for (int i = 0; i < frequencies.length; i++) {
      for (int y = 0; y < SIDE; y++) {
        frequencies[i] += rows[y][i % LOW] * COSINES[i / LOW][y];
      }
    }
    return Arrays.copyOfRange(frequencies, 1, frequencies.length);
  }

  boolean isLike(Likeness other) {
    if (Long.bitCount(hash ^ other.hash) > MOST_BITS) {
      return false;
    }
    int difference = 0;
    for (int i = 0; i < colors.length; i++) {
      difference += Math.abs((colors[i] & 255) - (other.colors[i] & 255));
    }
    return difference <= MOST_LEVELS * colors.length;
  }
}
