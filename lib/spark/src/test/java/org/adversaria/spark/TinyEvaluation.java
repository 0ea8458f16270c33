package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Path;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageOptions;
import org.adversaria.metrics.Evaluation;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.torch.Torch;
import org.adversaria.training.SavedRun;

/** An evaluation of a tiny run by all scores that Spark has: 16 batches against 40 images. */
final class TinyEvaluation {

  /** 1e-9 of the value. */
  private static final double PERCENT = 1e-7;

  private static final int SAMPLES = 310;
  private static final int BATCH = 20;
  private static final int SEED = 5;
  private static final int PASSES = 2;

  private TinyEvaluation() {}

  /** The one of Spark. */
  static SparkEvaluation of(Path run, String data) {
    return SparkEvaluation.of(run)
        .against(data)
        .samples(SAMPLES)
        .batchSize(BATCH)
        .seed(SEED)
        .standingStatistics(PASSES)
        .fid()
        .intraFid()
        .prdc()
        .improvedPrecisionRecall();
  }

  /** The scores of this process alone. */
  static EvaluationReport inOneProcess(Path run, String data) throws IOException {
    Torch.setThreads(1);
    try (SavedRun saved = SavedRun.open(run)) {
      return Evaluation.of(saved.generator())
          .named("tiny-run")
          .against(Datasets.open(data, ImageOptions.standard()))
          .samples(SAMPLES)
          .batchSize(BATCH)
          .seed(SEED)
          .standingStatistics(PASSES)
          .fid()
          .intraFid()
          .prdc()
          .improvedPrecisionRecall()
          .run();
    }
  }

  /** Scores of neighbours are equal, the others up to rounding. */
  static void assertEqual(EvaluationReport report, EvaluationReport expected) {
    assertThat(report.name()).isEqualTo(expected.name());
    assertThat(report.settings()).isEqualTo(expected.settings());
    assertThat(report.table().stringColumn("score").asList())
        .hasSize(8)
        .isEqualTo(expected.table().stringColumn("score").asList());
    for (String score : new String[] {"FID", "intra-FID"}) {
      assertThat(report.value(score)).isCloseTo(expected.value(score), withinPercentage(PERCENT));
    }
    for (String score :
        new String[] {
          "precision", "recall", "density", "coverage", "improved precision", "improved recall"
        }) {
      assertThat(report.value(score)).as(score).isEqualTo(expected.value(score));
    }
    for (int label = 0; label < 2; label++) {
      assertThat(report.classes().doubleColumn(1).get(label))
          .isCloseTo(expected.classes().doubleColumn(1).get(label), withinPercentage(PERCENT));
    }
  }
}
