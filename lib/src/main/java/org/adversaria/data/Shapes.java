package org.adversaria.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Ten classes of synthetic shapes: a data set without downloads, with known factors.
 *
 * <p>The classes are disk, ring, square, triangle, star, cross, crescent, heart, bar and hourglass;
 * the label of image i is {@code i mod 10}. Position, size, rotation, hue, lightness, texture and
 * background vary within a class; {@link #factors()} returns them, so that the diversity of
 * generated images can be compared with the true one. The rotation is at most 28 degrees, so that
 * classes are distinct. A shape is always lighter than its background.
 *
 * <p>An image is a pure function of (seed, split, index) and the settings, the same bytes on every
 * platform. Its factors depend neither on the resolution nor on the channels. Images are rendered
 * at their first use and stored; {@link #checksum()} renders all of them, on all processors.
 */
public final class Shapes implements ImageData {

  private static final List<String> CLASS_NAMES =
      Arrays.stream(ShapeOutline.values()).map(ShapeOutline::title).toList();

  private final int resolution;
  private final int channels;
  private final int size;
  private final long seed;
  private final Split split;
  private final double variation;
  private final boolean sketch;
  private final AtomicReferenceArray<byte[]> images;
  private volatile String checksum;

  private Shapes(Builder builder) {
    resolution = builder.resolution;
    channels = builder.channels;
    size = builder.size > 0 ? builder.size : builder.split == Split.TRAIN ? 10_000 : 2_000;
    seed = builder.seed;
    split = builder.split;
    variation = builder.variation;
    sketch = false;
    images = new AtomicReferenceArray<>(size);
  }

  private Shapes(Shapes shapes) {
    resolution = shapes.resolution;
    channels = 1;
    size = shapes.size;
    seed = shapes.seed;
    split = shapes.split;
    variation = shapes.variation;
    sketch = true;
    images = new AtomicReferenceArray<>(size);
  }

  /**
   * Returns sketches of the same images: each shape's outline, a dark line on light paper, without
   * colours, textures and background. Image i is the sketch of this data set's image i, so that the
   * two are pairs for translation, see {@link ImagePairs}.
   *
   * @return grey images of the same number, size and classes
   */
  public Shapes sketches() {
    return new Shapes(this);
  }

  /**
   * Returns a builder of the data set.
   *
   * @return a builder; every setting has a default
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    String kind = sketch ? "shapes-sketch-" : channels == 1 ? "shapes-grey-" : "shapes-";
    return split.suffix(kind + resolution);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int height() {
    return resolution;
  }

  @Override
  public int width() {
    return resolution;
  }

  @Override
  public List<String> classNames() {
    return CLASS_NAMES;
  }

  @Override
  public int label(int index) {
    return Objects.checkIndex(index, size) % CLASS_NAMES.size();
  }

  @Override
  public void copyImage(int index, byte[] target, int offset) {
    byte[] image = image(index);
    System.arraycopy(image, 0, target, offset, image.length);
  }

  @Override
  public String checksum() {
    if (checksum == null) {
      IntStream.range(0, size).parallel().forEach(this::image);
      checksum = Checksums.of(this);
    }
    return checksum;
  }

  /**
   * Returns the factors of every image, one row for each.
   *
   * <p>Columns: {@code index}; {@code class}; {@code x} and {@code y}, the centre, from -1 (left,
   * top) to 1; {@code size}, the shape's radius as a share of half the image's side; {@code
   * rotation}, clockwise in degrees; {@code hue} in [0, 1); {@code lightness} in [-1, 1] about the
   * mean; {@code texture}: plain, stripes, checks, dots; {@code phase} of the texture in [0, 1);
   * {@code background}: plain, gradient, glow; {@code background hue}, {@code background
   * lightness}, {@code background angle} in degrees. Hues have no effect on grey images.
   *
   * @return the table, in the order of the images
   */
  public Table factors() {
    List<ShapeScene> scenes = IntStream.range(0, size).mapToObj(this::scene).toList();
    return Tables.plain(
        Table.create(
            name(),
            IntColumn.create("index", IntStream.range(0, size)),
            text("class", scenes.stream().map(ShapeScene::outline).toList()),
            DoubleColumn.create("x", scenes.stream().mapToDouble(ShapeScene::x)),
            DoubleColumn.create("y", scenes.stream().mapToDouble(ShapeScene::y)),
            DoubleColumn.create("size", scenes.stream().mapToDouble(ShapeScene::size)),
            DoubleColumn.create("rotation", scenes.stream().mapToDouble(ShapeScene::rotation)),
            DoubleColumn.create("hue", scenes.stream().mapToDouble(ShapeScene::hue)),
            DoubleColumn.create("lightness", scenes.stream().mapToDouble(ShapeScene::lightness)),
            text("texture", scenes.stream().map(ShapeScene::texture).toList()),
            DoubleColumn.create("phase", scenes.stream().mapToDouble(ShapeScene::phase)),
            text("background", scenes.stream().map(ShapeScene::background).toList()),
            DoubleColumn.create(
                "background hue", scenes.stream().mapToDouble(ShapeScene::backgroundHue)),
            DoubleColumn.create(
                "background lightness",
                scenes.stream().mapToDouble(ShapeScene::backgroundLightness)),
            DoubleColumn.create(
                "background angle", scenes.stream().mapToDouble(ShapeScene::backgroundAngle))));
  }

  @Override
  public String toString() {
    return Text.format(
        "%s: %d images of %dx%dx%d in %d classes (seed %d, variation %s)",
        name(), size, channels, resolution, resolution, numClasses(), seed, variation);
  }

  private static StringColumn text(String name, List<? extends Enum<?>> values) {
    return StringColumn.create(
        name, values.stream().map(value -> value.name().toLowerCase(Locale.ROOT)));
  }

  /** The part. */
  Split split() {
    return split;
  }

  /** The factors of an image. */
  ShapeScene scene(int index) {
    var outline = ShapeOutline.values()[label(index)];
    return ShapeScene.draw(outline, variation, new SplitMix(seed, split.ordinal(), index));
  }

  private byte[] image(int index) {
    byte[] image = images.get(index);
    if (image == null) {
      var painter = new ShapePainter(scene(index), resolution, channels, variation);
      image = sketch ? painter.sketch() : painter.paint();
      images.set(index, image);
    }
    return image;
  }

  /** The settings of {@link Shapes}. */
  public static final class Builder {

    private int resolution = 32;
    private int channels = 3;
    private int size;
    private long seed;
    private Split split = Split.TRAIN;
    private double variation = 0.5;

    private Builder() {}

    /**
     * Sets the side of the square images; 32 unless set.
     *
     * @param value 16 to 128 pixels
     * @return this builder
     */
    public Builder resolution(int value) {
      resolution = value;
      return this;
    }

    /**
     * Sets the number of channels; 3 unless set.
     *
     * @param value 1 for grey, 3 for colour
     * @return this builder
     */
    public Builder channels(int value) {
      channels = value;
      return this;
    }

    /**
     * Sets the number of images; 10,000 for training and 2,000 for testing unless set.
     *
     * @param value at least 1
     * @return this builder
     */
    public Builder size(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("Shapes needs at least one image, not " + value);
      }
      size = value;
      return this;
    }

    /**
     * Sets the seed; 0 unless set.
     *
     * @param value any value
     * @return this builder
     */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * Sets the part; {@link Split#TRAIN} unless set. The parts of one seed are independent.
     *
     * @param value the part
     * @return this builder
     */
    public Builder split(Split value) {
      split = Objects.requireNonNull(value, "split");
      return this;
    }

    /**
     * Sets the variation within a class; 0.5 unless set.
     *
     * <p>At 0 a class is one image. Position, size, rotation, lightness and the shares of textured
     * shapes and of structured backgrounds grow in proportion, up to 28 degrees, a factor of two in
     * size and no plain image at 1. Hues fill the colour circle from 0.5 on. With the default half
     * of the shapes and half of the backgrounds are plain; small networks learn it in minutes at 16
     * to 28 pixels in grey.
     *
     * @param value 0 to 1
     * @return this builder
     */
    public Builder variation(double value) {
      variation = value;
      return this;
    }

    /**
     * Creates the data set, without rendering images.
     *
     * @return the data set
     * @throws IllegalArgumentException if a setting is out of range
     */
    public Shapes build() {
      require(
          resolution >= 16 && resolution <= 128,
          "Shapes is drawn at 16 to 128 pixels, not at " + resolution);
      require(
          channels == 1 || channels == 3,
          "Shapes has 1 channel (grey) or 3 (colour), not " + channels);
      require(
          variation >= 0 && variation <= 1,
          "The variation of Shapes lies between 0 and 1, but is " + variation);
      return new Shapes(this);
    }

    private static void require(boolean condition, String problem) {
      if (!condition) {
        throw new IllegalArgumentException(problem);
      }
    }
  }
}
