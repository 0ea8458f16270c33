package org.adversaria.data;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.Locale;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.Table;

/** Number formats of tables that do not depend on the default locale. */
public final class Tables {

  /** More than the decimal places of any double. */
  private static final int ALL_DIGITS = 340;

  private Tables() {}

  /**
   * Sets the format of a table's numbers: the digits 0 to 9 and a decimal point, not rounded.
   *
   * @param table a new table; its columns are changed
   * @return the table
   */
  public static Table plain(Table table) {
    table.columns().stream()
        .filter(NumberColumn.class::isInstance)
        .forEach(column -> ((NumberColumn<?, ?>) column).setPrintFormatter(numbers(), ""));
    return table;
  }

  private static NumberFormat numbers() {
    var format = new DecimalFormat("0", DecimalFormatSymbols.getInstance(Locale.ROOT));
    format.setMaximumFractionDigits(ALL_DIGITS);
    return format;
  }
}
