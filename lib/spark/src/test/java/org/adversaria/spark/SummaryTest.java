package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class SummaryTest {

  private static CellResult cell(
      String method, long seed, String state, Map<String, Double> scores) {
    return new CellResult(
        method + "-small-" + seed,
        method,
        "small",
        seed,
        state,
        "",
        10,
        1.5,
        "host",
        1,
        Map.of("d_loss", 0.5),
        "",
        scores,
        "");
  }

  /** Of 3, 5 and 7: t(0.975; 2) = 4.302653, and 4.302653 x 2 / sqrt(3) = 4.968275. */
  @Test
  void intervalOfStudent() {
    List<Summary> rows =
        Summary.of(
            List.of(
                cell("gan", 1, CellResult.FINISHED, Map.of("FID", 3.0)),
                cell("gan", 2, CellResult.FINISHED, Map.of("FID", 5.0)),
                cell("gan", 3, CellResult.FINISHED, Map.of("FID", 7.0)),
                cell("gan", 4, CellResult.FAILED, Map.of())));
    assertThat(rows).hasSize(1);
    Summary row = rows.get(0);
    assertThat(row.n()).isEqualTo(3);
    assertThat(row.mean()).isEqualTo(5);
    assertThat(row.deviation()).isEqualTo(2);
    assertThat(row.low()).isEqualTo(5 - 4.968275, within(1e-5));
    assertThat(row.high()).isEqualTo(5 + 4.968275, within(1e-5));
  }

  /** Of 1 and 2: t(0.975; 1) = 12.7062, and the deviation is 1 / sqrt(2). */
  @Test
  void intervalOfTwo() {
    Summary row =
        Summary.of(
                List.of(
                    cell("gan", 1, CellResult.FINISHED, Map.of("FID", 1.0)),
                    cell("gan", 2, CellResult.FINISHED, Map.of("FID", 2.0))))
            .get(0);
    assertThat(row.high() - row.mean()).isEqualTo(12.7062 / 2, within(1e-4));
  }

  @Test
  void oneCellHasNoInterval() {
    Table table =
        Summary.table(Summary.of(List.of(cell("gan", 1, CellResult.FINISHED, Map.of("FID", 3.0)))));
    assertThat(table.doubleColumn("mean").get(0)).isEqualTo(3);
    assertThat(table.doubleColumn("deviation").isMissing(0)).isTrue();
    assertThat(table.doubleColumn("low").isMissing(0)).isTrue();
  }

  @Test
  void withoutScoresTheLogIsSummarised() {
    List<Summary> rows = Summary.of(List.of(cell("gan", 1, CellResult.FINISHED, Map.of())));
    assertThat(rows).extracting(Summary::score).containsExactly("d_loss");
  }

  @Test
  void methodsAreApart() {
    List<Summary> rows =
        Summary.of(
            List.of(
                cell("gan", 1, CellResult.FINISHED, Map.of("FID", 3.0)),
                cell("wgan", 1, CellResult.FINISHED, Map.of("FID", 4.0))));
    assertThat(rows).extracting(Summary::method).containsExactly("gan", "wgan");
  }
}
