package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.adversaria.torch.Text;

/**
 * Labelled images in memory, as the readers of files return them, or from arrays of your own.
 *
 * <p>Each image is a separate array, so that a data set may be larger than the largest Java array.
 */
public final class ImageBytes implements ImageData {

  private final String name;
  private final int channels;
  private final int height;
  private final int width;
  private final List<String> classNames;
  private final byte[][] images;
  private final int[] labels;
  private final List<String> notes;
  private volatile String checksum;

  /**
   * Creates a data set; the arrays are not copied.
   *
   * @param name the short name, see {@link #name()}
   * @param channels 1 or 3
   * @param height the height in pixels
   * @param width the width in pixels
   * @param classNames the class names, in the order of the labels
   * @param images the {@code C * H * W} bytes of every image, channels first
   * @param labels the label of every image
   * @throws DataException if there are no images, the numbers of images and labels differ, an image
   *     has another length, a label is out of range, or a name has control characters
   */
  public ImageBytes(
      String name,
      int channels,
      int height,
      int width,
      List<String> classNames,
      byte[][] images,
      int[] labels) {
    this(name, channels, height, width, classNames, images, labels, List.of());
  }

  private ImageBytes(
      String name,
      int channels,
      int height,
      int width,
      List<String> classNames,
      byte[][] images,
      int[] labels,
      List<String> notes) {
    this.name = Objects.requireNonNull(name, "name");
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.classNames = List.copyOf(classNames);
    this.images = images;
    this.labels = labels;
    this.notes = List.copyOf(notes);
    validate();
  }

  /**
   * Creates a data set from images in [-1, 1], such as a generator's samples. A pixel x is stored
   * as the byte nearest to {@code (x + 1) * 127.5}; values outside of [-1, 1] are clamped.
   *
   * @param name the short name, see {@link #name()}
   * @param images float32 {@code (N, C, H, W)}; C is 1 or 3
   * @param labels int64 {@code (N)}
   * @param classNames the class names, in the order of the labels
   * @return the data set
   * @throws DataException if there are no images, the numbers of images and labels differ, a pixel
   *     is not a number, or a label is out of range
   * @throws IllegalArgumentException if the images have not four dimensions
   */
  public static ImageBytes of(
      String name, NDArray images, NDArray labels, List<String> classNames) {
    Shape shape = images.getShape();
    if (shape.dimension() != 4) {
      throw new IllegalArgumentException("Images are (N, C, H, W), but these are " + shape);
    }
    int[] classes = LongStream.of(labels.toLongArray()).mapToInt(Math::toIntExact).toArray();
    return new ImageBytes(
        name,
        (int) shape.get(1),
        (int) shape.get(2),
        (int) shape.get(3),
        classNames,
        bytes(name, images),
        classes);
  }

  private static byte[][] bytes(String name, NDArray images) {
    var bytes = new byte[(int) images.getShape().get(0)][];
    for (int i = 0; i < bytes.length; i++) {
      try (var scope = new NDScope()) {
        float[] pixels = images.get(i).toFloatArray();
        bytes[i] = new byte[pixels.length];
        for (int p = 0; p < pixels.length; p++) {
          if (Float.isNaN(pixels[p])) {
            throw new DataException(
                Text.format(
                    "The data set '%s' has pixels that are not numbers in image %d: the generator's weights are damaged",
                    name, i));
          }
          bytes[i][p] = (byte) Math.max(0, Math.min(255, Math.round((pixels[p] + 1) * 127.5f)));
        }
      }
    }
    return bytes;
  }

  /** The same images, of which more is told. */
  ImageBytes withNotes(List<String> told) {
    return new ImageBytes(name, channels, height, width, classNames, images, labels, told);
  }

  private void validate() {
    require(channels == 1 || channels == 3, channels + " channels; an image has 1 or 3");
    require(height > 0 && width > 0, "images of " + height + "x" + width + " pixels");
    require(images.length > 0, "no images");
    require(Text.isVisible(name), "control characters in its name; rename its file or folder");
    for (String className : classNames) {
      require(
          Text.isVisible(className),
          Text.format(
              "the class name '%s' with control characters; rename it", Text.visible(className)));
    }
    require(
        images.length == labels.length,
        images.length + " images and " + labels.length + " labels; there must be one label each");
    for (int i = 0; i < images.length; i++) {
      require(
          images[i].length == imageLength(),
          Text.format(
              "%d bytes in image %d; with %d channels of %dx%d pixels there must be %d",
              images[i].length, i, channels, height, width, imageLength()));
      require(
          labels[i] >= 0 && labels[i] < classNames.size(),
          Text.format(
              "the label %d at image %d; there are %d classes, so labels run from 0 to %d",
              labels[i], i, classNames.size(), classNames.size() - 1));
    }
  }

  private void require(boolean condition, String problem) {
    if (!condition) {
      throw new DataException("The data set '" + Text.visible(name) + "' has " + problem);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> notes() {
    return Stream.concat(notes.stream(), Notes.emptyClasses(this).stream()).toList();
  }

  @Override
  public int size() {
    return images.length;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void copyImage(int index, byte[] target, int offset) {
    System.arraycopy(images[index], 0, target, offset, images[index].length);
  }

  @Override
  public String checksum() {
    if (checksum == null) {
      checksum = Checksums.of(this);
    }
    return checksum;
  }

  @Override
  public String toString() {
    return Text.format(
        "%s: %d images of %dx%dx%d in %d classes",
        name, size(), channels, height, width, numClasses());
  }
}
