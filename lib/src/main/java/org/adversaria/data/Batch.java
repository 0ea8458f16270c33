package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/**
 * Samples of a data set and their conditions.
 *
 * @param x images {@code (N, C, H, W)} in [-1, 1], or vectors {@code (N, D)}
 * @param y labels int64 {@code (N)}, or values float32 {@code (N, ...)}, such as tags, features or
 *     images of another domain
 */
public record Batch(NDArray x, NDArray y) {

  /**
   * Returns x of a data set of images.
   *
   * @return {@code (N, C, H, W)} in [-1, 1]
   */
  public NDArray images() {
    return x;
  }

  /**
   * Returns y of a data set with classes.
   *
   * @return int64 {@code (N)}
   */
  public NDArray labels() {
    return y;
  }

  /**
   * Returns the images of given indices, in that order and not flipped.
   *
   * @param data the data set
   * @param manager the owner of the arrays, on whose device they are
   * @param indices the images; at least one
   * @return the batch
   * @throws IllegalArgumentException if no index is given
   * @throws IndexOutOfBoundsException if an index is not in the data set
   */
  public static Batch of(ImageData data, NDManager manager, int... indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("A batch needs at least one index, but none was given");
    }
    ByteBuffer pixels = ByteBuffer.allocateDirect(indices.length * data.imageLength());
    var image = new byte[data.imageLength()];
    var labels = new long[indices.length];
    for (int i = 0; i < indices.length; i++) {
      data.copyImage(indices[i], image, 0);
      pixels.put(image);
      labels[i] = data.label(indices[i]);
    }
    var shape = new Shape(indices.length, data.channels(), data.height(), data.width());
    return of(pixels.flip(), shape, labels, manager);
  }

  /**
   * Copies bytes to the device and normalises them there: a quarter of the traffic of floats.
   *
   * <p>Divides, and does not multiply by the inverse, so that values equal {@code b / 127.5f - 1f}
   * bit by bit.
   */
  static NDArray images(ByteBuffer pixels, Shape shape, NDManager manager) {
    try (NDArray bytes = manager.create(pixels, shape, DataType.UINT8)) {
      return bytes.toType(DataType.FLOAT32, true).divi(127.5f).subi(1f);
    }
  }

  /** Images of bytes, and their labels. */
  static Batch of(ByteBuffer pixels, Shape shape, long[] labels, NDManager manager) {
    return new Batch(images(pixels, shape, manager), manager.create(labels));
  }
}
