package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

@Tag("slow")
class CurvesTest {

  private static final double NAN = Double.NaN;

  private static Table table(double[] x, double... y) {
    return Table.create(DoubleColumn.create("step", x), DoubleColumn.create("loss", y));
  }

  private static double[] steps(int n) {
    double[] x = new double[n];
    Arrays.setAll(x, i -> i);
    return x;
  }

  /** How many pixels have exactly the colour of series {@code i}. */
  private static long ink(BufferedImage image, int i) {
    return Arrays.stream(Theme.pixels(image))
        .filter(p -> (p & 0xFFFFFF) == (Theme.color(i).getRGB() & 0xFFFFFF))
        .count();
  }

  private static long ink(BufferedImage image, int i, int left, int right) {
    return ink(copy(image.getSubimage(left, 0, right - left, image.getHeight())), i);
  }

  private static BufferedImage copy(BufferedImage part) {
    BufferedImage sheet = Theme.sheet(part.getWidth(), part.getHeight());
    sheet.getGraphics().drawImage(part, 0, 0, null);
    return sheet;
  }

  @Test
  void drawsEachColumnInItsColour() {
    Table log = table(steps(50), steps(50)).addColumns(DoubleColumn.create("b", 50));
    Arrays.stream(steps(50)).forEach(i -> log.doubleColumn("b").set((int) i, 20));
    BufferedImage figure = Figures.curves(log, "step", List.of("loss", "b"));
    assertThat(List.of(figure.getWidth(), figure.getHeight())).containsExactly(900, 320);
    assertThat(ink(figure, 0)).isGreaterThan(500);
    // A level line is there over most of the width.
    assertThat(ink(figure, 1)).isGreaterThan(700);
    assertThat(ink(figure, 2)).isZero();
  }

  @Test
  void missingValuesLeaveAGap() {
    double[] level = new double[100];
    Arrays.fill(level, 40, 60, NAN);
    BufferedImage figure = Figures.curves(table(steps(100), level), "step", List.of("loss"));
    assertThat(ink(figure, 0, 410, 520)).isZero();
    assertThat(ink(figure, 0, 200, 310)).isGreaterThan(100);
    assertThat(ink(figure, 0, 700, 810)).isGreaterThan(100);
  }

  @Test
  void aValueBetweenTwoGapsIsADot() {
    double[] y = {1, NAN, 1, NAN, 1};
    BufferedImage figure = Figures.curves(table(steps(5), y), "step", List.of("loss"));
    // Three discs of eight pixels across.
    assertThat(ink(figure, 0)).isBetween(100L, 200L);
  }

  @Test
  void aLogWithoutRowsMayLackItsColumns() {
    Table log = Table.create(DoubleColumn.create("step"));
    assertThat(ink(Figures.curves(log, "step", List.of("loss")), 0)).isZero();
  }

  @Test
  void missingIntegersAreGapsToo() {
    IntColumn x = IntColumn.create("step", new int[] {0, 1, 2});
    IntColumn y = IntColumn.create("loss", 0).append(5).appendMissing().append(7);
    assertThat(Curves.numbers(Table.create(x, y), "loss")).containsExactly(5, NAN, 7);
  }

