package org.adversaria.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.adversaria.torch.Text;
import tech.tablesaw.columns.Column;

/** A column of a Tablesaw table: its name, type, size and values. */
final class ColumnRenderer implements Renderer<Column<?>> {

  private static final int MOST_VALUES = 100;

  @Override
  public MimeBundle render(Column<?> column) {
    return MimeBundle.text(head(column) + "\n" + values(column));
  }

  @Override
  public void inline(Column<?> column, Inline out) {
    out.leaf(head(column));
  }

  private static String head(Column<?> column) {
    return Text.format(
        "%s (%s, %,d values)",
        column.name(), column.type().name().toLowerCase(Locale.ROOT), column.size());
  }

  private static String values(Column<?> column) {
    List<String> values = new ArrayList<>();
    for (int row = 0; row < Math.min(MOST_VALUES, column.size()); row++) {
      values.add(column.isMissing(row) ? "missing" : TableRenderer.cell(column, row));
    }
    if (column.size() > MOST_VALUES) {
      values.add(Text.format("... %,d more", column.size() - MOST_VALUES));
    }
    return "[" + String.join(", ", values) + "]";
  }
}
