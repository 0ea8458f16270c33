package org.adversaria.figures;

import ai.djl.ndarray.NDArray;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import tech.tablesaw.api.Table;

/**
 * The figures of a GAN's notebook: images in grids and rows, curves of a run, samples beside their
 * true distribution, scores by class, animations.
 *
 * <p>Images are float32 {@code (N, C, H, W)} in [-1, 1], with C 1 (grey) or 3 (red, green, blue),
 * on any device; what lies outside is clamped. A pixel that is not a number is drawn in magenta, so
 * that a network that broke is seen to be broken. Pixels are enlarged by whole factors and never
 * smoothed nor shrunk: what is seen is what the network gave. The zoom chosen by itself is the
 * largest at which the figure fits the width of a notebook, 900 pixels, and no image is drawn
 * larger than 192 pixels.
 *
 * <p>Charts are drawn for being shown unscaled at that width. Series differ in colour and in
 * marker; the colours can be told apart by the colour-blind.
 *
 * <p>No figure needs a display: unless the system property {@code java.awt.headless} is set, the
 * first figure sets it to true. A program that has windows sets it to false beforehand. Figures
 * with text need a font on the machine (on Linux also fontconfig and FreeType) and throw an {@link
 * IllegalStateException} that says what to install where there is none.
 */
public final class Figures {

  private static final int BETWEEN = 12;

  /** Left and right of the line above a figure, which would else be cut at the edge. */
  private static final int TITLE_MARGIN = 4;

  private Figures() {}

  /**
   * Draws images row by row, with two pixels between them.
   *
   * @param images {@code (N, C, H, W)} float32 in [-1, 1]
   * @param columns how many in a row; the last row may have fewer
   * @return the figure
   * @throws IllegalArgumentException if the array is no such batch or {@code columns} is below 1
   */
  public static BufferedImage grid(NDArray images, int columns) {
    ImageSheet sheet = ImageSheet.ofGrid(images, columns, List.of(), List.of());
    return sheet.draw(sheet.fittingZoom());
  }

  /**
   * Draws images row by row at a given zoom.
   *
   * @param images {@code (N, C, H, W)} float32 in [-1, 1]
   * @param columns how many in a row; the last row may have fewer
   * @param zoom the side of the square that a pixel becomes, at least 1
   * @return the figure, {@code columns * (W * zoom + 2) - 2} wide and {@code rows * (H * zoom + 2)
   *     - 2} high
   * @throws IllegalArgumentException if the array is no such batch or a number is below 1
   */
  public static BufferedImage grid(NDArray images, int columns, int zoom) {
    return ImageSheet.ofGrid(images, columns, List.of(), List.of()).draw(zoom);
  }

  /**
   * Draws images row by row, each with a caption below it.
   *
   * @param images {@code (N, C, H, W)} float32 in [-1, 1]
   * @param columns how many in a row; the last row may have fewer
   * @param captions one for each image; cut with an ellipsis where it is wider than its image
   * @return the figure
   * @throws IllegalArgumentException if the array is no such batch, {@code columns} is below 1 or
   *     the number of captions is not N
   */
  public static BufferedImage grid(NDArray images, int columns, List<String> captions) {
    ImageSheet sheet = ImageSheet.ofGrid(images, columns, List.of(), captions);
    NameCounts.requireCount("images", captions, images.getShape().get(0));
    return sheet.draw(sheet.fittingZoom());
  }

