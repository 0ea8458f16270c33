package org.adversaria.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.adversaria.data.Tables;
import org.adversaria.torch.Text;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

/**
 * The scalars of a run: a row per step, a column per term; primitive arrays, eight bytes a value.
 */
final class ScalarLog {

  private static final String STEP = "step";

  private long[] steps = new long[1024];
  private final Map<String, double[]> columns = new LinkedHashMap<>();
  private int size;

  /** Appends a row. A new name adds a column, with NaN (missing) in earlier rows. */
  void append(long step, Map<String, Double> row) {
    if (size == steps.length) {
      steps = Arrays.copyOf(steps, 2 * size);
      columns.replaceAll((name, values) -> padded(values, 2 * size));
    }
    steps[size] = step;
    columns.forEach((name, values) -> values[size] = Double.NaN);
    row.forEach(
        (name, value) ->
            columns.computeIfAbsent(name, n -> padded(new double[0], steps.length))[size] = value);
    size++;
  }

  private static double[] padded(double[] values, int length) {
    double[] longer = Arrays.copyOf(values, length);
    Arrays.fill(longer, values.length, length, Double.NaN);
    return longer;
  }

  Table table() {
    Table table = Table.create("log", LongColumn.create(STEP, Arrays.copyOf(steps, size)));
    columns.forEach(
        (name, values) -> table.addColumns(DoubleColumn.create(name, Arrays.copyOf(values, size))));
    return Tables.plain(table);
  }

  /** Writes comma-separated values, which {@link #read} reads to the same doubles. */
  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>(size + 1);
    lines.add(STEP + columns.keySet().stream().map(n -> "," + n).collect(Collectors.joining()));
    for (int i = 0; i < size; i++) {
      var line = new StringBuilder().append(steps[i]);
      for (double[] values : columns.values()) {
        line.append(',');
        if (!Double.isNaN(values[i])) {
          line.append(values[i]);
        }
      }
      lines.add(line.toString());
    }
    Files.write(file, lines);
  }

  static ScalarLog read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String[] names = lines.get(0).split(",");
    var log = new ScalarLog();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      if (cells.length != names.length) {
        throw new IOException(
            Text.format(
                "%s is damaged: the header names %d columns, a line has %d: '%s'",
                file, names.length, cells.length, line));
      }
      var row = new LinkedHashMap<String, Double>();
      for (int i = 1; i < cells.length; i++) {
        row.put(names[i], cells[i].isEmpty() ? Double.NaN : Double.parseDouble(cells[i]));
      }
      log.append(Long.parseLong(cells[0]), row);
    }
    return log;
  }
}
