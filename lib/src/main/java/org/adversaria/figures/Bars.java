package org.adversaria.figures;

import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.adversaria.data.Tables;
import org.adversaria.torch.Text;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * One bar for each row of a table, lying: the names stand level on the left and do not collide
 * however long or many they are, and each value is written at its bar, which needs no axis.
 *
 * <p>Drawn without XChart, whose lying bars have no error bars and no room for long names.
 */
final class Bars {

  private static final int ROW = 24;
  private static final int BAR = 15;
  private static final int MARGIN = 10;
  private static final int WIDEST_NAME = 260;

  /** Of the figure's width, so that long names leave room for the bars. */
  private static final double NAMES_SHARE = 0.4;

  private final ChartOptions options;
  private final List<String> names;
  private final double[] values;

  /** Half the length of the error bars; NaN where there is none. */
  private final double[] errors;

  private final FontMetrics metrics = Theme.metrics(Theme.font(13));

  private Bars(ChartOptions options, List<String> names, double[] values, double[] errors) {
    this.options = options;
    int widest = (int) Math.min(WIDEST_NAME, NAMES_SHARE * options.width());
    this.names = names.stream().map(name -> Theme.fit(name, metrics, widest)).toList();
    this.values = values;
    this.errors = errors;
  }

  /** Draws a table's columns; {@code error} is null where there are no errors. */
  static BufferedImage draw(
      Table table, String category, String value, String error, ChartOptions options) {
    if (!table.containsColumn(category)) {
      throw new IllegalArgumentException(
          "The table has no column " + category + "; it has " + table.columnNames());
    }
    int rows = table.rowCount();
    ChartOptions full = options.orElse(ReadableNames.of(value), "", 640, 0);
    if (rows == 0) {
      return XyPlot.empty(full.orElse("", "", 640, 160), "no data yet");
    }
    Column<?> texts = Tables.plain(Table.create(table.column(category).copy())).column(0);
    List<String> names = IntStream.range(0, rows).mapToObj(texts::getString).toList();
    double[] errors = new double[rows];
    Arrays.fill(errors, Double.NaN);
    return new Bars(
            full,
            names,
            Curves.numbers(table, value),
            error == null ? errors : Curves.numbers(table, error))
        .draw();
  }

  private BufferedImage draw() {
    String heading = options.title().isEmpty() ? options.xLabel() : options.title();
    int top = MARGIN + ROW;
    int bottom = top + names.size() * ROW;
    // A title that does not say what the lengths are leaves that to a line below them.
    boolean titleNamesValue = lower(heading).contains(lower(options.xLabel()));
    int height = Math.max(options.height(), bottom + (titleNamesValue ? 0 : ROW) + MARGIN);
    BufferedImage sheet = Theme.sheet(options.width(), height);
    Graphics2D g = Theme.graphics(sheet);
    int nameWidth = names.stream().mapToInt(metrics::stringWidth).max().orElse(0);
    int numberWidth =
        IntStream.range(0, values.length).map(i -> metrics.stringWidth(number(i))).max().orElse(0);
    int left = MARGIN + nameWidth + 8;
    int right = options.width() - MARGIN - numberWidth - 8;
    Range range = range();
    g.setFont(options.title().isEmpty() ? Theme.font(13) : Theme.bold(14));
    write(g, heading, options.title().isEmpty() ? left : MARGIN, MARGIN + 13);
    g.setFont(metrics.getFont());
    if (!titleNamesValue) {
      write(g, options.xLabel(), left, bottom + ROW - 7);
    }
    for (int i = 0; i < values.length; i++) {
      draw(g, i, top + i * ROW, left, (right - left) / range.span(), range);
    }
    double zero = left - range.min() * (right - left) / range.span();
    g.setColor(Theme.AXIS);
    g.setStroke(Theme.stroke(1));
    g.draw(new Line2D.Double(zero, top, zero, top + names.size() * ROW));
    g.dispose();
    return sheet;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Writes a text from x rightwards, or from further left where it is long. */
  private void write(Graphics2D g, String text, int x, int baseline) {
    FontMetrics m = g.getFontMetrics();
    String fitting = Theme.fit(text, m, options.width() - 2 * MARGIN);
    g.drawString(fitting, start(x, m.stringWidth(fitting), options.width()), baseline);
  }

  /** Where a text of a width begins so that it ends within the figure. */
  static int start(int x, int textWidth, int width) {
    return Math.max(MARGIN, Math.min(x, width - MARGIN - textWidth));
  }

  private void draw(Graphics2D g, int i, int top, int left, double scale, Range range) {
    int baseline = top + (ROW + metrics.getAscent() - metrics.getDescent()) / 2;
    g.setColor(Theme.TEXT);
    g.drawString(names.get(i), left - 8 - metrics.stringWidth(names.get(i)), baseline);
    double zero = left - range.min() * scale;
    double end = Double.isFinite(values[i]) ? zero + values[i] * scale : zero;
    double tip = Math.max(zero, end);
    if (Double.isFinite(values[i])) {
      double start = Math.min(zero, end);
      g.setColor(Theme.color(0));
      g.fill(new Rectangle2D.Double(start, top + (ROW - BAR) / 2.0, tip - start, BAR));
    }
    if (Double.isFinite(values[i]) && Double.isFinite(errors[i])) {
      double reach = errors[i] * scale;
      whisker(g, end - reach, end + reach, top + ROW / 2.0);
      tip = Math.max(tip, end + reach);
    }
    g.setColor(Theme.TEXT);
    g.drawString(number(i), (float) tip + 8, baseline);
  }

  private static void whisker(Graphics2D g, double from, double to, double y) {
    g.setColor(Theme.TEXT);
    g.setStroke(Theme.stroke(1.5f));
    g.draw(new Line2D.Double(from, y, to, y));
    g.draw(new Line2D.Double(from, y - 4, from, y + 4));
    g.draw(new Line2D.Double(to, y - 4, to, y + 4));
  }

  private Range range() {
    return options.xRange() == null ? range(values, errors) : options.xRange();
  }

  /**
   * From zero, or below it, to the end of the longest bar with its error, however short that is; to
   * 1 where all are zero.
   */
  static Range range(double[] values, double[] errors) {
    double min = 0;
    double max = 0;
    for (int i = 0; i < values.length; i++) {
      if (Double.isFinite(values[i])) {
        double error = Double.isFinite(errors[i]) ? errors[i] : 0;
        min = Math.min(min, values[i] - error);
        max = Math.max(max, values[i] + error);
      }
    }
    return min < max ? new Range(min, max) : new Range(0, 1);
  }

  private String number(int i) {
    if (!Double.isFinite(values[i])) {
      return "n/a";
    }
    if (!Double.isFinite(errors[i]) || errors[i] <= 0) {
      return significant(values[i]);
    }
    // Two digits of the error, and the value to the same place.
    int place = (int) Math.floor(Math.log10(errors[i]));
    String format = "%." + Math.max(0, 1 - place) + "f";
    return Text.format(format + " \u00B1 " + format, values[i], errors[i]);
  }

  private static String significant(double value) {
    double size = Math.abs(value);
    String format = size == 0 || (size >= 100 && size < 1e6) ? "%.0f" : "%.3g";
    return Text.format(format, value);
  }
}
