package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.function.BinaryOperator;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * How much an image resembles another, pixel by pixel: for translation and reconstruction, where
 * every generated image has its own original.
 *
 * <p>Everything is computed in double precision. A range is the largest minus the smallest value
 * that a pixel may have: 2 for images in [-1, 1].
 */
public final class ImageSimilarity {

  /** Pixels that are filtered in one go, so that memory does not grow with the number of images. */
  private static final int CHUNK = 1 << 20;

  private static final double K1 = 0.01;
  private static final double K2 = 0.03;

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def mse(self, a: Tensor, b: Tensor) -> Tensor:
            return torch.mean(torch.square(torch.sub(torch.to(a, 7), b)), [1, 2, 3])

          def ssim(self, a: Tensor, b: Tensor, weights: Tensor, factor: Tensor, c1: Tensor,
                   c2: Tensor) -> Tensor:
            n, c, h, w = torch.size(a)
            x = torch.to(torch.reshape(a, [-1, 1, h, w]), 7)
            y = torch.to(torch.reshape(b, [-1, 1, h, w]), 7)
            maps = torch.cat([x, y, torch.mul(x, x), torch.mul(y, y), torch.mul(x, y)], 0)
            row = torch.reshape(weights, [1, 1, 1, -1])
            column = torch.reshape(weights, [1, 1, -1, 1])
            maps = torch.conv2d(maps, row, None, [1, 1], [0, 0], [1, 1], 1)
            maps = torch.conv2d(maps, column, None, [1, 1], [0, 0], [1, 1], 1)
            mx, my, xx, yy, xy = torch.chunk(maps, 5, 0)
            vx = torch.mul(torch.sub(xx, torch.mul(mx, mx)), factor)
            vy = torch.mul(torch.sub(yy, torch.mul(my, my)), factor)
            cov = torch.mul(torch.sub(xy, torch.mul(mx, my)), factor)
            luminance = torch.add(torch.mul(torch.mul(mx, my), 2), c1)
            structure = torch.add(torch.mul(cov, 2), c2)
            sizes = torch.add(torch.add(torch.mul(mx, mx), torch.mul(my, my)), c1)
            spreads = torch.add(torch.add(vx, vy), c2)
            ssim = torch.div(torch.mul(luminance, structure), torch.mul(sizes, spreads))
            return torch.mean(torch.reshape(ssim, [n, -1]), [1])
          """);

  private ImageSimilarity() {}

  /**
   * Returns the mean squared difference of pixels.
   *
   * @param a float32 or float64 {@code (N, C, H, W)}
   * @param b images of the same shape
   * @return float64 {@code (N)}, attached to a's manager
   * @throws IllegalArgumentException if the shapes differ or are none of images
   */
  public static NDArray mse(NDArray a, NDArray b) {
    return perImage(a, b, (x, y) -> SCRIPT.method("mse").call(x, y));
  }

  /**
   * Returns the peak signal-to-noise ratio, 10 log<sub>10</sub>(range<sup>2</sup> / mse).
   *
   * @param a float32 or float64 {@code (N, C, H, W)}
   * @param b images of the same shape
   * @param range the largest minus the smallest possible value of a pixel
   * @return float64 {@code (N)}, in decibels, positive infinity for equal images; attached to a's
   *     manager
   * @throws IllegalArgumentException if the shapes differ or are none of images, or the range is
   *     not positive
   */
  public static NDArray psnr(NDArray a, NDArray b, double range) {
    requireRange(range);
    return perImage(
        a,
        b,
        (x, y) -> SCRIPT.method("mse").call(x, y).pow(-1d).mul(range * range).log10().mul(10d));
  }

  /**
   * Returns the structural similarity of Wang et al. (2004, equation 13), with their window and
   * constants (K<sub>1</sub> = 0.01, K<sub>2</sub> = 0.03): the mean over channels and over the
   * positions at which the window lies inside the image.
   *
   * @param a float32 or float64 {@code (N, C, H, W)}
   * @param b images of the same shape
   * @param range the largest minus the smallest possible value of a pixel
   * @return float64 {@code (N)}, -1 to 1, 1 for equal images; attached to a's manager
   * @throws IllegalArgumentException if the shapes differ or are none of images, the images are
   *     smaller than 11 by 11, or the range is not positive
   */
  public static NDArray ssim(NDArray a, NDArray b, double range) {
    return ssim(a, b, range, SsimWindow.gaussian());
  }

  /**
   * Returns the structural similarity with another window.
   *
   * @param a float32 or float64 {@code (N, C, H, W)}
   * @param b images of the same shape
   * @param range the largest minus the smallest possible value of a pixel
   * @param window the window
   * @return float64 {@code (N)}, -1 to 1, 1 for equal images; attached to a's manager
   * @throws IllegalArgumentException if the shapes differ or are none of images, the images are
   *     smaller than the window, or the range is not positive
   */
  public static NDArray ssim(NDArray a, NDArray b, double range, SsimWindow window) {
    requireRange(range);
    requireImages(a, b);
    Shape shape = a.getShape();
    if (Math.min(shape.get(2), shape.get(3)) < window.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "Images of %d x %d are smaller than SSIM's window of %d x %d; give a smaller SsimWindow",
              shape.get(2), shape.get(3), window.size(), window.size()));
    }
    NDManager manager = a.getManager();
    try (var scope = new NDScope()) {
      NDArray weights = manager.create(window.weights()).toDevice(a.getDevice(), false);
      NDArray factor = manager.create(window.covarianceFactor());
      NDArray c1 = manager.create(K1 * range * (K1 * range));
      NDArray c2 = manager.create(K2 * range * (K2 * range));
      return perImage(a, b, (x, y) -> SCRIPT.method("ssim").call(x, y, weights, factor, c1, c2));
    }
  }

  /** Applies a measure to some images at a time. */
  private static NDArray perImage(NDArray a, NDArray b, BinaryOperator<NDArray> measure) {
    requireImages(a, b);
    int images = Math.toIntExact(a.getShape().get(0));
    int step = (int) Math.max(1, CHUNK * (long) images / a.size());
    var values = new double[images];
    for (int first = 0; first < images; first += step) {
      try (var scope = new NDScope();
          var paused = Autograd.pause()) {
        NDArray part = measure.apply(Samples.rows(a, first, step), Samples.rows(b, first, step));
        System.arraycopy(part.toDoubleArray(), 0, values, first, (int) part.size());
      }
    }
    try (var scope = new NDScope()) {
      NDArray result = a.getManager().create(values).toDevice(a.getDevice(), false);
      NDScope.unregister(result);
      return result;
    }
  }

  private static void requireImages(NDArray a, NDArray b) {
    if (a.getShape().dimension() != 4 || a.size() == 0 || !a.getShape().equals(b.getShape())) {
      throw new IllegalArgumentException(
          Text.format(
              "Images of shapes %s and %s cannot be compared; both are to be the same (N, C, H, W)",
              a.getShape(), b.getShape()));
    }
  }

  private static void requireRange(double range) {
    if (!(range > 0) || Double.isInfinite(range)) {
      throw new IllegalArgumentException(
          Text.format(
              "A range is a positive number, not %s; it is 2 for images in [-1, 1]", range));
    }
  }
}
