package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.adversaria.metrics.EvaluationReport;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
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

  /**
   * A worker and its executor are killed as soon as the executor compares features. The task that
   * it was at and the features that it kept are lost; what the other one computes instead of it has
   * the numbers of one process.
   */
  @Test
  void aWorkerThatDiesInTheMiddleChangesNoNumber() throws Exception {
    Path run = TinyRun.in(folder);
    String data = TinySweep.images(folder).toString();
    EvaluationReport expected = TinyEvaluation.inOneProcess(run, data);
    var settings = new HashMap<>(settings());
    // How often, and after what time, a machine that is gone is asked for what it kept.
    settings.put("spark.shuffle.io.maxRetries", "1");
    settings.put("spark.shuffle.io.retryWait", "100ms");
    try (var cluster = new Cluster(folder.resolve("cluster"), 2)) {
      try (SparkSession spark = SparkSessions.create(cluster.url(), settings)) {
        var killer = new KillerOfOne(cluster);
        spark.sparkContext().addSparkListener(killer);
        EvaluationReport report = TinyEvaluation.of(run, data).partitions(6).run(spark);
        TinyEvaluation.assertEqual(report, expected);
        Cluster.await(
            "the loss of one executor and its task",
            Duration.ofSeconds(10),
            () -> killer.executorsRemoved.get() == 1 && killer.tasksLost.get() > 0);
      } catch (AssertionError | IllegalStateException e) {
        throw new AssertionError(e.getMessage() + cluster.logs(), e);
      }
    }
  }

  /** Kills the first worker whose executor begins with a pair of blocks. */
  private static final class KillerOfOne extends SparkListener {

    private final AtomicInteger executorsRemoved = new AtomicInteger();
    private final AtomicInteger tasksLost = new AtomicInteger();
    private final Set<Integer> ofPairs = new HashSet<>();
    private final Cluster cluster;
    private boolean killed;

    KillerOfOne(Cluster cluster) {
      this.cluster = cluster;
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted event) {
      if (event.stageInfo().rddInfos().exists(rdd -> rdd.name().equals("CartesianRDD"))) {
        ofPairs.add(event.stageInfo().stageId());
      }
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart event) {
      if (!killed && ofPairs.contains(event.stageId())) {
        killed = true;
        cluster.killWorkerOf(event.taskInfo().executorId());
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
      if (event.reason() instanceof ExecutorLostFailure) {
        tasksLost.incrementAndGet();
      }
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
      executorsRemoved.incrementAndGet();
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
