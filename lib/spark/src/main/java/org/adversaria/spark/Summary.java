package org.adversaria.spark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.data.Tables;
import org.apache.commons.math3.distribution.TDistribution;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What the seeds of a method with a preset have in common, score by score.
 *
 * @param method the method's name
 * @param preset the preset's name
 * @param score the score's name
 * @param n the number of finished cells
 * @param mean over them
 * @param deviation the standard deviation, of n - 1; NaN of one cell
 * @param low the lower end of the interval that has the mean with 95 %, by Student's t; NaN of one
 *     cell
 * @param high its upper end; NaN of one cell
 */
record Summary(
    String method,
    String preset,
    String score,
    int n,
    double mean,
    double deviation,
    double low,
    double high) {

  private static final double CONFIDENCE = 0.95;

  /** What a row is about. */
  private record Key(String method, String preset, String score) {}

  /**
   * Summarises finished cells: their scores, or the last scalars of their logs where no cell has
   * scores.
   */
  static List<Summary> of(List<CellResult> cells) {
    boolean scored = cells.stream().anyMatch(cell -> !cell.scores().isEmpty());
    Map<Key, List<Double>> values = new LinkedHashMap<>();
    for (CellResult cell : cells) {
      if (cell.finished()) {
        (scored ? cell.scores() : cell.scalars())
            .forEach(
                (score, value) ->
                    values
                        .computeIfAbsent(
                            new Key(cell.method(), cell.preset(), score), key -> new ArrayList<>())
                        .add(value));
      }
    }
    return values.entrySet().stream().map(each -> of(each.getKey(), each.getValue())).toList();
  }

  private static Summary of(Key key, List<Double> values) {
    int n = values.size();
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double squares = values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
    double deviation = n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1));
    double half = n < 2 ? Double.NaN : quantile(n - 1) * deviation / Math.sqrt(n);
    return new Summary(
        key.method(), key.preset(), key.score(), n, mean, deviation, mean - half, mean + half);
  }

  /** Of Student's t: the interval of the confidence ends there. */
  private static double quantile(int degreesOfFreedom) {
    return new TDistribution(degreesOfFreedom)
        .inverseCumulativeProbability(1 - (1 - CONFIDENCE) / 2);
  }

  static Table table(List<Summary> rows) {
    return Tables.plain(
        Table.create(
            "summary",
            StringColumn.create("method", rows.stream().map(Summary::method)),
            StringColumn.create("preset", rows.stream().map(Summary::preset)),
            StringColumn.create("score", rows.stream().map(Summary::score)),
            IntColumn.create("n", rows.stream().mapToInt(Summary::n)),
            DoubleColumn.create("mean", rows.stream().mapToDouble(Summary::mean)),
            DoubleColumn.create("deviation", rows.stream().mapToDouble(Summary::deviation)),
            DoubleColumn.create("low", rows.stream().mapToDouble(Summary::low)),
            DoubleColumn.create("high", rows.stream().mapToDouble(Summary::high))));
  }
}
