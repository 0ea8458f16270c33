package org.adversaria.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/** Reads the logs of cells, a row for each step, where they lie. */
final class LogRows implements FlatMapFunction<String, Row> {

  private static final long serialVersionUID = 1L;

  static final StructType SCHEMA =
      new StructType()
          .add("cell", DataTypes.StringType, false)
          .add("method", DataTypes.StringType, false)
          .add("preset", DataTypes.StringType, false)
          .add("seed", DataTypes.LongType, false)
          .add("step", DataTypes.LongType, false)
          .add(
              "scalars",
              DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false),
              false);

  private final SweepStore out;

  /** Reads logs of a sweep's cells. */
  LogRows(SweepStore out) {
    this.out = out;
  }

  /** Takes a cell's result as JSON. */
  @Override
  public Iterator<Row> call(String json) throws IOException {
    CellResult cell = Json.read(json, CellResult.class);
    var rows = new ArrayList<Row>();
    scalars(out.cell(cell.cell()).log())
        .forEach(
            (step, scalars) ->
                rows.add(
                    RowFactory.create(
                        cell.cell(),
                        cell.method(),
                        cell.preset(),
                        cell.seed(),
                        step,
                        CollectionConverters.asScala(scalars))));
    return rows.iterator();
  }

  /** The scalars of the last step of a log; none where there is no log. */
  static Map<String, Double> last(List<String> log) {
    TreeMap<Long, Map<String, Double>> rows = scalars(log);
    return rows.isEmpty() ? Map.of() : rows.lastEntry().getValue();
  }

  /** The scalars by step, without what is missing. A run without checkpoints has no log. */
  private static TreeMap<Long, Map<String, Double>> scalars(List<String> log) {
    var rows = new TreeMap<Long, Map<String, Double>>();
    if (log.isEmpty()) {
      return rows;
    }
    String[] names = log.get(0).split(",", -1);
    for (String line : log.subList(1, log.size())) {
      String[] values = line.split(",", -1);
      rows.put(Long.parseLong(values[0]), scalars(names, values));
    }
    return rows;
  }

  private static Map<String, Double> scalars(String[] names, String[] values) {
    var scalars = new LinkedHashMap<String, Double>();
    for (int i = 1; i < names.length; i++) {
      if (!values[i].isEmpty()) {
        scalars.put(names[i], Double.valueOf(values[i]));
      }
    }
    return scalars;
  }
}
