package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.adversaria.cli.Main;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageOptions;
import org.adversaria.metrics.Evaluation;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.torch.Torch;
import org.adversaria.training.SavedRun;
import org.adversaria.training.SavedRun.Weights;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Evaluations in tasks of this process. */
@Tag("slow")
class SparkEvaluationTest {

  /** 1e-9 of the value. */
  private static final double PERCENT = 1e-7;

  private static final int SAMPLES = 310;
  private static final int BATCH = 20;

  @TempDir private static Path folder;

  private static SparkSession spark;
  private static Path run;
  private static String data;

  @BeforeAll
  static void start() throws IOException {
    spark = SparkSessions.create("local[1]");
    run = TinyRun.in(folder);
    data = TinySweep.images(folder).toString();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SparkEvaluation evaluation() {
    return SparkEvaluation.of(run).against(data).samples(SAMPLES).batchSize(BATCH).seed(5);
  }

  private static EvaluationReport ofOneProcess() throws IOException {
    Torch.setThreads(1);
    try (SavedRun saved = SavedRun.open(run)) {
      return Evaluation.of(saved.generator())
          .named("tiny-run")
          .against(Datasets.open(data, ImageOptions.standard()))
          .samples(SAMPLES)
          .batchSize(BATCH)
          .seed(5)
          .standingStatistics(2)
          .fid()
          .intraFid()
          .run();
    }
  }

  @Test
  void anyNumberOfPartitionsHasTheScoresOfOneProcess() throws IOException {
    EvaluationReport expected = ofOneProcess();
    for (int partitions : new int[] {1, 3, 7}) {
      EvaluationReport report =
          evaluation().standingStatistics(2).partitions(partitions).fid().intraFid().run(spark);
      assertThat(report.name()).isEqualTo(expected.name());
      assertThat(report.settings()).isEqualTo(expected.settings());
      for (String score : new String[] {"FID", "intra-FID"}) {
        assertThat(report.value(score)).isCloseTo(expected.value(score), withinPercentage(PERCENT));
      }
      for (int label = 0; label < 2; label++) {
        assertThat(report.classes().doubleColumn(1).get(label))
            .isCloseTo(expected.classes().doubleColumn(1).get(label), withinPercentage(PERCENT));
      }
    }
  }

  @Test
  void moreTasksThanBatches() throws IOException {
    EvaluationReport report = evaluation().samples(30).partitions(100).fid().run(spark);
    assertThat(report.settings().samples()).isEqualTo(30);
  }

  @Test
  void missingThingsAreTold() {
    assertThatThrownBy(
            () -> SparkEvaluation.of(folder.resolve("none")).against(data).fid().run(spark))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("There is no run in " + folder.resolve("none"));
    assertThatThrownBy(() -> evaluation().checkpoint(77).fid().run(spark))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no checkpoint of step 77");
    assertThatThrownBy(() -> evaluation().run(spark))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Ask for a metric");
    assertThatThrownBy(() -> SparkEvaluation.of(run).fid().run(spark))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("against");
    assertThatThrownBy(() -> evaluation().partitions(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }

  @Test
  void otherWeightsOrDataOnAMachineAreTold() throws IOException {
    SavedGenerator found = SavedGenerator.find(run, Weights.AVERAGED, null);
    var other =
        new SavedGenerator(
            found.run(), found.step(), found.weights(), List.of(), "0".repeat(64), found.version());
    assertThatThrownBy(other::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The weights of step 2 in " + found.run() + " on " + Host.name());
    var older =
        new SavedGenerator(
            found.run(), found.step(), found.weights(), List.of(), found.digest(), "0.0.1");
    assertThatThrownBy(older::open).hasMessageContaining("started by 0.0.1");

    var job =
        new EvaluationJob(
            "tiny", found, data, ImageOptions.standard(), 40, 0, BATCH, 0, List.of("fid"));
    assertThatThrownBy(
            () ->
                SparkJob.run(
                    spark,
                    "a test",
                    context ->
                        context
                            .parallelize(List.of(0), 1)
                            .map(new PartTask(job, "samples of others", Slices.atMost(2, 1)))
                            .collect()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Host.name() + " is not the one that was started")
        .hasMessageContaining("there: samples of others")
        .hasMessageContaining("ADVERSARIA_DATA");
  }

  @Test
  void fromATerminal() throws IOException {
    Path scores = folder.resolve("scores.json");
    var out = new StringWriter();
    int status =
        execute(
            out,
            "evaluate",
            run.toString(),
            "--against",
            data,
            "--samples",
            "60",
            "--metrics",
            "fid,intra-fid",
            "--partitions",
            "2",
            "--master",
            "local[1]",
            "--out",
            scores.toString());
    spark = SparkSessions.create("local[1]");
    assertThat(status).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("tiny-run: 60 samples against 40 images of bars")
        .contains("intra-FID[bars-classifier]");
    assertThat(scores).exists();
    assertThat(Files.readString(run.resolve("evaluations.json"))).contains("intra-FID");
  }

  @Test
  void metricsOfAllSamplesAreRefused() {
    var out = new StringWriter();
    int status =
        execute(
            out,
            "evaluate",
            run.toString(),
            "--against",
            data,
            "--metrics",
            "fid,kid",
            "--master",
            "local[1]");
    assertThat(status).isEqualTo(2);
    assertThat(out.toString())
        .contains("kid needs all samples together")
        .contains("with --master there are fid and intra-fid")
        .contains("without --master computes the others");
    assertThatThrownBy(() -> evaluation().metrics(List.of("fud")))
        .hasMessageContaining("there is no metric 'fud'");
  }

  private static int execute(StringWriter out, String... words) {
    CommandLine command = SparkMain.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    return Main.execute(command, words);
  }
}
