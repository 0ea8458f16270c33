package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class BarsTest {

  private static final double NAN = Double.NaN;

  private static Table table(double... values) {
    StringColumn names = StringColumn.create("class");
    for (int i = 0; i < values.length; i++) {
      names.append("class " + i);
    }
    return Table.create(names, DoubleColumn.create("fid", values));
  }

  /** The length in pixels of the bar in row {@code i}, measured a little above its middle. */
  private static int length(BufferedImage figure, int i) {
    int y = 34 + 24 * i + 6;
    int count = 0;
    for (int x = 0; x < figure.getWidth(); x++) {
      count += (figure.getRGB(x, y) & 0xFFFFFF) == 0x0072B2 ? 1 : 0;
    }
    return count;
  }

  @Test
  void zerosStandAtTheAxisOnTheLeft() {
    assertThat(axis(Figures.bars(table(0, 0), "class", "fid")))
        .isEqualTo(axis(Figures.bars(table(5, 7), "class", "fid")));
  }

  /** Where the line of zero stands, measured between two bars. */
  private static int axis(BufferedImage figure) {
    int x = 0;
    while ((figure.getRGB(x, 34 + 24) & 0xFFFFFF) == 0xFFFFFF) {
      x++;
    }
    return x;
  }

  @Test
  void lengthsAreProportionalToTheValues() {
    BufferedImage figure = Figures.bars(table(10, 20, 40), "class", "fid");
    assertThat(figure.getWidth()).isEqualTo(640);
    assertThat(figure.getHeight()).isEqualTo(34 + 3 * 24 + 10);
    int unit = length(figure, 0);
    assertThat(unit).isGreaterThan(100);
    assertThat(length(figure, 1)).isBetween(2 * unit - 3, 2 * unit + 3);
    assertThat(length(figure, 2)).isBetween(4 * unit - 4, 4 * unit + 4);
  }

  @Test
  void errorBarsAndNumbersStayInsideTheFigure() {
    Table table = table(10, 20, 40).addColumns(DoubleColumn.create("sd", 1, NAN, 15));
    BufferedImage figure = Figures.bars(table, "class", "fid", "sd", ChartOptions.defaults());
    for (int y = 0; y < figure.getHeight(); y++) {
      for (int x = figure.getWidth() - 5; x < figure.getWidth(); x++) {
        assertThat(figure.getRGB(x, y)).isEqualTo(0xFFFFFFFF);
      }
    }
    // Room for the error makes the bars shorter.
    assertThat(length(figure, 1)).isLessThan(length(Figures.bars(table, "class", "fid"), 1));
  }

  @Test
  void theRangeReachesFromZeroToTheLongestBarWithItsError() {
    double[] none = {NAN, NAN};
    assertThat(Bars.range(new double[] {1e-12, 3e-12}, none)).isEqualTo(new Range(0, 3e-12));
    assertThat(Bars.range(new double[] {-2, NAN}, none)).isEqualTo(new Range(-2, 0));
    assertThat(Bars.range(new double[] {1, 5}, new double[] {3, 1})).isEqualTo(new Range(-2, 6));
    assertThat(Bars.range(new double[] {0, NAN}, none)).isEqualTo(new Range(0, 1));
    assertThat(Bars.range(new double[] {NAN, 2}, new double[] {9, NAN})).isEqualTo(new Range(0, 2));
  }

  @Test
  void aTextThatIsLongBeginsFurtherLeft() {
    assertThat(Bars.start(100, 200, 640)).isEqualTo(100);
    assertThat(Bars.start(100, 580, 640)).isEqualTo(640 - 10 - 580);
    assertThat(Bars.start(100, 620, 640)).isEqualTo(10);
  }

  @Test
  void aTitleThatDoesNotNameTheValueLeavesThatToALineBelow() {
    ChartOptions named = ChartOptions.defaults().title("fid of a run");
    ChartOptions other = ChartOptions.defaults().title("a run");
    int height = Figures.bars(table(1, 2), "class", "fid", null, named).getHeight();
    assertThat(Figures.bars(table(1, 2), "class", "fid", null, other).getHeight())
        .isEqualTo(height + 24);
  }

  @Test
  void aMissingValueHasNoBarAndNegativeOnesGoLeft() {
    BufferedImage figure = Figures.bars(table(NAN, -3, 3, 0), "class", "fid");
    assertThat(length(figure, 0)).isZero();
    assertThat(length(figure, 1)).isBetween(length(figure, 2) - 2, length(figure, 2) + 2);
    assertThat(length(figure, 3)).isZero();
    assertThat(Figures.bars(table(NAN, NAN), "class", "fid").getWidth()).isEqualTo(640);
  }

  @Test
  void aTableWithoutRowsGivesAnEmptyFrame() {
    BufferedImage figure = Figures.bars(table(), "class", "fid");
    assertThat(figure.getWidth()).isEqualTo(640);
    assertThat(figure.getHeight()).isEqualTo(160);
  }

  @Test
  void refusesColumnsThatAreNotThere() {
    assertThatThrownBy(() -> Figures.bars(table(1), "name", "fid"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column name");
    assertThatThrownBy(() -> Figures.bars(table(1), "class", "class"))
        .hasMessageContaining("class holds STRING");
  }
}