  static Stream<Table> oddTables() {
    return Stream.of(
        table(new double[0]),
        table(steps(3), NAN, NAN, NAN),
        table(steps(1), 3),
        table(steps(3), 0, 0, 0),
        table(steps(3), -2, -2, -2),
        table(steps(3), 1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
        table(steps(4), 1, 1 + 1e-15, 1, 1),
        table(steps(4), 1e-12, 2e-12, 0, 5e-300),
        table(steps(3), 1e38, -1e38, 0),
        table(new double[] {NAN, 1, 2}, 1, 2, 3),
        table(new double[] {5, 5, 5}, 1, 2, 3),
        table(new double[] {1e-9, 2e-9, 4e-9}, 1e-5, 2e-5, 3e-5));
  }

  @ParameterizedTest
  @MethodSource("oddTables")
  void oddDataGivesAFigureOfTheSameSize(Table log) {
    ChartOptions plain = ChartOptions.defaults().size(500, 300);
    for (ChartOptions options :
        List.of(plain, plain.logY(), plain.logX(), plain.logX().logY().smoothing(0.9))) {
      BufferedImage figure = Figures.curves(log, "step", List.of("loss"), options);
      assertThat(List.of(figure.getWidth(), figure.getHeight())).containsExactly(500, 300);
    }
  }

  private static Table withErrors(double... errors) {
    return table(steps(3), 1, 2, 3).addColumns(DoubleColumn.create("sd", errors));
  }

  @Test
  void errorBarsAreDrawnAndFitTheAxis() {
    ChartOptions fixed = ChartOptions.defaults().yRange(0, 6);
    long plain =
        blue(Figures.curves(withErrors(2, NAN, 2), "step", List.of("loss"), fixed), 0, 320);
    BufferedImage bars =
        Figures.curves(withErrors(2, NAN, 2), "step", List.of("loss"), Map.of("loss", "sd"), fixed);
    // Two lines of 4 units, of which the axis has 6 over more than 200 pixels.
    assertThat(blue(bars, 0, 320)).isGreaterThan(plain + 2 * 100);
    // By itself the axis is as long as the bars: they end below the top.
    BufferedImage whole =
        Figures.curves(
            withErrors(9, 9, 9),
            "step",
            List.of("loss"),
            Map.of("loss", "sd"),
            ChartOptions.defaults());
    assertThat(blue(whole, 0, 18)).isZero();
    assertThat(blue(whole, 18, 48)).isPositive();
  }

  @Test
  void anErrorAsLargeAsItsValueReachesDownALogarithmicAxis() {
    ChartOptions options = ChartOptions.defaults().logY();
    BufferedImage figure =
        Figures.curves(
            withErrors(NAN, NAN, 5), "step", List.of("loss"), Map.of("loss", "sd"), options);
    // The curve itself lies higher there.
    assertThat(blue(figure, 220, 250)).isGreaterThanOrEqualTo(30);
  }

  @Test
  void ofALongLineSomeValuesGetErrorBars() {
    double[] level = new double[1000];
    double[] errors = new double[1000];
    Arrays.fill(errors, 0.5);
    Table log = table(steps(1000), level).addColumns(DoubleColumn.create("sd", errors));
    BufferedImage figure =
        Figures.curves(log, "step", List.of("loss"), Map.of("loss", "sd"), ChartOptions.defaults());
    int row = figure.getHeight() / 4;
    int bars = 0;
    for (int x = 1; x < figure.getWidth(); x++) {
      bars += isBlue(figure, x, row) && !isBlue(figure, x - 1, row) ? 1 : 0;
    }
    assertThat(bars).isEqualTo(40);
  }

  /** The pixels of the first curve between two rows. */
  private static long blue(BufferedImage figure, int top, int bottom) {
    return IntStream.range(top * figure.getWidth(), bottom * figure.getWidth())
        .filter(i -> isBlue(figure, i % figure.getWidth(), i / figure.getWidth()))
        .count();
  }

  private static boolean isBlue(BufferedImage figure, int x, int y) {
    int rgb = figure.getRGB(x, y);
    return (rgb & 0xFF) - (rgb >> 16 & 0xFF) > 60;
  }

  @Test
  void textsAndNumbersKeepOffTheEdges() {
    String title = "a long title ".repeat(30).strip();
    Table log = table(new double[] {0, 500_000, 1_000_000}, 1e-6, 2e6, 12_345);
    for (ChartOptions options :
        List.of(
            ChartOptions.defaults().size(300, 200),
            ChartOptions.defaults().size(440, 250).xRange(0, 1_000_000),
            ChartOptions.defaults().logY())) {
      BufferedImage figure =
          Figures.curves(log, "step", List.of("loss"), options.title(title).xLabel(title));
      int width = figure.getWidth();
      int height = figure.getHeight();
      assertThat(isWhite(figure, 0, 0, 3, height)).isTrue();
      assertThat(isWhite(figure, width - 3, 0, 3, height)).isTrue();
      assertThat(isWhite(figure, 0, 0, width, 3)).isTrue();
      assertThat(isWhite(figure, 0, height - 3, width, 3)).isTrue();
    }
  }

  private static boolean isWhite(BufferedImage figure, int left, int top, int width, int height) {
    return Arrays.stream(figure.getRGB(left, top, width, height, null, 0, width))
        .allMatch(rgb -> rgb == 0xFFFFFFFF);
  }

  @Test
  void longAndBlankNamesFitTheFigure() {
    String name = "a very long name ".repeat(30).strip();
    Table log = table(steps(9), steps(9));
    log.addColumns(
        DoubleColumn.create(name, steps(9)),
        DoubleColumn.create("", steps(9)),
        DoubleColumn.create("x".repeat(400), steps(9)));
    BufferedImage figure =
        Figures.curves(
            log,
            "step",
            List.of("loss", name, "", "x".repeat(400)),
            ChartOptions.defaults().title(name).xLabel(name).yLabel(name).size(300, 200));
    assertThat(figure.getWidth()).isEqualTo(300);
    // Three lines of legend; the plot keeps 160 pixels.
    assertThat(figure.getHeight()).isBetween(160 + 60, 160 + 100);
  }

  @Test
  void smoothingIsTheUnbiasedMovingAverageAndSkipsGaps() {
    double[] smooth = Curves.smooth(new double[] {4, NAN, 10, 1}, 0.5);
    assertThat(smooth[0]).isEqualTo(4);
    assertThat(smooth[1]).isNaN();
    // (0.5 * 2 + 0.5 * 10) / (1 - 0.25)
    assertThat(smooth[2]).isCloseTo(8, within(1e-12));
    assertThat(smooth[3]).isCloseTo((0.5 * 6 + 0.5) / 0.875, within(1e-12));
    assertThat(Curves.smooth(new double[] {3, 1}, 0)).containsExactly(3, 1);
  }

  @Test
  void thinningKeepsTheExtremesAndTheGaps() {
    double[] y = {1, 9, 2, 3, NAN, NAN, NAN, NAN, NAN, 5, 4, 8};
    double[][] thin = Curves.thin(steps(12), y, 6);
    assertThat(thin[0]).containsExactly(0, 1, 4, 4, 10, 11);
    assertThat(thin[1][0]).isEqualTo(1);
    assertThat(thin[1][1]).isEqualTo(9);
    assertThat(thin[1][2]).isNaN();
    assertThat(thin[1][5]).isEqualTo(8);
    assertThat(Curves.thin(steps(12), y, 12)[1]).isSameAs(y);
  }

  @Test
  void refusesColumnsThatAreNotThereOrHoldNoNumbers() {
    Table log = table(steps(1), 1).addColumns(StringColumn.create("note", "a"));
    assertThatThrownBy(() -> Figures.curves(log, "step", List.of("fid")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column fid")
        .hasMessageContaining("[step, loss, note]");
    assertThatThrownBy(() -> Figures.curves(log, "step", List.of("note")))
        .hasMessageContaining("note holds STRING");
    assertThatThrownBy(() -> Figures.curves(log, "step", List.of()))
        .hasMessageContaining("No column");
  }

  @Test
  void refusesALogarithmicAxisFromZero() {
    ChartOptions options = ChartOptions.defaults().logY().yRange(0, 1);
    assertThatThrownBy(() -> Figures.curves(table(steps(1), 1), "step", List.of("loss"), options))
        .hasMessageContaining("above zero, not at 0.0");
  }
}
