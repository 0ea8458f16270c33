package org.adversaria.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.adversaria.torch.Text;

/** The values of a small array in brackets, all equally wide. */
final class ArrayText {

  private static final int WIDEST = 96;

  private final String[] cells;
  private final long[] shape;
  private final StringBuilder out = new StringBuilder();
  private int next;
  private int lineStart;

  private ArrayText(String[] cells, Shape shape) {
    this.cells = cells;
    this.shape = shape.getShape();
  }

  /** Call it within a {@link Reading}. */
  static String of(NDArray array) {
    var text = new ArrayText(aligned(cells(array)), array.getShape());
    text.write(0);
    return text.out.toString();
  }

  private void write(int dimension) {
    if (dimension == shape.length) {
      out.append(cells[next++]);
      return;
    }
    out.append('[');
    for (long i = 0; i < shape[dimension]; i++) {
      if (i > 0) {
        separate(dimension);
      }
      write(dimension + 1);
    }
    out.append(']');
  }

  /** A new line between rows, an empty one between matrices; long rows are wrapped. */
  private void separate(int dimension) {
    boolean inRow = dimension == shape.length - 1;
    if (inRow && out.length() - lineStart + 2 + cells[next].length() <= WIDEST) {
      out.append(", ");
      return;
    }
    out.append(",\n".concat("\n".repeat(Math.max(0, shape.length - dimension - 2))));
    lineStart = out.length();
    out.append(" ".repeat(dimension + 1));
  }

  private static String[] aligned(String[] cells) {
    int width = Arrays.stream(cells).mapToInt(String::length).max().orElse(0);
    return Arrays.stream(cells)
        .map(cell -> " ".repeat(width - cell.length()) + cell)
        .toArray(String[]::new);
  }

  private static String[] cells(NDArray array) {
    DataType type = array.getDataType();
    if (type.isBoolean()) {
      boolean[] values = array.toBooleanArray();
      String[] cells = new String[values.length];
      Arrays.setAll(cells, i -> String.valueOf(values[i]));
      return cells;
    } else if (type.isInteger()) {
      return Arrays.stream(ArrayValues.whole(array))
          .mapToObj(Long::toString)
          .toArray(String[]::new);
    }
    return numbers(ArrayValues.numbers(array));
  }

  /** With as many decimals as the values need, four at most; with powers of ten where they vary. */
  static String[] numbers(double... values) {
    double[] sizes =
        Arrays.stream(values).filter(Double::isFinite).map(Math::abs).filter(v -> v > 0).toArray();
    double largest = Arrays.stream(sizes).max().orElse(0);
    double smallest = Arrays.stream(sizes).min().orElse(1);
    String format = "%.4e";
    if (largest < 1e7 && smallest >= 1e-4) {
      int decimals = Arrays.stream(sizes).mapToInt(ArrayText::decimals).max().orElse(1);
      format = "%." + Math.max(1, decimals) + "f";
    }
    String[] cells = new String[values.length];
    for (int i = 0; i < cells.length; i++) {
      boolean finite = Double.isFinite(values[i]);
      cells[i] = finite ? Text.format(format, values[i]) : Double.toString(values[i]);
    }
    return cells;
  }

  private static int decimals(double value) {
    String digits = Text.format("%.4f", value);
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return end - digits.indexOf('.') - 1;
  }
}
