package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import org.adversaria.metrics.Score.Better;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {

  private static EvaluationReport report(String name, Double deviation) {
    var settings = new EvaluationReport.Settings("real", "00", 9, 9, 0, "plain", "net", "00");
    var score = new Score("KID", "KID[net]", 4, deviation, Better.LOWER);
    return new EvaluationReport(name, settings, List.of(score), List.of(), Map.of(), List.of());
  }

  @Test
  void theFigureHasAnErrorBarWhereAScoreHasADeviation() {
    BufferedImage figure = report("first", 1.0).figure(report("second", null));
    // Rows of 24 pixels below a heading of 34; the error bar runs through the middle of a row.
    assertThat(darkOnTheBar(figure, 34 + 12)).isGreaterThan(10);
    assertThat(darkOnTheBar(figure, 34 + 24 + 12)).isZero();
  }

  /** The dark pixels of a row from its first blue one to the next white one. */
  private static int darkOnTheBar(BufferedImage figure, int y) {
    int x = 0;
    while (rgb(figure, x, y) != 0x0072B2) {
      x++;
    }
    int count = 0;
    for (; rgb(figure, x, y) != 0xFFFFFF; x++) {
      count += (rgb(figure, x, y) & 0xFF) < 0x60 ? 1 : 0;
    }
    return count;
  }

  private static int rgb(BufferedImage figure, int x, int y) {
    return figure.getRGB(x, y) & 0xFFFFFF;
  }
}
