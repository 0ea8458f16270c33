package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.adversaria.data.ImageOptions;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.training.SavedRun.Weights;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations in tasks of this process. */
@Tag("slow")
class SparkEvaluationTest {

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
    return SparkEvaluation.of(run).against(data).samples(310).batchSize(20).seed(5);
  }

  @Test
  void anyNumberOfPartitionsHasTheScoresOfOneProcess() throws IOException {
    EvaluationReport expected = TinyEvaluation.inOneProcess(run, data);
    assertThat(expected.value("density")).isPositive();
    // The 40 real images are two of the 16 batches.
    for (int partitions : new int[] {1, 3, 7, 16}) {
      EvaluationReport report = TinyEvaluation.of(run, data).partitions(partitions).run(spark);
      TinyEvaluation.assertEqual(report, expected);
      assertThat(spark.sparkContext().getPersistentRDDs().isEmpty()).isTrue();
    }
  }

  @Test
  void featuresTravelByKryoToo() throws IOException {
    spark.stop();
    try (SparkSession withKryo =
        SparkSessions.create(
            "local[1]", Map.of("spark.serializer", "org.apache.spark.serializer.KryoSerializer"))) {
      TinyEvaluation.assertEqual(
          TinyEvaluation.of(run, data).partitions(5).run(withKryo),
          TinyEvaluation.inOneProcess(run, data));
    }
    spark = SparkSessions.create("local[1]");
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
            "tiny", found, data, ImageOptions.standard(), 40, 0, 20, 0, List.of("fid"));
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
        Terminal.execute(
            out,
            "evaluate",
            run.toString(),
            "--against",
            data,
            "--samples",
            "60",
            "--metrics",
            "fid,intra-fid,prdc,pr",
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
        .contains("intra-FID[bars-classifier]")
        .contains("improved recall[bars-classifier]");
    assertThat(scores).exists();
    assertThat(Files.readString(run.resolve("evaluations.json"))).contains("intra-FID");
  }

  @Test
  void metricsOfAllSamplesAreRefused() {
    var out = new StringWriter();
    int status =
        Terminal.execute(
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
        .contains("with --master there are fid, prdc, pr, intra-fid")
        .contains("without --master computes the others");
    assertThatThrownBy(() -> evaluation().metrics(List.of("fud")))
        .hasMessageContaining("there is no metric 'fud'");
  }
}
