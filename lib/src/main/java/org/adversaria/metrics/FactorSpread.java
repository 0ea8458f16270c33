package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.data.ImageData;
import org.adversaria.torch.Text;
import tech.tablesaw.api.Table;

/**
 * How far position, size and hue of the shapes in images of {@link org.adversaria.data.Shapes}
 * differ within each class; gathered batch by batch. They are recovered from the pixels, the same
 * from real and from generated images, with no network between.
 *
 * <p>For x, y and size this is the standard deviation (dividing by the number less one). For the
 * hue, which comes back to itself, it is the angular deviation {@code sqrt(2 (1 - R))} with the
 * mean resultant length {@code R = |mean of exp(2 pi i hue)|}: 0 for one hue, {@code sqrt(2)} for
 * hues all round the circle.
 *
 * <p>Source of the angular deviation: Batschelet, "Circular Statistics in Biology", 1981, section
 * 2.3.
 */
public final class FactorSpread {

  private static final int BATCH = 500;

  private final List<String> classNames;
  private final long[] images;
  private final Map<String, Variation[]> variations = new LinkedHashMap<>();
  private long missing;

  /**
   * Starts without images.
   *
   * @param classNames the classes, in the order of the labels
   */
  public FactorSpread(List<String> classNames) {
    this.classNames = List.copyOf(classNames);
    images = new long[classNames.size()];
  }

  /**
   * Gathers a whole data set.
   *
   * @param data the images
   * @return their spread
   */
  public static FactorSpread of(ImageData data) {
    var spread = new FactorSpread(data.classNames());
    Device device = Engine.getEngine("PyTorch").defaultDevice();
    DataSource.forEachBatch(data, device, BATCH, spread::add);
    return spread;
  }

  /**
   * Takes images into account.
   *
   * @param images float32 {@code (N, C, H, W)} in [-1, 1], with as many channels each time
   * @param labels int64 {@code (N)} in [0, classes)
   * @throws IllegalArgumentException if these are no grey or colour images, or their number is not
   *     that of the labels
   * @throws IndexOutOfBoundsException if a label is no class
   */
  public void add(NDArray images, NDArray labels) {
    Table factors = ShapeFactors.recover(images);
    long[] classes = labels.toLongArray();
    if (factors.rowCount() != classes.length) {
      throw new IllegalArgumentException(
          Text.format("%d images come with %d labels", factors.rowCount(), classes.length));
    }
    for (int i = 0; i < classes.length; i++) {
      this.images[(int) classes[i]]++;
      boolean complete = true;
      for (String factor : factors.columnNames()) {
        double value = factors.doubleColumn(factor).getDouble(i);
        complete &= !Double.isNaN(value);
        variations(factor)[(int) classes[i]].add(value);
      }
      missing += complete ? 0 : 1;
    }
  }

  private Variation[] variations(String factor) {
    return variations.computeIfAbsent(
        factor,
        name ->
            classNames.stream()
                .map(c -> name.equals("hue") ? new Circular() : new Linear())
                .toArray(Variation[]::new));
  }

  /**
   * Returns the classes.
   *
   * @return their names, in the order of the labels
   */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * Returns the factors found so far.
   *
   * @return {@code x}, {@code y}, {@code size} and, from colour images, {@code hue}; nothing before
   *     the first image
   */
  public List<String> factors() {
    return new ArrayList<>(variations.keySet());
  }

  /**
   * Returns how many images of a class were added.
   *
   * @param label the class
   * @return their number, those without factors included
   */
  public long images(int label) {
    return images[label];
  }

  /**
   * Returns how many images lack a factor, for want of contrast or colour. They do not count in the
   * spread of that factor.
   *
   * @return their number, all classes together
   */
  public long missing() {
    return missing;
  }

  /**
   * Returns the spread of a factor within a class.
   *
   * @param factor one of {@link #factors()}
   * @param label the class
   * @return at least 0; 0 too where fewer than two images have the factor
   * @throws IllegalArgumentException if there is no such factor
   */
  public double spread(String factor, int label) {
    Variation[] byClass = variations.get(factor);
    if (byClass == null) {
      throw new IllegalArgumentException(
          Text.format("No factor is named '%s'; there are %s", factor, variations.keySet()));
    }
    return byClass[label].spread();
  }

  /** The spread of numbers that come one by one; those that are not a number are left out. */
  private interface Variation {
    void add(double value);

    double spread();
  }

  /** Welford's running mean and sum of squares, exactly 0 for equal numbers. */
  private static final class Linear implements Variation {

    private long count;
    private double mean;
    private double squares;

    @Override
    public void add(double value) {
      if (!Double.isNaN(value)) {
        count++;
        double difference = value - mean;
        mean += difference / count;
        squares += difference * (value - mean);
      }
    }

    @Override
    public double spread() {
      return count < 2 ? 0 : Math.sqrt(squares / (count - 1));
    }
  }

  private static final class Circular implements Variation {

    private long count;
    private double cosines;
    private double sines;

    @Override
    public void add(double value) {
      if (!Double.isNaN(value)) {
        count++;
        cosines += Math.cos(2 * Math.PI * value);
        sines += Math.sin(2 * Math.PI * value);
      }
    }

    @Override
    public double spread() {
      double resultant = count < 2 ? 1 : Math.hypot(cosines, sines) / count;
      return Math.sqrt(2 * Math.max(0, 1 - resultant));
    }
  }
}
