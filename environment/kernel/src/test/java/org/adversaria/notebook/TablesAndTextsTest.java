package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.data.Shapes;
import org.adversaria.figures.ChartOptions;
import org.adversaria.methods.ConditionalGan;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

class TablesAndTextsTest {

  @Test
  void columnsHaveTheTypesOfTheirValues() {
    Rows rows = Notebook.rows("t", "name", "count", "score", "mixed", "empty");
    assertThat(rows.table().rowCount()).isZero();
    Table table = rows.add("a", 1, 1, 'x', null).add("b", null, 0.5, 3, null).table();
    assertThat(table.name()).isEqualTo("t");
    assertThat(table.columns())
        .extracting(column -> column.type())
        .containsExactly(
            ColumnType.STRING,
            ColumnType.LONG,
            ColumnType.DOUBLE,
            ColumnType.STRING,
            ColumnType.STRING);
    assertThat(table.column("count").isMissing(1)).isTrue();
    assertThat(table.doubleColumn("score").asList()).containsExactly(1.0, 0.5);
    assertThat(Notebook.number(table, "b", "score")).isEqualTo(0.5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Notebook.number(table, "c", "score"))
        .withMessageContaining("[a, b]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rows.add(1))
        .withMessage("1 values for the 5 columns [name, count, score, mixed, empty]");
    assertThat(rows.toString()).startsWith("t\nname  count");
  }

  @Test
  void rowsOfNumbersWithAName() {
    Table table = Notebook.rows("t", "name", "x", "y").add("a", new double[] {1, 2}).table();
    assertThat(Notebook.number(table, "a", "y")).isEqualTo(2);
  }

  @Test
  void meansOverSeeds() {
    Rows each = Notebook.rows("scores", "method", "seed", "FID");
    Means one = Notebook.means(each.add("A", 1, 4.0).add("B", 1, 3.0).table(), "method");
    assertThat(one.table().doubleColumn("FID").asList()).containsExactly(4.0, 3.0);
    assertThat(one.deviation("A", "FID")).isNaN();

    Means two = Notebook.means(each.add("A", 2, 6.0).add("B", 2, Double.NaN).table(), "method");
    assertThat(two.groups()).containsExactly("A", "B");
    assertThat(two.of("A", "FID")).isEqualTo(5);
    assertThat(two.deviation("A", "FID")).isCloseTo(Math.sqrt(2), within(1e-9));
    assertThat(two.table().columnNames()).containsExactly("method", "FID");
    assertThat(two.table().stringColumn("FID").asList()).containsExactly("5 ± 1.4", "3");
    assertThat(two.bars("FID", ChartOptions.defaults()).getWidth()).isPositive();
  }

  @Test
  void claimsThatDoNotHoldAreMarked() {
    Claims claims =
        Notebook.claims().add(true, "%.1f is more than %d", 1.5, 1).add(false, "%d is odd", 2);
    assertThat(claims.holding()).isEqualTo(1);
    assertThat(claims.bundle().data().get("text/markdown"))
        .isEqualTo("- ✓ 1.5 is more than 1\n- ✗ **not in this run:** 2 is odd");
    assertThat(Renderers.render(claims)).isEqualTo(claims.bundle());
  }

  @Test
  void settingsOfVariantsSideBySide() {
    var data = Shapes.builder().size(10).build();
    var quick = ConditionalGan.builder(data).preset("quick").build();
    var paper = ConditionalGan.builder(data).preset("paper").build();
    Table table = Notebook.settings(List.of("quick", "paper"), quick, paper);
    assertThat(table.columnNames()).containsExactly("setting", "quick", "paper");
    int preset = table.stringColumn("setting").asList().indexOf("preset");
    assertThat(table.row(preset).getString("paper")).isEqualTo("paper");
    assertThat(Notebook.settings(quick).columnNames()).containsExactly("setting", "value");
  }

  @Test
  void settingsInsideASettingHaveDots() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("adam", Map.of("rate", 2e-4));
    settings.put("none", null);
    settings.put("sizes", Arrays.asList(1, 2));
    assertThat(MethodSettings.flat(settings))
        .isEqualTo(Map.of("adam.rate", "0.0002", "sizes", "[1, 2]"));
  }
}
