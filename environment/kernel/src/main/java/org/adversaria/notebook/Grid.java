package org.adversaria.notebook;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.adversaria.torch.Text;

/** A small table of texts, which knows its HTML and its plain text. */
final class Grid {

  private static final int WIDEST_IN_HTML = 300;
  private static final int WIDEST_IN_TEXT = 60;
  private static final int MOST_ROWS = 100;
  private static final int MOST_ROWS_IN_TEXT = 40;

  /** What a column is called, what is said of it below its name, and on which side it stands. */
  private record Column(String name, String kind, boolean right) {}

  private final String title;
  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long rowsInAll;

  Grid(String title) {
    this.title = title == null ? "" : title;
  }

  Grid left(String name) {
    return column(name, "", false);
  }

  Grid right(String name) {
    return column(name, "", true);
  }

  Grid column(String name, String kind, boolean right) {
    columns.add(new Column(name == null ? "" : name, kind, right));
    return this;
  }

  Grid row(String... cells) {
    return row(List.of(cells));
  }

  Grid row(List<String> cells) {
    rows.add(List.copyOf(cells));
    return this;
  }

  /** The rows of a source that may have more than are shown. */
  Grid rows(long inAll, IntFunction<List<String>> row) {
    for (int i = 0; i < Math.min(inAll, MOST_ROWS); i++) {
      row(row.apply(i));
    }
    rowsInAll = inAll;
    return this;
  }

  /** A line below the table. */
  Grid note(String note) {
    notes.add(note);
    return this;
  }

  MimeBundle bundle() {
    return MimeBundle.html(html(), text());
  }

  String html() {
    var html = new StringBuilder("<table>");
    if (!title.isBlank()) {
      // Seen where it stands: the middle of a wide table may be far to the right.
      html.append("<caption style=\"text-align: left\">")
          .append(Html.escape(title))
          .append("</caption>");
    }
    if (hasHeader()) {
      html.append("<thead><tr>");
      columns.forEach(column -> cell(html, "th", column, header(column)));
      html.append("</tr></thead>");
    }
    html.append("<tbody>");
    for (List<String> row : rows) {
      html.append("<tr>");
      for (int c = 0; c < columns.size(); c++) {
        String content = Inline.line(row.get(c), WIDEST_IN_HTML);
        cell(html, "td", columns.get(c), Html.escape(content));
      }
      html.append("</tr>");
    }
    html.append("</tbody></table>");
    notes(rows.size()).forEach(note -> html.append(Html.note(note)));
    return html.toString();
  }

  private boolean hasHeader() {
    return columns.stream().anyMatch(column -> !column.name.isEmpty());
  }

  private static String header(Column column) {
    String name = Html.escape(Inline.line(column.name, WIDEST_IN_HTML));
    return column.kind.isEmpty()
        ? name
        : name
            + "<br><span style=\"opacity: 0.7; font-weight: normal; font-size: smaller\">"
            + Html.escape(column.kind)
            + "</span>";
  }

  private static void cell(StringBuilder html, String tag, Column column, String content) {
    String side = column.right ? "right" : "left";
    html.append(Text.format("<%s style=\"text-align: %s\">%s</%s>", tag, side, content, tag));
  }

  /** Columns side by side, a line of dashes below their names. */
  String text() {
    var lines = new ArrayList<String>();
    if (!title.isBlank()) {
      lines.add(title);
    }
    int[] widths = widths();
    if (hasHeader()) {
      lines.add(line(columns.stream().map(Column::name).toList(), widths));
      var dashes = new ArrayList<String>();
      for (int width : widths) {
        dashes.add("-".repeat(width));
      }
      lines.add(line(dashes, widths));
    }
    List<List<String>> shown = rowsInText();
    shown.forEach(row -> lines.add(line(row, widths)));
    lines.addAll(notes(shown.size()));
    return String.join("\n", lines);
  }

  private List<List<String>> rowsInText() {
    return rows.subList(0, Math.min(rows.size(), MOST_ROWS_IN_TEXT));
  }

  /** What stands below the table where so many rows are shown. */
  private List<String> notes(int shown) {
    long more = Math.max(rowsInAll, rows.size()) - shown;
    List<String> all = new ArrayList<>();
    if (more > 0) {
      all.add(Text.format("and %,d more rows", more));
    }
    all.addAll(notes);
    return all;
  }

  private int[] widths() {
    int[] widths = new int[columns.size()];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = inText(columns.get(c).name).length();
      for (List<String> row : rowsInText()) {
        widths[c] = Math.max(widths[c], inText(row.get(c)).length());
      }
    }
    return widths;
  }

  private String line(List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String cell = inText(cells.get(c));
      String padding = " ".repeat(Math.max(0, widths[c] - cell.length()));
      line.append(c == 0 ? "" : "  ");
      line.append(columns.get(c).right ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }

  /** Cut without telling how much: the HTML has it. */
  private static String inText(String cell) {
    String line = cell.replaceAll("\\s*\\R\\s*", " ");
    return line.length() <= WIDEST_IN_TEXT
        ? line
        : line.substring(0, LongText.boundary(line, WIDEST_IN_TEXT - 3)) + "...";
  }
}
