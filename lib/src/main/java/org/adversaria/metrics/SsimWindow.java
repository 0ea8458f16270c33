package org.adversaria.metrics;

import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/**
 * The window in which {@link ImageSimilarity#ssim} compares images.
 *
 * @param size its height and width, in pixels, odd
 * @param sigma the standard deviation of its Gaussian weights, in pixels; positive infinity for
 *     equal weights
 * @param sampleCovariance whether variances are those of a sample (multiplied by size<sup>2</sup> /
 *     (size<sup>2</sup> - 1)) instead of the population's
 */
record SsimWindow(int size, double sigma, boolean sampleCovariance) {

  /**
   * A window.
   *
   * @param size its height and width, in pixels, odd
   * @param sigma the standard deviation of its Gaussian weights, in pixels
   * @param sampleCovariance whether variances are those of a sample
   * @throws IllegalArgumentException if the size is even or less than 3, or sigma not positive
   */
  public SsimWindow {
    if (size < 3 || size % 2 == 0 || !(sigma > 0)) {
      throw new IllegalArgumentException(
          Text.format(
              "A window has an odd size of at least 3 and sigma > 0, not %d and %s", size, sigma));
    }
  }

  /**
   * Returns the window of Wang et al. (2004, section III-C).
   *
   * @return 11 by 11, Gaussian of 1.5 pixels, population covariance
   */
  public static SsimWindow gaussian() {
    return new SsimWindow(11, 1.5, false);
  }

  /**
   * Returns the window that scikit-image takes where none is asked for.
   *
   * @return 7 by 7, equal weights, sample covariance
   */
  public static SsimWindow uniform() {
    return new SsimWindow(7, Double.POSITIVE_INFINITY, true);
  }

  /** The weights of a row, of sum 1; the window's are products of two. */
  double[] weights() {
    double[] weights =
        IntStream.rangeClosed(-size / 2, size / 2)
            .mapToDouble(i -> Math.exp(-0.5 * i * i / (sigma * sigma)))
            .toArray();
    double sum = IntStream.range(0, size).mapToDouble(i -> weights[i]).sum();
    return IntStream.range(0, size).mapToDouble(i -> weights[i] / sum).toArray();
  }

  /** What variances about the window's own mean are multiplied by. */
  double covarianceFactor() {
    double pixels = (double) size * size;
    return sampleCovariance ? pixels / (pixels - 1) : 1;
  }
}
