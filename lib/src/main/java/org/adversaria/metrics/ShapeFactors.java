package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.adversaria.data.Shapes;
import org.adversaria.data.Tables;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/**
 * Position, size and hue of the shape in an image of {@link Shapes}, recovered from its pixels. The
 * same from real and from generated images, with no network between.
 *
 * <p>A shape is lighter than its background. So a threshold half-way between the mean luminance of
 * the pixels above it and of those below it parts the two (Ridler and Calvard, "Picture
 * thresholding using an iterative selection method", 1978). Pixels count in proportion to how far
 * their luminance has come from the one mean to the other, from 0 at three tenths of the way to 1
 * at seven tenths, which places soft edges within a fraction of a pixel and ignores gradients and
 * textures. The moments of these weights are the factors:
 *
 * <ul>
 *   <li>x and y are the centroid;
 *   <li>the size is the radius of the disk with the same second moment: {@code sqrt(2)} times the
 *       root mean square of the distance from the centroid;
 *   <li>the hue is the direction of the sum of all colours in the plane of chromas, so that vivid
 *       pixels count more than pale ones.
 * </ul>
 *
 * <p>A class whose outline is not centred has an offset in position, and each class has its own
 * factor of size (0.86 for a disk): compare within a class.
 */
final class ShapeFactors {

  /** Luminance, from 0 to 1, and chroma below which there is nothing to see. */
  private static final double MIN_CONTRAST = 0.05;

  /** How much faster a pixel's weight grows than its luminance does from mean to mean. */
  private static final double STEEPNESS = 2.5;

  private static final int MAX_ROUNDS = 100;

  private static final double[] LUMINANCE = {0.299, 0.587, 0.114};
  private static final int FACTORS = 4;

  private final float[] pixels;
  private final int channels;
  private final int height;
  private final int width;

  private ShapeFactors(NDArray images) {
    Shape shape = images.getShape();
    if (shape.dimension() != 4 || (shape.get(1) != 1 && shape.get(1) != 3)) {
      throw new IllegalArgumentException(
          "Factors are recovered from images (N, C, H, W) with 1 or 3 channels, not from " + shape);
    }
    pixels = images.toFloatArray();
    channels = (int) shape.get(1);
    height = (int) shape.get(2);
    width = (int) shape.get(3);
  }

  /**
   * Recovers the factors of images.
   *
   * @param images float32 {@code (N, C, H, W)} in [-1, 1], grey or red, green, blue
   * @return a row for each image; columns {@code x}, {@code y}, {@code size} and, from colour
   *     images, {@code hue}, in the units of {@link Shapes#factors()}. All are missing where the
   *     lightest and the darkest pixel differ by less than a twentieth of the range, or one is not
   *     a number; the hue is missing where the shape is grey
   * @throws IllegalArgumentException if the array is no batch of grey or colour images
   */
  static Table recover(NDArray images) {
    var batch = new ShapeFactors(images);
    int count = (int) images.getShape().get(0);
    var columns = new double[FACTORS][count];
    for (int i = 0; i < count; i++) {
      double[] factors = batch.recover(i);
      for (int k = 0; k < FACTORS; k++) {
        columns[k][i] = factors[k];
      }
    }
    Table table =
        Table.create(
            DoubleColumn.create("x", columns[0]),
            DoubleColumn.create("y", columns[1]),
            DoubleColumn.create("size", columns[2]));
    if (batch.channels > 1) {
      table.addColumns(DoubleColumn.create("hue", columns[3]));
    }
    return Tables.plain(table);
  }

  /** x, y, size and hue of an image; not a number where missing. */
  private double[] recover(int image) {
    int plane = height * width;
    int start = image * channels * plane;
    double[] luminance = luminance(start, plane);
    double low = Arrays.stream(luminance).min().orElseThrow();
    double high = Arrays.stream(luminance).max().orElseThrow();
    var factors = new double[FACTORS];
    if (high - low >= MIN_CONTRAST) {
      double[] weights = weights(luminance, (low + high) / 2);
      moments(weights, factors);
      factors[3] = channels == 1 ? Double.NaN : hue(weights, start);
    } else {
      Arrays.fill(factors, Double.NaN);
    }
    return factors;
  }

  private double[] luminance(int start, int plane) {
    var luminance = new double[plane];
    for (int i = 0; i < plane; i++) {
      double value = 0;
      for (int c = 0; c < channels; c++) {
        value += (channels == 1 ? 1 : LUMINANCE[c]) * pixels[start + c * plane + i];
      }
      luminance[i] = (value + 1) / 2;
    }
    return luminance;
  }

  /** How much of each pixel is the shape's; replaces the luminances. */
  private static double[] weights(double[] luminance, double middle) {
    double threshold = middle;
    double former = Double.NaN;
    double contrast = 0;
    // The threshold rises or falls until no pixel changes sides, which takes a few rounds.
    for (int round = 0; round < MAX_ROUNDS && threshold != former; round++) {
      double above = 0;
      double below = 0;
      int count = 0;
      for (double value : luminance) {
        if (value > threshold) {
          above += value;
          count++;
        } else {
          below += value;
        }
      }
      above /= count;
      below /= luminance.length - count;
      former = threshold;
      threshold = (above + below) / 2;
      contrast = above - below;
    }
    for (int i = 0; i < luminance.length; i++) {
      double way = 0.5 + STEEPNESS * (luminance[i] - threshold) / contrast;
      luminance[i] = Math.max(0, Math.min(1, way));
    }
    return luminance;
  }

  private void moments(double[] weights, double[] factors) {
    double sum = 0;
    double x = 0;
    double y = 0;
    double squares = 0;
    for (int i = 0; i < weights.length; i++) {
      double px = (2 * (i % width) + 1.0) / width - 1;
      double py = (2 * (i / width) + 1.0) / height - 1;
      sum += weights[i];
      x += weights[i] * px;
      y += weights[i] * py;
      squares += weights[i] * (px * px + py * py);
    }
    factors[0] = x / sum;
    factors[1] = y / sum;
    double variance = squares / sum - factors[0] * factors[0] - factors[1] * factors[1];
    factors[2] = Math.sqrt(2 * Math.max(0, variance));
  }

  /** On the data's colour circle: red at 0, blue at a third, green at two thirds. */
  private double hue(double[] weights, int start) {
    int plane = weights.length;
    double sum = 0;
    double red = 0;
    double green = 0;
    double blue = 0;
    for (int i = 0; i < plane; i++) {
      sum += weights[i];
      red += weights[i] * pixels[start + i];
      green += weights[i] * pixels[start + plane + i];
      blue += weights[i] * pixels[start + 2 * plane + i];
    }
    double alongRed = (red - (green + blue) / 2) / (2 * sum);
    double across = Math.sqrt(0.75) * (blue - green) / (2 * sum);
    if (Math.hypot(alongRed, across) < MIN_CONTRAST) {
      return Double.NaN;
    }
    double turn = Math.atan2(across, alongRed) / (2 * Math.PI);
    return turn < 0 ? turn + 1 : turn;
  }
}
