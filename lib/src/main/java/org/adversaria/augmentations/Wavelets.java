package org.adversaria.augmentations;

/**
 * Filters from orthogonal wavelets.
 *
 * <p>Source: Daubechies, "Ten Lectures on Wavelets", 1992 (the least asymmetric wavelets); Karras
 * et al., "Training Generative Adversarial Networks with Limited Data", 2020, appendix B.
 */
final class Wavelets {

  /** The number of bands of {@link #bands}. */
  static final int BANDS = 4;

  /**
   * The low-pass filter of the symlet with six vanishing moments, of sum 1. Its shifts by two are
   * orthogonal, so that images which are upsampled and downsampled by it are as before.
   */
  static final double[] SYM6 =
      scaled(
          Math.sqrt(0.5),
          0.015404109327027373,
          0.0034907120842174702,
          -0.11799011114819057,
          -0.048311742585633,
          0.4910559419267466,
          0.787641141030194,
          0.3379294217276218,
          -0.07263752278646252,
          -0.021060292512300564,
          0.04472490177066578,
          0.0017677118642428036,
          -0.007800708325034148);

  private static final double ROOT = Math.sqrt(3);

  /** The low-pass filter of the symlet with two vanishing moments, of norm 1. */
  private static final double[] SYM2 =
      scaled(Math.sqrt(1 / 32.0), 1 - ROOT, 3 - ROOT, 3 + ROOT, 1 + ROOT);

  private Wavelets() {}

  private static double[] scaled(double factor, double... values) {
    var scaled = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = factor * values[i];
    }
    return scaled;
  }

  /**
   * The band-pass filters of bands [0, 1/8], [1/8, 1/4], [1/4, 1/2] and [1/2, 1] of the highest
   * frequency, whose sum is the identity: with H the low-pass filter,
   *
   * <pre>
   * low(z) = H(z) H(1/z) / 2,   high(z) = H(-z) H(-1/z) / 2,   low + high = 1
   * band 1 = low(z) low(z^2) low(z^4)     band 2 = low(z) low(z^2) high(z^4)
   * band 3 = low(z) high(z^2)             band 4 = high(z)
   * </pre>
   *
   * @return four symmetric filters of 43 taps
   */
  static double[][] bands() {
    double[] low = scaled(0.5, convolved(SYM2, reversed(SYM2)));
    double[] high = low.clone();
    for (int i = 0; i < high.length; i++) {
      high[i] *= (high.length / 2 - i) % 2 == 0 ? 1 : -1;
    }
    var bands = new double[BANDS][];
    for (int band = 0; band < BANDS; band++) {
      bands[band] = new double[] {band == 0 ? 1 : 0};
    }
    for (int level = 1; level < BANDS; level++) {
      for (int band = 0; band < BANDS; band++) {
        bands[band] = convolved(spread(bands[band]), low);
      }
      int first = (bands[level].length - high.length) / 2;
      for (int i = 0; i < high.length; i++) {
        bands[level][first + i] += high[i];
      }
    }
    return bands;
  }

  /** F(z^2): zeros between the taps. */
  private static double[] spread(double... taps) {
    var spread = new double[2 * taps.length - 1];
    for (int i = 0; i < taps.length; i++) {
      spread[2 * i] = taps[i];
    }
    return spread;
  }

  private static double[] reversed(double... taps) {
    var reversed = new double[taps.length];
    for (int i = 0; i < taps.length; i++) {
      reversed[i] = taps[taps.length - 1 - i];
    }
    return reversed;
  }

  private static double[] convolved(double[] first, double... second) {
    var product = new double[first.length + second.length - 1];
    for (int i = 0; i < first.length; i++) {
      for (int j = 0; j < second.length; j++) {
        product[i + j] += first[i] * second[j];
      }
    }
    return product;
  }

  /**
   * The pixel that stands at a place of a padded axis: beyond an edge the pixels before it follow
   * in reverse order, without the edge's own.
   *
   * @param place from -(size - 1) to 2 (size - 1)
   * @param size of the axis
   * @return in [0, size)
   */
  static int reflected(int place, int size) {
    int before = Math.abs(place);
    return size - 1 - Math.abs(size - 1 - before);
  }
}
