package org.adversaria.figures;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Histograms of unit area, beside a density that is known. */
final class Density {

  private static final int CURVE_POINTS = 400;

  private Density() {}

  /** Draws the histograms and, unless it is null, the true density over them. */
  static BufferedImage draw(
      List<String> names, List<NDArray> samples, DoubleUnaryOperator truth, ChartOptions options) {
    NameCounts.requireOneEach("samples", names, samples);
    ChartOptions full = options.orElse("value", "density", Theme.NOTEBOOK_WIDTH, 320);
    List<double[]> values = samples.stream().map(Density::finite).toList();
    if (values.stream().allMatch(v -> v.length == 0)) {
      return XyPlot.empty(full, "no finite samples");
    }
    Range data = Range.of(values.stream().flatMapToDouble(Arrays::stream));
    Range x = full.xRange() == null ? data : full.xRange();
    var plot = new XyPlot(full);
    double top = 0;
    for (int i = 0; i < values.size(); i++) {
      double[] heights = histogram(values.get(i), x, bins(values));
      double[][] outline = outline(heights, x);
      var series = plot.area(outline[0], outline[1], Theme.color(i));
      if (names.size() > 1 || truth != null) {
        plot.name(series, names.get(i));
      }
      top = Math.max(top, Arrays.stream(heights).max().orElse(0));
    }
    if (truth != null) {
      double[][] curve = curve(truth, x);
      plot.name(plot.line(curve[0], curve[1], Color.BLACK, 1.8f), "true density");
      top = Math.max(top, Arrays.stream(curve[1]).filter(Double::isFinite).max().orElse(0));
    }
    Range y = top > 0 ? new Range(0, 1.06 * top) : new Range(0, 1);
    Range shown = full.xRange() == null ? x.padded(0.02) : x;
    return plot.draw(shown, full.yRange() == null ? y : full.yRange());
  }

  /** Rice's rule, for the smallest sample, within what the eye can use. */
  private static int bins(List<double[]> values) {
    int least = values.stream().mapToInt(v -> v.length).filter(n -> n > 0).min().orElse(1);
    return (int) Math.max(10, Math.min(100, Math.ceil(2 * Math.cbrt(least))));
  }

  /**
   * The heights of equal bins over the range, such that the area over the whole line is one: what
   * lies outside the range counts and is not seen.
   */
  static double[] histogram(double[] values, Range range, int bins) {
    double[] heights = new double[bins];
    double width = range.span() / bins;
    for (double value : values) {
      if (value >= range.min() && value <= range.max()) {
        // The greatest value belongs to the last bin.
        int bin = Math.min(bins - 1, (int) ((value - range.min()) / width));
        heights[bin] += 1 / (width * values.length);
      }
    }
    return heights;
  }

  private static double[][] outline(double[] heights, Range range) {
    int n = heights.length;
    double[] x = new double[2 * n + 2];
    double[] y = new double[2 * n + 2];
    for (int i = 0; i <= n; i++) {
      double edge = range.min() + range.span() * i / n;
      x[2 * i] = edge;
      x[2 * i + 1] = edge;
      y[2 * i] = i == 0 ? 0 : heights[i - 1];
      y[2 * i + 1] = i == n ? 0 : heights[i];
    }
    return new double[][] {x, y};
  }

  private static double[][] curve(DoubleUnaryOperator density, Range range) {
    double[] x = new double[CURVE_POINTS];
    Arrays.setAll(x, i -> range.min() + range.span() * i / (CURVE_POINTS - 1));
    double[] y = Arrays.stream(x).map(density).toArray();
    return new double[][] {x, y};
  }

  private static double[] finite(NDArray samples) {
    boolean flat = samples.getShape().dimension() == 1;
    boolean column = samples.getShape().dimension() == 2 && samples.getShape().get(1) == 1;
    if (samples.getDataType() != DataType.FLOAT32 || !(flat || column)) {
      throw new IllegalArgumentException(
          "Samples on the line are float32 (N) or (N, 1), not "
              + samples.getDataType()
              + " "
              + samples.getShape());
    }
    float[] values = samples.toFloatArray();
    double[] result = new double[values.length];
    Arrays.setAll(result, i -> values[i]);
    return Arrays.stream(result).filter(Double::isFinite).toArray();
  }
}
