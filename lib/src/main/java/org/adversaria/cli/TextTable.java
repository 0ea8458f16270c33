package org.adversaria.cli;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.torch.Text;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Prints a table for people: text to the left, numbers to the right and to five digits. */
public final class TextTable {

  private static final MathContext DIGITS = new MathContext(5);
  private static final String GAP = "  ";

  private TextTable() {}

  /**
   * Prints a table.
   *
   * @param table any table
   * @param out where to
   */
  public static void print(Table table, PrintWriter out) {
    List<List<String>> columns = table.columns().stream().map(TextTable::aligned).toList();
    for (int row = 0; row <= table.rowCount(); row++) {
      int at = row;
      String line = columns.stream().map(column -> column.get(at)).collect(Collectors.joining(GAP));
      out.println(line.stripTrailing());
    }
  }

  /** The heading and the cells, all of one width. */
  private static List<String> aligned(Column<?> column) {
    List<String> cells =
        Stream.concat(
                Stream.of(column.name()),
                IntStream.range(0, column.size()).mapToObj(row -> text(column, row)))
            .toList();
    int width = cells.stream().mapToInt(String::length).max().orElseThrow();
    String format =
        "%" + (column instanceof NumericColumn<?> ? "" : "-") + Math.max(1, width) + "s";
    return cells.stream().map(cell -> Text.format(format, cell)).toList();
  }

  private static String text(Column<?> column, int row) {
    if (column.isMissing(row)) {
      return "";
    }
    boolean finite = column.get(row) instanceof Double value && Double.isFinite(value);
    return finite
        ? new BigDecimal((Double) column.get(row))
            .round(DIGITS)
            .stripTrailingZeros()
            .toPlainString()
        : column.getString(row);
  }
}
