package org.adversaria.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.Optional;
import org.adversaria.figures.Figures;
import org.adversaria.torch.Text;

/**
 * The picture that an array is, if it is one:
 *
 * <ul>
 *   <li>its shape is {@code (H, W)}, {@code (C, H, W)} or {@code (N, C, H, W)} with one or three
 *       channels, and H and W from 8 to 2,048;
 *   <li>its type is uint8 or a floating one. Floating values are those of networks, in [-1, 1], or
 *       in [0, 1] where none is negative; NaN is drawn in magenta, nothing is infinite;
 *   <li>where there are channels, values may overshoot to [-2, 2], as a generator's without tanh,
 *       and are cut off. A matrix may not, and its values reach over half a unit at least: weights
 *       do not.
 * </ul>
 *
 * @param image the picture; of several images a grid of the first
 * @param note how it was drawn
 */
record ArrayPicture(BufferedImage image, String note) {

  private static final int SMALLEST_SIDE = 8;
  private static final int LARGEST_SIDE = 2_048;
  private static final int MOST_IMAGES = 64;
  private static final int MOST_PIXELS = 4_000_000;
  private static final int WIDTH = 900;
  private static final int BETWEEN = 2;

  /** Rounding may leave the range by this. */
  private static final double TOLERANCE = 1e-3;

  private static final double OVERSHOOT = 2;
  private static final double LEAST_SPAN = 0.5;

  /** Whether an array has the shape and type of a picture. */
  static boolean isLikely(NDArray array) {
    Shape shape = array.getShape();
    int dimensions = shape.dimension();
    DataType type = array.getDataType();
    if (dimensions < 2 || dimensions > 4 || !(type == DataType.UINT8 || type.isFloating())) {
      return false;
    }
    boolean channels =
        dimensions == 2 || shape.get(dimensions - 3) == 1 || shape.get(dimensions - 3) == 3;
    return channels
        && shape.size() > 0
        && isSide(shape.get(dimensions - 2))
        && isSide(shape.get(dimensions - 1));
  }

  private static boolean isSide(long pixels) {
    return pixels >= SMALLEST_SIDE && pixels <= LARGEST_SIDE;
  }

  /** Draws an array that is likely a picture, if its values are a picture's. */
  static Optional<ArrayPicture> of(NDArray array, ArrayStatistics values) {
    boolean bytes = array.getDataType() == DataType.UINT8;
    boolean matrix = array.getShape().dimension() == 2;
    if (!bytes && !isRange(values, matrix)) {
      return Optional.empty();
    }
    Shape shape = asBatch(array.getShape());
    int count = count(shape);
    NDArray batch = array.reshape(shape).get(new NDIndex(":{}", count));
    // Of the same type it is the array itself, even where a copy is asked for: nothing in place.
    NDArray numbers = batch.toType(DataType.FLOAT32, true);
    var note = new StringBuilder();
    if (bytes) {
      numbers = numbers.div(127.5f).sub(1f);
      note.append("drawn from 0 to 255");
    } else if (values.min() >= 0) {
      numbers = numbers.mul(2f).sub(1f);
      note.append("drawn from 0 to 1");
    } else {
      note.append("drawn from -1 to 1");
    }
    if (!values.others().isEmpty()) {
      note.append(", NaN in magenta");
    }
    if (count < shape.get(0)) {
      note.append(Text.format(", the first %,d of %,d", count, shape.get(0)));
    }
    return Optional.of(
        new ArrayPicture(Figures.grid(numbers, columns(count, shape.get(3))), note.toString()));
  }

  private static boolean isRange(ArrayStatistics values, boolean matrix) {
    if (!values.hasFinite() || values.hasInfinite()) {
      return false;
    }
    if (matrix && values.max() - values.min() < LEAST_SPAN) {
      return false;
    }
    double limit = matrix || values.min() >= 0 ? 1 + TOLERANCE : OVERSHOOT;
    return values.min() >= -limit && values.max() <= limit;
  }

  private static Shape asBatch(Shape shape) {
    int dimensions = shape.dimension();
    return new Shape(
        dimensions < 4 ? 1 : shape.get(0),
        dimensions < 3 ? 1 : shape.get(dimensions - 3),
        shape.get(dimensions - 2),
        shape.get(dimensions - 1));
  }

  private static int count(Shape batch) {
    long fitting = Math.max(1, MOST_PIXELS / (batch.get(2) * batch.get(3)));
    return (int) Math.min(Math.min(batch.get(0), MOST_IMAGES), fitting);
  }

  /** As many as fit a notebook at twice their size, but at most 16; rows are equally long. */
  private static int columns(int count, long width) {
    int most = (int) Math.max(1, Math.min(16, (WIDTH + BETWEEN) / (2 * width + BETWEEN)));
    int rows = (count + most - 1) / most;
    return (count + rows - 1) / rows;
  }
}
