package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Labelled images of one size, as bytes.
 *
 * <p>An image is {@code C * H * W} bytes, channels first, each row by row; the byte 0 is black and
 * 255 (as unsigned) is full brightness. Networks are given {@code byte / 127.5 - 1}, see {@link
 * Loader}. Images are addressed by an index in {@code [0, size)}; an implementation is safe to read
 * from several threads.
 */
public interface ImageData extends TrainingData {

  /**
   * Returns the short name for a run's record, such as {@code shapes-32} or {@code mnist-test}.
   *
   * @return the name
   */
  String name();

  /**
   * Returns the number of images.
   *
   * @return the number of images
   */
  int size();

  /**
   * Returns the number of channels.
   *
   * @return 1 for grey, 3 for red, green, blue
   */
  int channels();

  /**
   * Returns the height of every image.
   *
   * @return the height in pixels
   */
  int height();

  /**
   * Returns the width of every image.
   *
   * @return the width in pixels
   */
  int width();

  /**
   * Returns the names of the classes; a label is an index into them.
   *
   * @return the class names, in the order of the labels
   */
  List<String> classNames();

  /**
   * Returns the label of an image.
   *
   * @param index the image
   * @return its label in {@code [0, numClasses)}
   * @throws IndexOutOfBoundsException if there is no such image
   */
  int label(int index);

  /**
   * Copies the bytes of an image.
   *
   * @param index the image
   * @param target the array for the {@link #imageLength()} bytes
   * @param offset the position of the first byte in {@code target}
   * @throws IndexOutOfBoundsException if there is no such image or the target is too short
   */
  void copyImage(int index, byte[] target, int offset);

  /**
   * Returns the SHA-256 over sizes, pixels and labels, by which the data of two runs are compared.
   *
   * <p>Digested are the number of images, C, H and W as big-endian 32-bit integers, and then for
   * every image its bytes followed by its label (32-bit). Computed once.
   *
   * @return 64 lower-case hexadecimal digits
   */
  String checksum();

  /** {@inheritDoc} */
  @Override
  default int numClasses() {
    return classNames().size();
  }

  /**
   * Returns the shape of every image.
   *
   * @return {@code (C, H, W)}
   */
  default Shape imageShape() {
    return new Shape(channels(), height(), width());
  }

  /** {@inheritDoc} Here: that of {@link #imageShape}. */
  @Override
  default Shape sampleShape() {
    return imageShape();
  }

  /**
   * Counts the images of each class.
   *
   * @return their numbers, in the order of the labels
   */
  default long[] classCounts() {
    var counts = new long[numClasses()];
    for (int i = 0; i < size(); i++) {
      counts[label(i)]++;
    }
    return counts;
  }

  /**
   * Returns the number of bytes of an image.
   *
   * @return {@code C * H * W}
   */
  default int imageLength() {
    return channels() * height() * width();
  }

  /** {@inheritDoc} Here: of files that were left out, changed sizes, classes without images. */
  @Override
  default List<String> notes() {
    return Notes.emptyClasses(this).stream().toList();
  }

  /** {@inheritDoc} A {@link Loader} prepares them in the background. */
  @Override
  default BatchSource batches(int batchSize, long seed, boolean flip) {
    return Loader.builder(this).batchSize(batchSize).seed(seed).flip(flip).build();
  }

  /** {@inheritDoc} Here: the labels. */
  @Override
  default NDArray conditions(NDManager manager) {
    return manager.create(IntStream.range(0, size()).mapToLong(this::label).toArray());
  }
}
