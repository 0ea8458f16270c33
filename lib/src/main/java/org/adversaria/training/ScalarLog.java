package org.adversaria.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
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

  /**
   * Makes Tablesaw search its classes, once in a process, in a thread of its own: an interrupt
   * during the search would leave the process without tables.
   */
  static void prepareTables() {
    var search = new Thread(() -> Table.create("log"), "adversaria-tables");
    search.start();
    boolean interrupted = false;
    while (search.isAlive()) {
      try {
        search.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The last row, without what is missing; empty before the first. */
  Map<String, Double> last() {
    var row = new LinkedHashMap<String, Double>();
    if (size > 0) {
      columns.forEach((name, values) -> row.put(name, values[size - 1]));
      row.values().removeIf(value -> value.isNaN());
    }
    return row;
  }

  Table table() {
    Table table = Table.create("log", LongColumn.create(STEP, Arrays.copyOf(steps, size)));
    columns.forEach(
        (name, values) -> table.addColumns(DoubleColumn.create(name, Arrays.copyOf(values, size))));
    return Tables.plain(table);
  }

  /** Writes comma-separated values, which {@link #read} reads to the same doubles. */
  void write(Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      out.append(STEP);
      for (String name : columns.keySet()) {
        out.append(',').append(name);
      }
      out.append('\n');
      for (int i = 0; i < size; i++) {
        writeRow(out, i);
      }
    }
  }

  private void writeRow(Writer out, int i) throws IOException {
    out.append(Long.toString(steps[i]));
    for (double[] values : columns.values()) {
      out.append(',').append(Double.isNaN(values[i]) ? "" : Double.toString(values[i]));
    }
    out.append('\n');
  }

  /**
   * Reads a log.
   *
   * @throws IOException if the file cannot be read, or is not what {@link #write} makes; the
   *     message names the file and the line
   */
  static ScalarLog read(Path file) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String header = lines.readLine();
      String[] names = header == null ? new String[] {""} : header.split(",", -1);
      if (!names[0].equals(STEP) || new TreeSet<>(List.of(names)).size() < names.length) {
        throw damaged(file, Text.format("its header is '%s'", Objects.toString(header, "")), null);
      }
      var log = new ScalarLog();
      int number = 2;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.append(file, number++, names, line);
      }
      return log;
    } catch (CharacterCodingException e) {
      throw damaged(file, "it is not UTF-8", e);
    }
  }

  private void append(Path file, int line, String[] names, String text) throws IOException {
    String[] cells = text.split(",", -1);
    try {
      long step = Long.parseLong(cells[0]);
      if (cells.length == names.length && (size == 0 || step == steps[size - 1] + 1)) {
        var row = new LinkedHashMap<String, Double>();
        for (int i = 1; i < cells.length; i++) {
          row.put(names[i], cells[i].isEmpty() ? Double.NaN : Double.parseDouble(cells[i]));
        }
        append(step, row);
        return;
      }
    } catch (NumberFormatException e) {
      throw damaged(file, Text.format("line %d is '%s'", line, text), e);
    }
    throw damaged(
        file,
        Text.format("line %d is '%s', which does not follow from those before", line, text),
        null);
  }

  private static IOException damaged(Path file, String problem, Exception cause) {
    return new IOException(file + " is damaged: " + Text.visible(problem), cause);
  }
}
