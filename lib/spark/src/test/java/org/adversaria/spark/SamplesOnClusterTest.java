package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.adversaria.metrics.EvaluationReport;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Samples that executors in processes of their own draw. */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class SamplesOnClusterTest {

  @TempDir private Path folder;

  /** What one session made. */
  private record Made(EvaluationReport report, List<Path> shards) {}

  @Test
  void twoMachinesHaveTheNumbersAndFilesOfOneProcess() throws Exception {
    Path run = TinyRun.in(folder);
    Made there;
    try (var cluster = new Cluster(folder.resolve("cluster"), 2)) {
      try (SparkSession spark = SparkSessions.create(cluster.url(), settings())) {
        there = made(run, "there", spark);
      } catch (IllegalStateException e) {
        throw new AssertionError(e.getMessage() + cluster.logs(), e);
      }
    }
    Made here;
    try (SparkSession spark = SparkSessions.create("local[1]")) {
      here = made(run, "here", spark);
    }
    assertThat(there.report().settings()).isEqualTo(here.report().settings());
    for (String score : new String[] {"FID", "intra-FID"}) {
      assertThat(there.report().value(score))
          .isCloseTo(here.report().value(score), withinPercentage(1e-7));
    }
    assertThat(there.shards()).hasSize(6);
    for (int i = 0; i < 6; i++) {
      assertThat(there.shards().get(i)).hasSameBinaryContentAs(here.shards().get(i));
    }
  }

  private Made made(Path run, String name, SparkSession spark) throws IOException {
    var shards = new ArrayList<Path>();
    for (SampleFormat format : SampleFormat.values()) {
      Path to = folder.resolve(name).resolve(format.extension());
      shards.addAll(
          SparkSampling.of(run).count(250).shardSize(100).format(format).to(to).run(spark));
    }
    return new Made(
        SparkEvaluation.of(run)
            .against(TinySweep.images(folder).toString())
            .samples(170)
            .batchSize(20)
            .partitions(4)
            .fid()
            .intraFid()
            .run(spark),
        shards);
  }

  private static Map<String, String> settings() {
    return Map.of(
        "spark.authenticate.secret",
        Cluster.SECRET,
        "spark.executor.extraJavaOptions",
        "-XX:TieredStopAtLevel=1",
        "spark.executorEnv.ADVERSARIA_DATA",
        Path.of(System.getProperty("adversaria.data")).toAbsolutePath().toString());
  }
}
