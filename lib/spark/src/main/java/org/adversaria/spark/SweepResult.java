package org.adversaria.spark;

import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.adversaria.data.Tables;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The results of a sweep. They also lie where its cells do, as Parquet: {@code results.parquet} is
 * {@link #dataFrame()}, {@code summary.parquet} is {@link #summary()}.
 */
public final class SweepResult {

  private static final String RESULTS = "results.parquet";
  private static final String SUMMARY = "summary.parquet";

  private static final StructType SUMMARY_SCHEMA =
      new StructType()
          .add("method", DataTypes.StringType, false)
          .add("preset", DataTypes.StringType, false)
          .add("score", DataTypes.StringType, false)
          .add("n", DataTypes.IntegerType, false)
          .add("mean", DataTypes.DoubleType, false)
          .add("deviation", DataTypes.DoubleType, false)
          .add("low", DataTypes.DoubleType, false)
          .add("high", DataTypes.DoubleType, false);

  private final SparkSession spark;
  private final SweepStore out;
  private final List<CellResult> cells;

  private SweepResult(SparkSession spark, SweepStore out, List<CellResult> cells) {
    this.spark = spark;
    this.out = out;
    this.cells = List.copyOf(cells);
  }

  /** Writes the Parquet files of a sweep whose cells have ended, in place of older ones. */
  static synchronized SweepResult write(SparkSession spark, SweepStore out, List<CellResult> cells)
      throws IOException {
    var result = new SweepResult(spark, out, cells);
    // Spark's writers of one file delete what the others have begun.
    try (Closeable held = out.holdResults()) {
      result.writeSteps();
      result.writeSummary();
    }
    return result;
  }

  /** The logs are read by the executors, where a long sweep's are too many for the driver. */
  private void writeSteps() {
    var context = new JavaSparkContext(spark.sparkContext());
    int parts = Math.max(1, Math.min(cells.size(), context.defaultParallelism()));
    JavaRDD<Row> rows =
        context
            .parallelize(cells.stream().map(Json::write).toList(), parts)
            .flatMap(new LogRows(out));
    save(spark.createDataFrame(rows, LogRows.SCHEMA), RESULTS);
  }

  private void writeSummary() {
    List<Row> rows =
        Summary.of(cells).stream()
            .map(
                row ->
                    RowFactory.create(
                        row.method(),
                        row.preset(),
                        row.score(),
                        row.n(),
                        row.mean(),
                        row.deviation(),
                        row.low(),
                        row.high()))
            .toList();
    save(spark.createDataFrame(rows, SUMMARY_SCHEMA).coalesce(1), SUMMARY);
  }

  private void save(Dataset<Row> frame, String name) {
    frame.write().mode(SaveMode.Overwrite).parquet(out.uri(name));
  }

  /**
   * Returns how each cell ended.
   *
   * @return the cells in the order of methods, presets and seeds
   */
  public List<CellResult> cells() {
    return cells;
  }

  /**
   * Returns the cells that failed.
   *
   * @return those with a reason; empty if all finished
   */
  public List<CellResult> failed() {
    return cells.stream().filter(cell -> !cell.finished()).toList();
  }

  /**
   * Returns the cells as a table.
   *
   * @return a row for each cell: {@code cell}, {@code method}, {@code preset}, {@code seed}, {@code
   *     state}, {@code reason}, {@code steps}, {@code seconds}, {@code host}, {@code features},
   *     then the last scalars of the logs and the scores, missing where a cell has none
   */
  public Table table() {
    Table table =
        Table.create(
            "cells",
            texts("cell", CellResult::cell),
            texts("method", CellResult::method),
            texts("preset", CellResult::preset),
            LongColumn.create("seed", cells.stream().mapToLong(CellResult::seed)),
            texts("state", CellResult::state),
            texts("reason", CellResult::reason),
            LongColumn.create("steps", cells.stream().mapToLong(CellResult::steps)),
            DoubleColumn.create("seconds", cells.stream().mapToDouble(CellResult::seconds)),
            texts("host", CellResult::host),
            texts("features", CellResult::features));
    CellResult.addNumbers(table, cells.stream().map(SweepResult::numbers).toList());
    return Tables.plain(table);
  }

  private static Map<String, Double> numbers(CellResult cell) {
    var numbers = new LinkedHashMap<>(cell.scalars());
    numbers.putAll(cell.scores());
    return numbers;
  }

  private StringColumn texts(String name, Function<CellResult, String> text) {
    Stream<String> values = cells.stream().map(text);
    return StringColumn.create(name, values);
  }

  /**
   * Returns what the seeds of each method and preset have in common.
   *
   * @return a row for each method, preset and score (of a sweep without scores, each term of the
   *     log at the last step): {@code method}, {@code preset}, {@code score}, {@code n}, {@code
   *     mean}, {@code deviation}, {@code low} and {@code high}, the ends of the 95 % interval of
   *     the mean by Student's t; the last three are missing where n is 1
   */
  public Table summary() {
    return Summary.table(Summary.of(cells));
  }

  /**
   * Returns the logs of all cells.
   *
   * @return a row for each cell and step: {@code cell}, {@code method}, {@code preset}, {@code
   *     seed}, {@code step}, and {@code scalars}, a map from terms to values
   */
  public Dataset<Row> dataFrame() {
    return spark.read().parquet(out.uri(RESULTS));
  }
}
