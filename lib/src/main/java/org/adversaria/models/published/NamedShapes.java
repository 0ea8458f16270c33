package org.adversaria.models.published;

import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.adversaria.torch.Text;

/** The shapes of a network's tensors by name, from which its sizes are inferred. */
final class NamedShapes {

  private final Map<String, Shape> shapes;

  NamedShapes(Map<String, Shape> shapes) {
    this.shapes = shapes;
  }

  boolean has(String name) {
    return shapes.containsKey(name);
  }

  /**
   * The size of a tensor's dimension.
   *
   * @throws IllegalArgumentException if there is no such tensor or dimension
   */
  int size(String name, int dimension) {
    Shape shape = shapes.get(name);
    if (shape == null || shape.dimension() <= dimension) {
      throw new IllegalArgumentException(
          shape == null
              ? "there is no tensor " + name
              : Text.format("%s has the shape %s", name, shape));
    }
    long size = shape.get(dimension);
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(Text.format("%s has the shape %s", name, shape));
    }
    return (int) size;
  }

  /** The size of a dimension, or 0 if there is no such tensor. */
  int sizeOrZero(String name, int dimension) {
    return has(name) ? size(name, dimension) : 0;
  }

  /** How many of the names of a format, which has a number, there are from 0 on. */
  int count(String format) {
    int count = 0;
    while (has(Text.format(format, count))) {
      count++;
    }
    return count;
  }
}
