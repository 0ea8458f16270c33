package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.data.Batch;
import org.adversaria.data.Shapes;
import org.adversaria.data.Split;
import org.adversaria.torch.Text;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.Table;

@Tag("slow")
class FactorDiversityTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Shapes.Builder shapes(int channels) {
    return Shapes.builder().resolution(16).channels(channels).size(2_000);
  }

  /** A square of 3 by 3 pixels on black, its upper left corner at a column of row 2. */
  private NDArray square(int column, float... color) {
    NDArray image = manager.full(new Shape(1, color.length, 16, 16), -1f);
    for (int c = 0; c < color.length; c++) {
      String place = Text.format("0, %d, 2:5, %d:%d", c, column, column + 3);
      image.set(new NDIndex(place), color[c]);
    }
    return image;
  }

  private NDArray label(long value) {
    return manager.create(new long[] {value});
  }

  @Test
  void spreadIsTheStandardDeviationOfPositions() {
    var spread = new FactorSpread(List.of("a", "b"));
    for (int column : new int[] {1, 4, 4, 9}) {
      spread.add(square(column, 1), label(1));
    }
    // Columns 1, 4, 4, 9 have the mean 4.5 and the sum of squares 33; a pixel is an eighth.
    assertThat(spread.spread("x", 1)).isCloseTo(Math.sqrt(33 / 3.0) / 8, within(1e-9));
    assertThat(spread.spread("y", 1)).isZero();
    assertThat(spread.spread("size", 1)).isCloseTo(0, within(1e-7));
    assertThat(spread.spread("x", 0)).isZero();
    assertThat(spread.factors()).containsExactly("x", "y", "size");
    assertThat(spread.images(1)).isEqualTo(4);
    assertThat(spread.images(0)).isZero();
  }

  @Test
  void spreadOfHuesIsTheirAngularDeviation() {
    var spread = new FactorSpread(List.of("round", "half", "one"));
    NDArray red = square(4, 1, -1, -1);
    NDArray green = square(4, -1, 1, -1);
    NDArray blue = square(4, -1, -1, 1);
    for (NDArray image : List.of(red, green, blue)) {
      spread.add(image, label(0));
    }
    for (NDArray image : List.of(red, green)) {
      spread.add(image, label(1));
    }
    for (NDArray image : List.of(blue, blue, blue)) {
      spread.add(image, label(2));
    }
    assertThat(spread.spread("hue", 0)).isCloseTo(Math.sqrt(2), within(1e-6));
    // Two directions 120 degrees apart have a resultant of cos 60 = 1/2.
    assertThat(spread.spread("hue", 1)).isCloseTo(1, within(1e-6));
    assertThat(spread.spread("hue", 2)).isCloseTo(0, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anotherPartOfTheDataIsAsDiverse(int channels) {
    FactorSpread real = FactorSpread.of(shapes(channels).build());
    FactorSpread other = FactorSpread.of(shapes(channels).split(Split.TEST).build());
    FactorDiversity diversity = FactorDiversity.of(other, real);
    for (String factor : real.factors()) {
      assertThat(diversity.ratio(factor)).isCloseTo(1, within(0.1));
    }
    assertThat(diversity.mean()).isCloseTo(1, within(0.05));
    assertThat(diversity.missing()).isZero();
  }

  @Test
  void lessVariationIsLessDiverse() {
    FactorSpread real = FactorSpread.of(shapes(3).build());
    var rising = new ArrayList<FactorDiversity>();
    for (double variation : new double[] {0, 0.1, 0.25, 0.5}) {
      FactorSpread narrow = FactorSpread.of(shapes(3).seed(1).variation(variation).build());
      rising.add(FactorDiversity.of(narrow, real));
    }
    for (String factor : real.factors()) {
      assertThat(rising).extracting(d -> d.ratio(factor)).isSorted();
      // Without variation each class is one image.
      assertThat(rising.get(0).ratio(factor)).isCloseTo(0, within(1e-6));
      assertThat(rising.get(2).ratio(factor)).isLessThan(0.75);
    }
    assertThat(rising.get(0).mean()).isCloseTo(0, within(1e-6));
    assertThat(rising.get(2).mean()).isBetween(0.4, 0.65);
    assertThat(rising.get(3).mean()).isCloseTo(1, within(0.05));
  }

  @Test
  void oneCollapsedClassShowsInItsRow() {
    Shapes data = shapes(1).size(400).build();
    FactorSpread real = FactorSpread.of(data);
    var collapsed = new FactorSpread(data.classNames());
    for (int i = 0; i < 400; i++) {
      Batch batch = Batch.of(data, manager, i % 10 == 4 ? 4 : i);
      collapsed.add(batch.images(), batch.labels());
    }
    Table table = FactorDiversity.of(collapsed, real).table();
    assertThat(table.columnNames()).containsExactly("class", "x", "y", "size");
    for (int row = 0; row < 10; row++) {
      assertThat(table.stringColumn("class").get(row)).isEqualTo(data.classNames().get(row));
      double expected = row == 4 ? 0 : 1;
      assertThat(table.doubleColumn("x").get(row)).isCloseTo(expected, within(1e-6));
    }
    assertThat(FactorDiversity.of(collapsed, real).ratio("y")).isCloseTo(0.9, within(1e-6));
  }

  @Test
  void imagesWithoutContrastAreCountedAndLeftOut() {
    var blank = new FactorSpread(List.of("a"));
    var full = new FactorSpread(List.of("a"));
    for (int column : new int[] {1, 4, 9}) {
      full.add(square(column, 1), label(0));
      blank.add(square(column, 1), label(0));
      blank.add(manager.zeros(new Shape(1, 1, 16, 16)), label(0));
    }
    assertThat(blank.missing()).isEqualTo(3);
    assertThat(blank.images(0)).isEqualTo(6);
    assertThat(blank.spread("x", 0)).isEqualTo(full.spread("x", 0));

    var nothing = new FactorSpread(List.of("a"));
    nothing.add(
        manager.zeros(new Shape(5, 1, 16, 16)), manager.zeros(new Shape(5), DataType.INT64));
    assertThat(nothing.spread("x", 0)).isZero();
    assertThat(nothing.missing()).isEqualTo(5);
  }

  @Test
  void refusesWhatCannotBeCompared() {
    FactorSpread grey = FactorSpread.of(shapes(1).size(40).build());
    FactorSpread color = FactorSpread.of(shapes(3).size(40).build());
    FactorSpread one = FactorSpread.of(shapes(1).size(19).build());
    FactorSpread still = FactorSpread.of(shapes(1).size(40).variation(0).build());
    assertRefused(grey, color, "both are to be grey, or both in colour");
    assertRefused(one, grey, "at least 2 generated images of each class, but 'hourglass' has 1");
    assertRefused(grey, one, "at least 2 real images of each class, but 'hourglass' has 1");
    assertRefused(grey, still, "The real images of 'disk' do not differ in x");
    assertRefused(new FactorSpread(List.of("cat")), grey, "the classes [cat]");
    assertThatThrownBy(() -> grey.spread("hue", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'hue'; there are [x, y, size]");
    assertThatThrownBy(() -> FactorDiversity.of(grey, grey).ratio("hue"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'hue'; there are [x, y, size]");
    assertThatThrownBy(() -> grey.add(square(3, 1), manager.create(new long[] {1, 2})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 images come with 2 labels");
  }

  private static void assertRefused(FactorSpread generated, FactorSpread real, String why) {
    assertThatThrownBy(() -> FactorDiversity.of(generated, real))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
