package org.adversaria.notebook;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.adversaria.torch.Text;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A table that is written row by row. Its columns' types follow from their values. */
public final class Rows {

  private final String title;
  private final List<String> columns;
  private final List<Object[]> rows = new ArrayList<>();

  Rows(String title, String... columns) {
    this.title = title;
    this.columns = List.of(columns);
  }

  /**
   * Adds a row.
   *
   * @param values one for each column; null or {@code NaN} where there is none
   * @return this
   * @throws IllegalArgumentException if the number of values is not that of the columns
   */
  public Rows add(Object... values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          Text.format("%d values for the %d columns %s", values.length, columns.size(), columns));
    }
    rows.add(values.clone());
    return this;
  }

  /**
   * Adds a row of numbers that has a name.
   *
   * @param name the value of the first column
   * @param numbers those of the others
   * @return this
   * @throws IllegalArgumentException if the number of values is not that of the columns
   */
  public Rows add(Object name, double[] numbers) {
    var values = new Object[numbers.length + 1];
    values[0] = name;
    for (int i = 0; i < numbers.length; i++) {
      values[i + 1] = numbers[i];
    }
    return add(values);
  }

  /**
   * The table so far.
   *
   * @return a new table: columns of whole numbers, of numbers, and of texts
   */
  public Table table() {
    Table table = Table.create(title);
    for (int c = 0; c < columns.size(); c++) {
      int column = c;
      table.addColumns(column(columns.get(c), rows.stream().map(row -> row[column]).toArray()));
    }
    return table;
  }

  private static Column<?> column(String name, Object... values) {
    Object[] known = Arrays.stream(values).filter(value -> value != null).toArray();
    if (known.length == 0 || !Arrays.stream(known).allMatch(Number.class::isInstance)) {
      StringColumn texts = StringColumn.create(name);
      Arrays.stream(values).forEach(value -> texts.append(value == null ? "" : value.toString()));
      return texts;
    }
    if (Arrays.stream(known).allMatch(value -> value instanceof Integer || value instanceof Long)) {
      LongColumn numbers = LongColumn.create(name);
      for (Object value : values) {
        if (value == null) {
          numbers.appendMissing();
        } else {
          numbers.append(((Number) value).longValue());
        }
      }
      return numbers;
    }
    DoubleColumn numbers = DoubleColumn.create(name);
    for (Object value : values) {
      numbers.append(value == null ? Double.NaN : ((Number) value).doubleValue());
    }
    return numbers;
  }

  @Override
  public String toString() {
    return String.valueOf(Renderers.render(this).data().get(MimeBundle.TEXT));
  }
}
