package org.adversaria.figures;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/** Lines over a common horizontal axis: the losses and metrics of a run. */
final class Curves {

  /** How many markers help to tell one line from another. */
  private static final int MARKERS = 8;

  private static final int MOST_ERROR_BARS = 40;

  /** Stands for zero on a logarithmic axis. */
  private static final double LOWEST = 1e-300;

  private final ChartOptions options;
  private final List<String> names = new ArrayList<>();
  private final List<double[]> xs = new ArrayList<>();
  private final List<double[]> ys = new ArrayList<>();

  /** Half the length of the error bar of each value; NaN where there is none. */
  private final List<double[]> errors = new ArrayList<>();

  private Curves(ChartOptions options) {
    this.options = options;
  }

  static BufferedImage draw(
      Table log, String x, List<String> columns, Map<String, String> errors, ChartOptions options) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("No column to draw over " + x);
    }
    String xLabel = ReadableNames.of(x);
    String yLabel = ReadableNames.common(columns);
    var curves = new Curves(options.orElse(xLabel, yLabel, Theme.NOTEBOOK_WIDTH, 320));
    double[] steps = numbers(log, x);
    for (String column : columns) {
      double[] none = new double[steps.length];
      Arrays.fill(none, Double.NaN);
      String error = errors.get(column);
      curves.add(
          ReadableNames.of(column),
          steps,
          numbersSoFar(log, column),
          error == null ? none : numbersSoFar(log, error));
    }
    return curves.draw();
  }

  /** A run's log gets its columns with its first row, so an empty table may lack them. */
  private static double[] numbersSoFar(Table log, String column) {
    return log.isEmpty() && !log.containsColumn(column) ? new double[0] : numbers(log, column);
  }

  /** A numeric column of a table as doubles; what is missing is NaN. */
  static double[] numbers(Table table, String name) {
    if (!table.containsColumn(name)) {
      throw new IllegalArgumentException(
          "The table has no column " + name + "; it has " + table.columnNames());
    }
    if (!(table.column(name) instanceof NumericColumn<?> column)) {
      throw new IllegalArgumentException(
          "The column " + name + " holds " + table.column(name).type().name() + ", not numbers");
    }
    double[] values = new double[column.size()];
    Arrays.setAll(values, column::getDouble);
    return values;
  }

  private void add(String name, double[] x, double[] y, double[] error) {
    int[] rows =
        IntStream.range(0, x.length)
            .filter(i -> Double.isFinite(x[i]) && (!options.isLogX() || x[i] > 0))
            .toArray();
    names.add(name);
    xs.add(Arrays.stream(rows).mapToDouble(i -> x[i]).toArray());
    ys.add(Arrays.stream(rows).mapToDouble(i -> drawable(y[i])).toArray());
    errors.add(Arrays.stream(rows).mapToDouble(i -> Math.abs(error[i])).toArray());
  }

  private double drawable(double value) {
    boolean fits = Double.isFinite(value) && (!options.isLogY() || value > 0);
    return fits ? value : Double.NaN;
  }

  private BufferedImage draw() {
    if (ys.stream().flatMapToDouble(Arrays::stream).allMatch(Double::isNaN)) {
      String reason = xs.get(0).length == 0 ? "no data yet" : "no finite values";
      return XyPlot.empty(options, options.isLogY() ? reason + " above zero" : reason);
    }
    var plot = new XyPlot(options, options.isLogX(), options.isLogY());
    if (options.smoothing() > 0) {
      for (int i = 0; i < ys.size(); i++) {
        double[][] raw = thin(xs.get(i), ys.get(i), 4 * options.width());
        plot.line(raw[0], raw[1], Theme.faint(Theme.color(i), 0.3), 1);
      }
    }
    for (int i = 0; i < ys.size(); i++) {
      draw(plot, i);
    }
    Range x = xRange();
    if (xs.stream().flatMapToDouble(Arrays::stream).allMatch(v -> v == Math.rint(v))) {
      plot.countOnX(x);
    }
    return plot.draw(x, yRange());
  }

  private void draw(XyPlot plot, int i) {
    Color color = Theme.color(i);
    double[] smooth = smooth(ys.get(i), options.smoothing());
    double[][] line = thin(xs.get(i), smooth, 4 * options.width());
    plot.line(line[0], line[1], color, 1.8f);
    // A second series, broken after each point, carries the markers: on every point of a long line
    // they would hide it.
    double[][] marks = marks(xs.get(i), smooth, i);
    var marked = plot.line(marks[0], marks[1], color, 1.8f);
    marked.setMarker(XyPlot.marker(i));
    double[][] bars = errorBars(i);
    if (bars[0].length > 0) {
      plot.line(bars[0], bars[1], color, 1.2f);
    }
    if (names.size() > 1) {
      plot.name(marked, names.get(i));
    }
  }

  private Range xRange() {
    return range(xs, options.xRange(), options.isLogX(), 0.02);
  }

  private Range yRange() {
    // Of a smoothed curve the faint raw values are in the picture too.
    List<double[]> shown = new ArrayList<>(ys);
    for (int i = 0; i < ys.size(); i++) {
      shown.add(Arrays.stream(errorBars(i)[1]).filter(v -> v != LOWEST).toArray());
    }
    return range(shown, options.yRange(), options.isLogY(), 0.05);
  }

  /**
   * The error bars of a line as x and y of their lower and upper ends, with a gap after each: at
   * all values that have one, or at every n-th of them where they are more than {@link
   * #MOST_ERROR_BARS}. Smoothed values have none.
   */
  private double[][] errorBars(int line) {
    double[] y = ys.get(line);
    double[] error = errors.get(line);
    int[] rows =
        IntStream.range(0, options.smoothing() > 0 ? 0 : y.length)
            .filter(i -> Double.isFinite(y[i] + error[i]))
            .toArray();
    int step = Math.max(1, (rows.length + MOST_ERROR_BARS - 1) / MOST_ERROR_BARS);
    DoubleStream.Builder barX = DoubleStream.builder();
    DoubleStream.Builder barY = DoubleStream.builder();
    for (int r = 0; r < rows.length; r += step) {
      int i = rows[r];
      double x = xs.get(line)[i];
      // A logarithmic axis has no zero: the bar then ends far below the picture.
      double low = options.isLogY() ? Math.max(y[i] - error[i], LOWEST) : y[i] - error[i];
      barX.add(x).add(x).add(x);
      barY.add(low).add(y[i] + error[i]).add(Double.NaN);
    }
    return new double[][] {barX.build().toArray(), barY.build().toArray()};
  }

  private static Range range(List<double[]> data, Range fixed, boolean log, double padding) {
    if (fixed == null) {
      DoubleStream values = data.stream().flatMapToDouble(Arrays::stream);
      return log ? Range.ofLog(values, padding) : Range.of(values).padded(padding);
    }
    if (log && fixed.min() <= 0) {
      throw new IllegalArgumentException(
          "A logarithmic axis starts above zero, not at " + fixed.min());
    }
    return fixed;
  }

  /** {@link ChartOptions#smoothing}; NaN stays NaN and does not enter the average. */
  static double[] smooth(double[] values, double beta) {
    double[] smoothed = values.clone();
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        sum = beta * sum + (1 - beta) * values[i];
        weight = beta * weight + (1 - beta);
        smoothed[i] = sum / weight;
      }
    }
    return smoothed;
  }

  /**
   * Keeps the least and the greatest value of each group of neighbours, which is all that the
   * pixels can show, and the gaps.
   */
  static double[][] thin(double[] x, double[] y, int most) {
    if (x.length <= most) {
      return new double[][] {x, y};
    }
    int group = (int) Math.ceil(2.0 * x.length / most);
    DoubleStream.Builder xs = DoubleStream.builder();
    DoubleStream.Builder ys = DoubleStream.builder();
    for (int start = 0; start < x.length; start += group) {
      int low = start;
      int high = start;
      for (int i = start; i < Math.min(start + group, x.length); i++) {
        low = !(y[low] <= y[i]) && !Double.isNaN(y[i]) ? i : low;
        high = !(y[high] >= y[i]) && !Double.isNaN(y[i]) ? i : high;
      }
      int first = Math.min(low, high);
      int last = Math.max(low, high);
      xs.add(x[first]).add(x[last]);
      ys.add(y[first]).add(y[last]);
    }
    return new double[][] {xs.build().toArray(), ys.build().toArray()};
  }

  /** Some points of the line and all that have no neighbour, with a gap after each. */
  private double[][] marks(double[] x, double[] y, int line) {
    DoubleStream.Builder xs = DoubleStream.builder();
    DoubleStream.Builder ys = DoubleStream.builder();
    double step = Math.max(1, x.length / (double) MARKERS);
    // Lines that run close together get their markers at different places.
    double next = names.size() > 1 ? step * (line + 0.5) / names.size() : Double.MAX_VALUE;
    for (int i = 0; i < x.length; i++) {
      boolean alone = gap(y, i - 1) && gap(y, i + 1);
      if (!Double.isNaN(y[i]) && (alone || i >= Math.floor(next))) {
        xs.add(x[i]).add(x[i]);
        ys.add(y[i]).add(Double.NaN);
      }
      while (i >= Math.floor(next)) {
        next += step;
      }
    }
    return new double[][] {xs.build().toArray(), ys.build().toArray()};
  }

  private static boolean gap(double[] y, int i) {
    return i < 0 || i >= y.length || Double.isNaN(y[i]);
  }
}
