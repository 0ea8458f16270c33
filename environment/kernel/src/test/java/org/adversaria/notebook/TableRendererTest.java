package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TableRendererTest {

  private static final Table SMALL =
      Table.create(
          "losses <1>",
          IntColumn.create("step", 1, 2, 3),
          DoubleColumn.create("<loss>", 0.123456, 12345.678, Double.NaN),
          StringColumn.create("note", "a", "<b> & \"c\"", null),
          BooleanColumn.create("ok", true, false, true));

  private static String text(Object value) {
    return Renderers.render(value).data().get(MimeBundle.TEXT).toString();
  }

  private static String html(Object value) {
    return Renderers.render(value).data().get(MimeBundle.HTML).toString();
  }

  @Test
  void tablesHaveTheirText() {
    assertThat(text(SMALL))
        .isEqualTo(
            """
            losses <1>
            step  <loss>  note       ok
            ----  ------  ---------  -----
               1  0.1235  a          true
               2   12346  <b> & "c"  false
               3                     true""");
  }

  @Test
  void tablesHaveTheirHtml() {
    assertThat(html(SMALL))
        .startsWith(
            "<table><caption style=\"text-align: left\">losses &lt;1&gt;</caption><thead><tr>")
        .contains(
            "<th style=\"text-align: right\">&lt;loss&gt;<br><span style=\"",
            ">double</span></th>",
            "<td style=\"text-align: right\">0.1235</td>",
            "<td style=\"text-align: right\"></td>",
            "<td style=\"text-align: left\">&lt;b&gt; &amp; &quot;c&quot;</td>")
        .doesNotContain("<loss>", "<b>", "color:", "<script");
  }

  @Test
  void rowsAndColumnsAreCapped() {
    Table table = Table.create("big");
    for (int i = 0; i < 40; i++) {
      table.addColumns(DoubleColumn.create("c" + i, new double[1500]));
    }
    assertThat(html(table)).contains("and 1,400 more rows", "and 10 more columns");
    assertThat(html(table).split("<tr>", -1)).hasSize(102);
    assertThat(text(table)).endsWith("and 1,460 more rows\nand 10 more columns");
  }

  @Test
  void longCellsAreCut() {
    Table table = Table.create("", StringColumn.create("a", "x".repeat(1000)));
    assertThat(html(table)).contains("x... (1,000 characters)").hasSizeLessThan(600);
    assertThat(text(table)).contains("x...").hasSizeLessThan(200);
  }

  @Test
  void tablesWithoutRowsOrColumnsAreShown() {
    assertThat(text(Table.create("empty"))).isEqualTo("empty");
    assertThat(text(Table.create("", IntColumn.create("a")))).isEqualTo("a\n-");
  }

  @Test
  void columnsShowTheirValues() {
    assertThat(text(SMALL.column("<loss>")))
        .isEqualTo("<loss> (double, 3 values)\n[0.1235, 12346, missing]");
    assertThat(text(DoubleColumn.create("a", new double[101]))).endsWith("0, ... 1 more]");
  }

  @Test
  void tablesWithinOthersAreNamed() {
    assertThat(text(List.of(SMALL))).isEqualTo("[Table losses <1> (3 rows, 4 columns)]");
    assertThat(html(Map.of("<key>", SMALL)))
        .contains("<figcaption>&lt;key&gt;</figcaption><table>");
  }

  @Test
  void numbersAreRoundedAsTablesShowThem() {
    assertThat(
            List.of(0.0, -0.0, 1.0, 0.123456, 123456.7, 1e-7, 1e12, Double.NaN).stream()
                .map(Numbers::rounded))
        .containsExactly("0", "0", "1", "0.1235", "123457", "1.000e-07", "1.000e+12", "NaN");
    assertThat(Numbers.rounded(1.5f)).isEqualTo("1.5");
    assertThat(Numbers.rounded(123456789)).isEqualTo("123456789");
  }

  @Test
  void tablesDoNotDependOnTheLocale() throws Exception {
    assertThat(Locales.underArabic(() -> text(SMALL))).isEqualTo(text(SMALL));
  }
}
