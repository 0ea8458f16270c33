package org.adversaria.figures;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Points of the plane in named groups, drawn to scale: a circle looks like a circle. */
final class Scatter {

  private Scatter() {}

  static BufferedImage draw(List<String> names, List<NDArray> groups, ChartOptions options) {
    NameCounts.requireOneEach("groups of points", names, groups);
    List<double[][]> points = groups.stream().map(Scatter::coordinates).toList();
    return drawPoints(names, points, options);
  }

  /** Points (N, 2) with a label each, as one group for each class that occurs. */
  static BufferedImage draw(
      NDArray points, NDArray labels, List<String> classNames, ChartOptions options) {
    if (labels.getDataType() != DataType.INT64 || labels.size() != points.size(0)) {
      throw new IllegalArgumentException(
          "Labels are int64 (N), one for each point: "
              + labels.getDataType()
              + " "
              + labels.getShape()
              + " for points "
              + points.getShape());
    }
    double[][] coordinates = coordinates(points);
    long[] labelValues = labels.toLongArray();
    List<double[][]> groups = new ArrayList<>();
    for (int label = 0; label < classNames.size(); label++) {
      long classLabel = label;
      int[] rows =
          IntStream.range(0, labelValues.length)
              .filter(i -> labelValues[i] == classLabel)
              .toArray();
      groups.add(
          new double[][] {
            Arrays.stream(rows).mapToDouble(i -> coordinates[0][i]).toArray(),
            Arrays.stream(rows).mapToDouble(i -> coordinates[1][i]).toArray()
          });
    }
    for (long label : labelValues) {
      if (label < 0 || label >= classNames.size()) {
        throw new IllegalArgumentException(
            "Label " + label + " has no name; there are " + classNames.size() + " names");
      }
    }
    return drawPoints(classNames, groups, options);
  }

  private static BufferedImage drawPoints(
      List<String> names, List<double[][]> groups, ChartOptions options) {
    ChartOptions full = options.orElse("x", "y", 640, 560);
    long count = groups.stream().mapToLong(g -> g[0].length).sum();
    if (groups.stream().allMatch(g -> Arrays.stream(g[1]).allMatch(Double::isNaN))) {
      return XyPlot.empty(full, "no finite points");
    }
    var plot = new XyPlot(full);
    plot.markerSize(count > 2000 ? 4 : 6);
    for (int i = 0; i < groups.size(); i++) {
      double[][] group = groups.get(i);
      var series = plot.points(group[0], group[1], Theme.color(i), XyPlot.marker(i));
      if (names.size() > 1) {
        plot.name(series, names.get(i));
      }
    }
    Range x = Range.of(groups.stream().flatMapToDouble(g -> Arrays.stream(g[0]))).padded(0.04);
    Range y = Range.of(groups.stream().flatMapToDouble(g -> Arrays.stream(g[1]))).padded(0.04);
    return plot.drawToScale(
        full.xRange() == null ? x : full.xRange(), full.yRange() == null ? y : full.yRange());
  }

  /** (N, 2) float32 as two rows; a point that is not finite becomes NaN, NaN. */
  private static double[][] coordinates(NDArray points) {
    Shape shape = points.getShape();
    if (points.getDataType() != DataType.FLOAT32 || shape.dimension() != 2 || shape.get(1) != 2) {
      throw new IllegalArgumentException(
          "Points of the plane are float32 (N, 2), not " + points.getDataType() + " " + shape);
    }
    float[] values = points.toFloatArray();
    double[][] result = new double[2][values.length / 2];
    for (int i = 0; i < result[0].length; i++) {
      boolean finite = Float.isFinite(values[2 * i]) && Float.isFinite(values[2 * i + 1]);
      result[0][i] = finite ? values[2 * i] : Double.NaN;
      result[1][i] = finite ? values[2 * i + 1] : Double.NaN;
    }
    return result;
  }
}