  /**
   * Draws one row for each class, with the class's name on its left.
   *
   * @param images {@code (classes * perClass, C, H, W)} float32 in [-1, 1], class by class
   * @param perClass how many images each class has
   * @param classNames the names in the order of the classes
   * @return the figure
   * @throws IllegalArgumentException if the array is no such batch or the numbers do not match
   */
  public static BufferedImage classGrid(NDArray images, int perClass, List<String> classNames) {
    ImageSheet sheet = ImageSheet.ofGrid(images, perClass, classNames, List.of());
    long count = images.getShape().get(0);
    if (count != (long) perClass * classNames.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "%d images are not %d for each of %d classes: %s",
              count, perClass, classNames.size(), classNames));
    }
    return sheet.draw(sheet.fittingZoom());
  }

  /**
   * Draws rows of images that belong together, each with a label on its left: interpolations, or
   * real images above generated ones.
   *
   * @param labels one for each row
   * @param rows each {@code (N, C, H, W)} float32 in [-1, 1]; H and W must agree, N and C need not
   * @return the figure
   * @throws IllegalArgumentException if there is no row, an array is no such batch, the sizes
   *     differ or the number of labels is not that of the rows
   */
  public static BufferedImage rows(List<String> labels, List<NDArray> rows) {
    NameCounts.requireOneEach("rows", labels, rows);
    ImageSheet sheet = ImageSheet.ofRows(rows, labels);
    return sheet.draw(sheet.fittingZoom());
  }

  /**
   * Draws columns of a table as lines.
   *
   * @param log the table
   * @param x the numeric column on the horizontal axis
   * @param columns the numeric columns to draw
   * @return the figure, 900 x 320 pixels
   * @throws IllegalArgumentException if a column is missing or holds no numbers, or none is named
   * @see #curves(Table, String, List, ChartOptions)
   */
  public static BufferedImage curves(Table log, String x, List<String> columns) {
    return curves(log, x, columns, ChartOptions.defaults());
  }

  /**
   * Draws columns of a table as lines. In the legend and at the axes the columns of a run's log
   * have readable names: {@code loss_discriminator} is "loss of D", underscores are spaces.
   *
   * <p>Missing values, NaN and infinities leave gaps; a value between two gaps is a dot. For a
   * column that is filled only now and then (a score every thousand steps) drop the other rows
   * first, and its line is whole. A table without rows gives an empty frame, so that a live chart
   * can start before the run does.
   *
   * @param log the table
   * @param x the numeric column on the horizontal axis; rows where it is missing are left out
   * @param columns the numeric columns to draw
   * @param options names, size (900 x 320 pixels by itself), ranges, logarithmic axes, smoothing
   * @return the figure
   * @throws IllegalArgumentException if a column is missing or holds no numbers, or none is named
   */
  public static BufferedImage curves(
      Table log, String x, List<String> columns, ChartOptions options) {
    return curves(log, x, columns, Map.of(), options);
  }

  /**
   * Draws columns of a table as lines with error bars, as {@link #curves(Table, String, List,
   * ChartOptions)} does otherwise.
   *
   * @param log the table
   * @param x the numeric column on the horizontal axis; rows where it is missing are left out
   * @param columns the numeric columns to draw
   * @param errors from a column to the numeric column of its errors (the bar of a value v with
   *     error e reaches from v - e to v + e); a missing error is not drawn. Of long lines some
   *     forty values get their bars. Smoothed values have none
   * @param options names, size (900 x 320 pixels by itself), ranges, logarithmic axes, smoothing
   * @return the figure
   * @throws IllegalArgumentException if a column is missing or holds no numbers, or none is named
   */
  public static BufferedImage curves(
      Table log, String x, List<String> columns, Map<String, String> errors, ChartOptions options) {
    return Curves.draw(log, x, columns, errors, options);
  }

  /**
   * Draws histograms of numbers, each of area one.
   *
   * @param names one for each array of samples
   * @param samples each {@code (N)} or {@code (N, 1)} float32; what is not finite is left out
   * @param options names, size (900 x 320 pixels by itself), ranges
   * @return the figure
   * @throws IllegalArgumentException if an array has another shape or the names do not match
   */
  public static BufferedImage histogram(
      List<String> names, List<NDArray> samples, ChartOptions options) {
    return Density.draw(names, samples, null, options);
  }

  /**
   * Draws histograms of numbers, each of area one, and over them the density that they should have:
   * the figure 1 of Goodfellow et al., "Generative Adversarial Nets" (2014).
   *
   * @param names one for each array of samples
   * @param samples each {@code (N)} or {@code (N, 1)} float32; what is not finite is left out
   * @param truth the true density
   * @param options names, size (900 x 320 pixels by itself), ranges
   * @return the figure
   * @throws IllegalArgumentException if an array has another shape or the names do not match
   */
  public static BufferedImage density(
      List<String> names, List<NDArray> samples, DoubleUnaryOperator truth, ChartOptions options) {
    return Density.draw(names, samples, truth, options);
  }

  /**
   * Draws groups of points of the plane, with one unit equally long on both axes.
   *
   * @param names one for each group
   * @param groups each {@code (N, 2)} float32; later groups are drawn over earlier ones, points
   *     that are not finite are left out
   * @param options names, size (640 x 560 pixels by itself), ranges (of which one is widened where
   *     their proportion is not the figure's)
   * @return the figure
   * @throws IllegalArgumentException if an array has another shape or the names do not match
   */
  public static BufferedImage scatter(
      List<String> names, List<NDArray> groups, ChartOptions options) {
    return Scatter.draw(names, groups, options);
  }

  /**
   * Draws labelled points of the plane, with one unit equally long on both axes.
   *
   * @param points {@code (N, 2)} float32
   * @param labels {@code (N)} int64, the class of each point
   * @param classNames the names in the order of the classes
   * @param options names, size (640 x 560 pixels by itself), ranges (of which one is widened where
   *     their proportion is not the figure's)
   * @return the figure
   * @throws IllegalArgumentException if an array has another shape or type, or a label no name
   */
  public static BufferedImage scatter(
      NDArray points, NDArray labels, List<String> classNames, ChartOptions options) {
    return Scatter.draw(points, labels, classNames, options);
  }

  /**
   * Draws one lying bar for each row of a table, with its value at its end.
   *
   * @param table the table; without rows it gives an empty frame
   * @param category the column that names the bars, of any type
   * @param value the numeric column of their lengths; a missing value has no bar
   * @return the figure, 640 pixels wide and as high as it needs to be
   * @throws IllegalArgumentException if a column is missing or the values are no numbers
   */
  public static BufferedImage bars(Table table, String category, String value) {
    return Bars.draw(table, category, value, null, ChartOptions.defaults());
  }

  /**
   * Draws one lying bar for each row of a table, with its value and its error.
   *
   * @param table the table; without rows it gives an empty frame
   * @param category the column that names the bars, of any type
   * @param value the numeric column of their lengths; a missing value has no bar
   * @param error the numeric column of the errors (the bar of a value v with error e reaches from v
   *     - e to v + e); a missing one is not drawn
   * @param options title, width (640 pixels by itself), horizontal name and range
   * @return the figure, as high as it needs to be
   * @throws IllegalArgumentException if a column is missing or holds no numbers
   */
  public static BufferedImage bars(
      Table table, String category, String value, String error, ChartOptions options) {
    return Bars.draw(table, category, value, error, options);
  }

  /**
   * Puts figures side by side, their middles on one line.
   *
   * @param figures one or more
   * @return one figure on white, with twelve pixels between them
   * @throws IllegalArgumentException if there is none
   */
  public static BufferedImage beside(BufferedImage... figures) {
    requireSome(figures);
    int height = Arrays.stream(figures).mapToInt(BufferedImage::getHeight).max().orElseThrow();
    int width = Arrays.stream(figures).mapToInt(f -> f.getWidth() + BETWEEN).sum() - BETWEEN;
    BufferedImage sheet = Theme.sheet(width, height);
    Graphics2D g = Theme.graphics(sheet);
    int x = 0;
    for (BufferedImage figure : figures) {
      g.drawImage(figure, x, (height - figure.getHeight()) / 2, null);
      x += figure.getWidth() + BETWEEN;
    }
    g.dispose();
    return sheet;
  }

  /**
   * Puts figures below one another, their left edges on one line.
   *
   * @param figures one or more
   * @return one figure on white, with twelve pixels between them
   * @throws IllegalArgumentException if there is none
   */
  public static BufferedImage stack(BufferedImage... figures) {
    requireSome(figures);
    int width = Arrays.stream(figures).mapToInt(BufferedImage::getWidth).max().orElseThrow();
    int height = Arrays.stream(figures).mapToInt(f -> f.getHeight() + BETWEEN).sum() - BETWEEN;
    BufferedImage sheet = Theme.sheet(width, height);
    Graphics2D g = Theme.graphics(sheet);
    int y = 0;
    for (BufferedImage figure : figures) {
      g.drawImage(figure, 0, y, null);
      y += figure.getHeight() + BETWEEN;
    }
    g.dispose();
    return sheet;
  }

  /**
   * Writes a line above a figure: the step of an animation's frame, the name of one of several.
   *
   * @param title the line; cut with an ellipsis where it is wider than the figure
   * @param figure what stands below it
   * @return a figure of the same width, 26 pixels higher
   */
  public static BufferedImage titled(String title, BufferedImage figure) {
    BufferedImage sheet = Theme.sheet(figure.getWidth(), figure.getHeight() + 26);
    Graphics2D g = Theme.graphics(sheet);
    g.setFont(Theme.bold(14));
    FontMetrics m = g.getFontMetrics();
    g.drawString(Theme.fit(title, m, figure.getWidth() - 2 * TITLE_MARGIN), TITLE_MARGIN, 17);
    g.drawImage(figure, 0, 26, null);
    g.dispose();
    return sheet;
  }

  /**
   * Makes an animation of figures.
   *
   * @param frames the pictures in order, at least one, all of the same size
   * @param perFrame how long each is shown
   * @return the animation, which knows its GIF and its HTML
   * @throws IllegalArgumentException if there is no frame, if two differ in size, or if the time is
   *     below 20 ms or above ten minutes
   */
  public static Animation animate(List<BufferedImage> frames, Duration perFrame) {
    return Animation.of(frames, perFrame);
  }

  /**
   * Writes a figure as PNG, whole or not at all.
   *
   * @param figure the figure
   * @param file the target, with the ending .png; missing folders are made, an older file is
   *     replaced
   * @throws IllegalArgumentException if the file's name has another ending
   * @throws UncheckedIOException if the file cannot be written
   */
  public static void save(BufferedImage figure, Path file) {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new IllegalArgumentException(
          "Figures are saved as PNG; " + file + " does not end with .png");
    }
    write(file, png(figure));
  }

  /**
   * Returns a figure as a PNG file has it.
   *
   * @param figure the figure
   * @return the bytes of the file
   */
  public static byte[] png(BufferedImage figure) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(figure, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("The PNG could not be written to memory", e);
    }
    return bytes.toByteArray();
  }

  /** Writes a picture's file, whole or not at all. */
  static void write(Path file, byte[] content) {
    try {
      AtomicFile.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException("The picture cannot be written to " + file, e);
    }
  }

  private static void requireSome(BufferedImage... figures) {
    if (figures.length == 0) {
      throw new IllegalArgumentException("No figure to put together");
    }
  }
}
