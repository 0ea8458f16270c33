package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import org.adversaria.data.Batch;
import org.adversaria.data.Shapes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

@Tag("slow")
class ShapeFactorsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Black with a rectangle of one colour, 16 by 16. */
  private NDArray rectangle(int left, int top, int width, int height, float... color) {
    var pixels = new float[color.length * 256];
    for (int i = 0; i < pixels.length; i++) {
      int column = i % 16;
      int row = i / 16 % 16;
      boolean inside = column >= left && column < left + width && row >= top && row < top + height;
      pixels[i] = inside ? color[i / 256] : -1;
    }
    return manager.create(pixels, new Shape(1, color.length, 16, 16));
  }

  private static double value(NDArray image, String factor) {
    return ShapeFactors.recover(image).doubleColumn(factor).get(0);
  }

  @Test
  void aRectanglesMomentsAreKnown() {
    NDArray image = rectangle(3, 8, 6, 2, 0.7f);
    Table factors = ShapeFactors.recover(image);
    assertThat(factors.columnNames()).containsExactly("x", "y", "size");
    // From column 3 to 9 and from row 8 to 10 of 16.
    assertThat(value(image, "x")).isCloseTo(2 * 6 / 16.0 - 1, within(1e-9));
    assertThat(value(image, "y")).isCloseTo(2 * 9 / 16.0 - 1, within(1e-9));
    // Of n pixels in a row the variance is (n^2 - 1) / 12; half the side is 8 pixels.
    double variance = (35 / 12.0 + 3 / 12.0) / 64;
    assertThat(value(image, "size")).isCloseTo(Math.sqrt(2 * variance), within(1e-9));
  }

  @Test
  void aPixelCountsByTheShareOfItThatIsCovered() {
    // Two pixels and a half: the last one is half-way between the shape and the background.
    var pixels = new float[256];
    for (int i = 0; i < 256; i++) {
      pixels[i] = i == 100 || i == 101 ? 1 : -1;
    }
    pixels[102] = 0;
    NDArray image = manager.create(pixels, new Shape(1, 1, 16, 16));
    double column = (100 % 16 + 101 % 16 + 0.5 * (102 % 16)) / 2.5;
    assertThat(value(image, "x")).isCloseTo((2 * column + 1) / 16 - 1, within(0.02));
  }

  @ParameterizedTest
  @CsvSource({
    "1, -1, -1, 0",
    "-1, -1, 1, 0.33333",
    "-1, 1, -1, 0.66667",
    "1, -1, 1, 0.16667",
    "1, 0.2, 0.2, 0",
    "-1, 0, 0, 0.5"
  })
  void huesRunFromRedOverBlueToGreen(float red, float green, float blue, double hue) {
    assertThat(value(rectangle(4, 4, 5, 5, red, green, blue), "hue")).isCloseTo(hue, within(1e-4));
  }

  @Test
  void whatCannotBeSeenIsMissing() {
    NDArray flat = manager.full(new Shape(2, 3, 16, 16), 0.3f);
    for (String factor : new String[] {"x", "y", "size", "hue"}) {
      assertThat(ShapeFactors.recover(flat).column(factor).countMissing()).isEqualTo(2);
    }
    Table grey = ShapeFactors.recover(rectangle(4, 4, 5, 5, 0.5f, 0.5f, 0.5f));
    assertThat(grey.column("hue").countMissing()).isEqualTo(1);
    assertThat(grey.column("x").countMissing()).isZero();
    for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Table factors = ShapeFactors.recover(rectangle(4, 4, 5, 5, broken));
      assertThat(factors.column("x").countMissing()).isEqualTo(1);
      assertThat(factors.column("size").countMissing()).isEqualTo(1);
    }
  }

  @Test
  void refusesWhatIsNoBatchOfImages() {
    assertThatThrownBy(() -> ShapeFactors.recover(manager.zeros(new Shape(2, 2, 8, 8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 or 3 channels, not from (2, 2, 8, 8)");
    assertThatThrownBy(() -> ShapeFactors.recover(manager.zeros(new Shape(3, 8, 8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(3, 8, 8)");
  }

  @ParameterizedTest
  @CsvSource({"32, 3, 0.5", "28, 1, 0.5", "32, 3, 1", "16, 1, 0.5", "28, 1, 0.25"})
  void followsTheDrawnFactorsWithinEachClass(int resolution, int channels, double variation) {
    int count = 1000;
    Shapes data =
        Shapes.builder()
            .resolution(resolution)
            .channels(channels)
            .variation(variation)
            .size(count)
            .build();
    Table drawn = data.factors();
    NDArray images = Batch.of(data, manager, IntStream.range(0, count).toArray()).images();
    Table found = ShapeFactors.recover(images);
    for (int label = 0; label < 10; label++) {
      assertThat(correlation(found, drawn, "x", label)).isGreaterThan(0.95);
      assertThat(correlation(found, drawn, "y", label)).isGreaterThan(0.95);
      assertThat(correlation(found, drawn, "size", label)).isGreaterThan(0.85);
      if (channels == 3) {
        assertThat(agreement(found, drawn, label)).isGreaterThan(0.99);
      }
    }
  }

  /** Pearson's, within a class. */
  private static double correlation(Table found, Table drawn, String factor, int label) {
    double[] a = ofClass(found.doubleColumn(factor), label);
    double[] b = ofClass(drawn.doubleColumn(factor), label);
    return DoubleColumn.create("a", a).pearsons(DoubleColumn.create("b", b));
  }

  /** The mean cosine of the angle between hues: 1 where they are equal, 0 where unrelated. */
  private static double agreement(Table found, Table drawn, int label) {
    double[] a = ofClass(found.doubleColumn("hue"), label);
    double[] b = ofClass(drawn.doubleColumn("hue"), label);
    return IntStream.range(0, a.length)
        .mapToDouble(i -> Math.cos(2 * Math.PI * (a[i] - b[i])))
        .average()
        .orElseThrow();
  }

  private static double[] ofClass(DoubleColumn column, int label) {
    return IntStream.range(0, column.size() / 10)
        .mapToDouble(i -> column.getDouble(10 * i + label))
        .toArray();
  }
}
