package org.adversaria.data;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.Locale;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.Table;

/** Tables that print the same on every machine; by itself a table prints by the default locale. */
public final class Tables {

  /** More digits than a double has on either side of its point. */
  private static final int ALL_DIGITS = 340;

  private Tables() {}

  /**
   * Lets the numbers of a table print with the digits 0 to 9 and a decimal point, none rounded.
   *
   * @param table a table that is made here; its columns are changed
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
