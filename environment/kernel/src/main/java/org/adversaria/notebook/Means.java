package org.adversaria.notebook;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.adversaria.figures.ChartOptions;
import org.adversaria.figures.Figures;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Means over the rows of a table that belong together: over a method's seeds, for example. */
public final class Means {

  private final Table each;
  private final String by;

  /** The column that names the group is a text; the means are those of the columns of numbers. */
  Means(Table each, String by) {
    this.each = each;
    this.by = by;
  }

  /**
   * The groups.
   *
   * @return the values of the column that names them, in their order
   */
  public List<String> groups() {
    return List.copyOf(new LinkedHashSet<>(each.stringColumn(by).asList()));
  }

  /**
   * A mean.
   *
   * @param group whose rows
   * @param column of which column
   * @return the mean; {@code NaN} if all values are missing
   */
  public double of(String group, String column) {
    return values(group, column).mean();
  }

  /**
   * How far the values of a group lie apart.
   *
   * @param group whose rows
   * @param column of which column
   * @return the standard deviation of the sample, {@code NaN} for a single value
   */
  public double deviation(String group, String column) {
    DoubleColumn values = values(group, column);
    boolean several = values.size() - values.countMissing() > 1;
    return several ? values.standardDeviation() : Double.NaN;
  }

  /**
   * The values behind a mean.
   *
   * @param group whose rows
   * @param column of which column
   * @return its values in these rows
   */
  public DoubleColumn values(String group, String column) {
    Table rows = each.where(each.stringColumn(by).isEqualTo(group));
    return DoubleColumn.create(column, rows.numberColumn(column).asDoubleArray());
  }

  /**
   * All means.
   *
   * @return a row for each group; where it has several rows, the texts "mean ± deviation"
   */
  public Table table() {
    boolean several = each.rowCount() > groups().size();
    Table table = Table.create(each.name(), StringColumn.create(by, groups()));
    for (String column : columns()) {
      if (several) {
        List<String> texts = groups().stream().map(group -> text(group, column)).toList();
        table.addColumns(StringColumn.create(column, texts));
      } else {
        double[] means = groups().stream().mapToDouble(group -> of(group, column)).toArray();
        table.addColumns(DoubleColumn.create(column, means));
      }
    }
    return table;
  }

  private List<String> columns() {
    List<String> columns = new ArrayList<>();
    each.columns().stream()
        .filter(column -> column instanceof NumericColumn && !column.name().equals("seed"))
        .forEach(column -> columns.add(column.name()));
    return columns;
  }

  private String text(String group, String column) {
    double mean = of(group, column);
    double deviation = deviation(group, column);
    if (Double.isNaN(mean)) {
      return "";
    }
    String rounded = Numbers.rounded(mean);
    return Double.isNaN(deviation) ? rounded : rounded + " ± " + Numbers.rounded(deviation, 2);
  }

  /**
   * A bar for each group; where there are several values, a line shows their deviation.
   *
   * @param column which column
   * @param options how the chart is to look
   * @return the figure
   */
  public BufferedImage bars(String column, ChartOptions options) {
    var rows = new Rows("", by, column, "±");
    groups().forEach(group -> rows.add(group, of(group, column), deviation(group, column)));
    boolean several = each.rowCount() > groups().size();
    return Figures.bars(rows.table(), by, column, several ? "±" : null, options);
  }

  @Override
  public String toString() {
    return String.valueOf(Renderers.render(this).data().get(MimeBundle.TEXT));
  }
}
