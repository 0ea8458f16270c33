package org.adversaria.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * One XChart with two number axes, in the style of all figures.
 *
 * <p>Ranges are always set explicitly, from {@link Range}, so that what XChart does with no data, a
 * single value or a tiny span never decides.
 */
final class XyPlot {

  /** Seven, so that with eight colours a pair comes again only after 56 series. */
  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_DOWN,
          SeriesMarkers.CROSS,
          SeriesMarkers.PLUS);

  private static final int TICK_SPACING = 90;

  /** Numbers below this are written as 2E-5. */
  private static final double LEAST_PLAIN = 1e-4;

  /** Numbers from this on are written as 2E7. */
  private static final double MOST_PLAIN = 1e7;

  /** XChart does not write a number that stands exactly at the end of an axis. */
  private static final double BEYOND_END = 1e-6;

  /** Around the whole chart, in pixels. */
  private static final int PADDING = 16;

  /** Between a text and the edge of the figure, in pixels. */
  private static final int EDGE = 4;

  /** A long legend makes the figure higher rather than its plot lower than this. */
  private static final int LEAST_PLOT = 160;

  /** A range with a greater ratio of its ends has grid lines at powers of ten only. */
  private static final double DECADES_ONLY = 20;

  private final ChartOptions options;
  private final boolean logX;
  private final boolean logY;
  private final XYChart chart;
  private final Legend legend;

  /** In pixels, of the last painting. */
  private int widestXNumber;

  /** Opens an empty plot with number axes; the options must have their size. */
  XyPlot(ChartOptions options) {
    this(options, false, false);
  }

  /** Opens an empty plot; the options must have their size. */
  XyPlot(ChartOptions options, boolean logX, boolean logY) {
    this.options = options;
    this.logX = logX;
    this.logY = logY;
    chart = new XYChart(options.width(), options.height());
    legend = new Legend(options.width());
    style(chart.getStyler());
    chart.getStyler().setXAxisLogarithmic(logX);
    chart.getStyler().setYAxisLogarithmic(logY);
  }

  static Marker marker(int i) {
    return MARKERS.get(i % MARKERS.size());
  }

  /** Adds a line; NaN in {@code y} interrupts it. */
  XYSeries line(double[] x, double[] y, Color color, float width) {
    XYSeries series = add(x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
    series.setLineColor(color);
    series.setLineStyle(Theme.stroke(width));
    series.setMarkerColor(color);
    series.setMarker(SeriesMarkers.NONE);
    return series;
  }

  /** Adds an outline over a filled area down to zero; {@code x} must ascend. */
  XYSeries area(double[] x, double[] y, Color color) {
    XYSeries series = line(x, y, color, 1.5f);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
    series.setFillColor(Theme.translucent(color, 50));
    return series;
  }

  /** Adds unconnected points, through which others are seen. */
  XYSeries points(double[] x, double[] y, Color color, Marker marker) {
    XYSeries series = add(x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    series.setMarkerColor(Theme.translucent(color, 140));
    series.setMarker(marker);
    return series;
  }

  /** Puts a series into the legend. */
  void name(XYSeries series, String name) {
    boolean points =
        series.getXYSeriesRenderStyle().filter(XYSeriesRenderStyle.Scatter::equals).isPresent();
    Color color = points ? series.getMarkerColor() : series.getLineColor();
    legend.add(
        name,
        new Color(color.getRed(), color.getGreen(), color.getBlue()),
        points ? null : series.getLineStyle(),
        series.getMarker());
  }

  void markerSize(int pixels) {
    chart.getStyler().setMarkerSize(pixels);
  }

  /** Keeps the marks of the horizontal axis, which counts something, at whole numbers. */
  void countOnX(Range x) {
    int unit = (int) Math.ceil(options.width() / x.span());
    int spacing = Math.max(TICK_SPACING, Math.min(unit, options.width() / 3));
    chart.getStyler().setXAxisTickMarkSpacingHint(spacing);
  }

  BufferedImage draw(Range x, Range y) {
    layOut(x, y);
    int plotHeight = plotHeight();
    BufferedImage sheet = Theme.sheet(options.width(), plotHeight + legend.height());
    Graphics2D g = Theme.graphics(sheet);
    paint(g, plotHeight);
    // Over the curves, hence translucent; on white the same as the other grid lines.
    g.setColor(new Color(0, 0, 0, 27));
    g.setStroke(new BasicStroke(1));
    if (hasDecades(logX, x)) {
      decades(x).forEach(v -> vertical(g, v, y));
    }
    if (hasDecades(logY, y)) {
      decades(y).forEach(v -> horizontal(g, v, x));
    }
    legend.paint(g, plotHeight);
    g.dispose();
    return sheet;
  }

  private int plotHeight() {
    return Math.max(options.height() - legend.height(), Math.min(options.height(), LEAST_PLOT));
  }

  private static boolean hasDecades(boolean log, Range range) {
    return log && range.max() / range.min() > DECADES_ONLY;
  }

  /** Fixes ranges, numbers and titles, and so where the plot lies. */
  private void layOut(Range x, Range y) {
    XYStyler styler = chart.getStyler();
    Range axisX = logX ? x : x.padded(BEYOND_END);
    Range axisY = logY ? y : y.padded(BEYOND_END);
    styler.setXAxisMin(axisX.min()).setXAxisMax(axisX.max());
    styler.setYAxisMin(axisY.min()).setYAxisMax(axisY.max());
    boolean decadesX = hasDecades(logX, x);
    boolean decadesY = hasDecades(logY, y);
    // Of a logarithmic axis XChart draws all lines from 1 to 9 or none.
    styler.setPlotGridVerticalLinesVisible(!decadesX);
    styler.setPlotGridHorizontalLinesVisible(!decadesY);
    styler.setXAxisLogarithmicDecadeOnly(decadesX && decades(x).size() > 1);
    styler.setYAxisLogarithmicDecadeOnly(decadesY && decades(y).size() > 1);
    styler.setXAxisTickLabelsFormattingFunction(
        measured(logX ? logNumbers(decadesX) : numbers(x), x));
    styler.setYAxisTickLabelsFormattingFunction(logY ? logNumbers(decadesY) : numbers(y));
    fitTexts(x, y, plotHeight());
  }

  /**
   * Leaves room on the right for half of the last number on the horizontal axis, and cuts the
   * titles to the room around the middle of the plot, over which XChart centres them. XChart knows
   * where the plot lies, and which numbers stand on the axes, only after painting: this paints on
   * nothing.
   */
  private void fitTexts(Range x, Range y, int plotHeight) {
    widestXNumber = 0;
    chart.setTitle(options.title());
    chart.setXAxisTitle(options.xLabel());
    chart.setYAxisTitle(options.yLabel());
    chart.getStyler().setChartPadding(PADDING);
    measure(plotHeight);
    chart.getStyler().setChartPadding(Math.max(PADDING, rightMargin(widestXNumber)));
    measure(plotHeight);
    double middleX = (screenX(x.min()) + screenX(x.max())) / 2;
    double middleY = (screenY(y.min()) + screenY(y.max())) / 2;
    chart.setTitle(fit(options.title(), Theme.bold(14), room(middleX, options.width())));
    chart.setXAxisTitle(fit(options.xLabel(), Theme.font(13), room(middleX, options.width())));
    chart.setYAxisTitle(fit(options.yLabel(), Theme.font(13), room(middleY, plotHeight)));
  }

  private void measure(int plotHeight) {
    Graphics2D g = Theme.graphics(Theme.sheet(1, 1));
    paint(g, plotHeight);
    g.dispose();
  }

  /** XChart has one padding for all sides; what only the right needs is left out elsewhere. */
  private void paint(Graphics2D g, int plotHeight) {
    int cut = cut();
    g.translate(-cut, -cut);
    chart.paint(g, options.width() + cut, plotHeight + 2 * cut);
    g.translate(cut, cut);
    g.setClip(null);
  }

  /** How much of the chart, in pixels, lies left of the figure, above it and below it. */
  private int cut() {
    return chart.getStyler().getChartPadding() - PADDING;
  }

  /** Right of a plot at whose end a number of this width may stand. */
  static int rightMargin(int numberWidth) {
    return (numberWidth + 1) / 2 + EDGE;
  }

  /** How long a text may be that is centred at a place between 0 and a length. */
  static int room(double middle, int length) {
    return Math.max(0, (int) (2 * Math.min(middle, length - middle)) - 2 * EDGE);
  }

  /** Draws so that a unit is equally long on both axes, by widening the range that has room. */
  BufferedImage drawToScale(Range x, Range y) {
    chart.getStyler().setYAxisTickMarkSpacingHint(TICK_SPACING);
    Range wideX = x;
    Range wideY = y;
    // Where the plot lies moves with the numbers on its axes, hence in steps.
    for (int i = 0; i < 3; i++) {
      layOut(wideX, wideY);
      double ratio = perUnitX(wideX) / perUnitY(wideY);
      if (ratio > 1) {
        wideX = wideX.widened(ratio);
      } else {
        wideY = wideY.widened(1 / ratio);
      }
    }
    return draw(wideX, wideY);
  }

  private double perUnitX(Range x) {
    return (screenX(x.max()) - screenX(x.min())) / x.span();
  }

  private double perUnitY(Range y) {
    return (screenY(y.min()) - screenY(y.max())) / y.span();
  }

  /** An empty frame with its names, that says why it is empty. */
  static BufferedImage empty(ChartOptions options, String reason) {
    var plot = new XyPlot(options);
    plot.add(new double[] {0}, new double[] {Double.NaN});
    XYStyler styler = plot.chart.getStyler();
    styler.setAxisTicksVisible(false);
    styler.setPlotGridLinesColor(Color.WHITE);
    styler.setPlotBorderVisible(true);
    plot.chart.addAnnotation(new AnnotationText(reason, 0.5, 0.5, false));
    return plot.draw(new Range(0, 1), new Range(0, 1));
  }

  private XYSeries add(double[] x, double[] y) {
    // Where XChart believes all values to be equally spaced (by an absolute measure, so that it
    // holds of any small numbers) it labels these values instead of round numbers. A trailing NaN,
    // which is not drawn, keeps it from that.
    double[] xs = Arrays.copyOf(x, x.length + 1);
    double[] ys = Arrays.copyOf(y, y.length + 1);
    xs[x.length] = Double.NaN;
    ys[y.length] = Double.NaN;
    // XChart tells series apart by names, which are not shown.
    return chart.addSeries("series " + chart.getSeriesCollection().size(), xs, ys);
  }

  private static void style(XYStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartFontColor(Theme.TEXT);
    styler.setChartTitleFont(Theme.bold(14));
    styler.setChartTitleBoxVisible(false);
    styler.setLegendVisible(false);
    styler.setPlotBorderVisible(false);
    styler.setPlotBorderColor(Theme.GRID_LINE);
    styler.setPlotContentSize(1);
    styler.setPlotMargin(0);
    styler.setPlotTicksMarksVisible(false);
    styler.setPlotGridLinesColor(Theme.GRID_LINE);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setAxisTitleFont(Theme.font(13));
    styler.setAxisTickLabelsFont(Theme.font(12));
    styler.setAxisTickLabelsColor(Theme.TEXT);
    styler.setAxisTickMarksColor(Theme.AXIS);
    styler.setAxisTickMarksStroke(new BasicStroke(1));
    styler.setYAxisLabelAlignment(TextAlignment.Right);
    // "Right" is the top: so "0" and "1,000" stand on one line.
    styler.setXAxisLabelAlignmentVertical(TextAlignment.Right);
    styler.setXAxisTickMarkSpacingHint(TICK_SPACING);
    styler.setYAxisTickMarkSpacingHint(45);
    styler.setAnnotationTextFont(Theme.font(14));
    styler.setAnnotationTextFontColor(Theme.TEXT);
    styler.setMarkerSize(8);
  }

  private static Function<Double, String> numbers(Range range) {
    double largest = Math.max(Math.abs(range.min()), Math.abs(range.max()));
    DecimalFormat format = range.span() < LEAST_PLAIN || largest >= MOST_PLAIN ? power() : plain();
    return value -> value == 0 ? "0" : format.format(value);
  }

  /**
   * On a logarithmic axis each number has the form that suits itself; a sparse axis names only
   * those that begin with 1, 2 or 5.
   */
  private static Function<Double, String> logNumbers(boolean sparse) {
    DecimalFormat power = power();
    DecimalFormat plain = plain();
    return value -> {
      String text = (value < LEAST_PLAIN || value >= MOST_PLAIN ? power : plain).format(value);
      return sparse && !text.matches("[0.,]*[125][0.,]*(E.*)?") ? "" : text;
    };
  }

  private static DecimalFormat plain() {
    return new DecimalFormat("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT));
  }

  private static DecimalFormat power() {
    return new DecimalFormat("0.######E0", DecimalFormatSymbols.getInstance(Locale.ROOT));
  }

  /** The same texts; {@link #widestXNumber} learns their widths in pixels. */
  private Function<Double, String> measured(Function<Double, String> numbers, Range x) {
    FontMetrics metrics = Theme.metrics(Theme.font(12));
    return value -> {
      String text = numbers.apply(value);
      // XChart also formats the ends of the axis, which are not written.
      if (value >= x.min() && value <= x.max()) {
        widestXNumber = Math.max(widestXNumber, metrics.stringWidth(text));
      }
      return text;
    };
  }

  private static List<Double> decades(Range range) {
    return IntStream.rangeClosed(
            (int) Math.ceil(Math.log10(range.min())), (int) Math.floor(Math.log10(range.max())))
        .mapToObj(exponent -> Math.pow(10, exponent))
        .toList();
  }

  private void vertical(Graphics2D g, double value, Range y) {
    double x = screenX(value);
    g.draw(new Line2D.Double(x, screenY(y.min()), x, screenY(y.max())));
  }

  private void horizontal(Graphics2D g, double value, Range x) {
    double y = screenY(value);
    g.draw(new Line2D.Double(screenX(x.min()), y, screenX(x.max()), y));
  }

  private double screenX(double value) {
    return chart.getScreenXFromChart(value) - cut();
  }

  private double screenY(double value) {
    return chart.getScreenYFromChart(value) - cut();
  }

  private static String fit(String text, Font font, int width) {
    return Theme.fit(text, Theme.metrics(font), width);
  }
}
