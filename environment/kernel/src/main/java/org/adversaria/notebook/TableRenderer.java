package org.adversaria.notebook;

import java.util.List;
import java.util.Locale;
import org.adversaria.torch.Text;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A table of Tablesaw: its first rows and columns, and how many more there are. */
final class TableRenderer implements Renderer<Table> {

  private static final int MOST_COLUMNS = 30;

  @Override
  public MimeBundle render(Table table) {
    return grid(table).bundle();
  }

  private static Grid grid(Table table) {
    var grid = new Grid(table.name());
    List<Column<?>> shown = table.columns().subList(0, Math.min(MOST_COLUMNS, table.columnCount()));
    for (Column<?> column : shown) {
      String kind = column.type().name().toLowerCase(Locale.ROOT);
      grid.column(column.name(), kind, column instanceof NumericColumn);
    }
    grid.rows(table.rowCount(), row -> shown.stream().map(column -> cell(column, row)).toList());
    if (table.columnCount() > MOST_COLUMNS) {
      grid.note(Text.format("and %,d more columns", table.columnCount() - MOST_COLUMNS));
    }
    return grid;
  }

  /** A missing value leaves its cell empty. */
  static String cell(Column<?> column, int row) {
    if (column.isMissing(row)) {
      return "";
    }
    Object value = column.get(row);
    return value instanceof Number number ? Numbers.rounded(number) : String.valueOf(value);
  }

  @Override
  public void inline(Table table, Inline out) {
    String name = table.name() == null || table.name().isBlank() ? "" : " " + table.name();
    out.leaf(
        Text.format(
            "Table%s (%,d rows, %,d columns)", name, table.rowCount(), table.columnCount()));
  }

  @Override
  public boolean isRich() {
    return true;
  }
}
