package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A sweep on a master and two workers in processes of their own, which die in the middle. */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class ClusterTest {

  private static final int CELLS = 8;
  private static final int WORKERS = 2;
  private static final long STEPS = 80;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** A worker whose executor trains a cell. */
  private record Busy(int worker, CellFolder cell) {}

  @TempDir private Path folder;

  /**
   * The driver is killed after two cells and started again; a worker and its executor are killed in
   * the middle of a cell. All cells end, with the numbers that they have in one process; those that
   * had ended are not trained again.
   */
  @Test
  void killedDriversAndWorkersChangeNoNumber() throws Exception {
    Path file = folder.resolve("sweep.json");
    Path out = TinySweep.out(folder);
    sweep().write(file);
    try (var cluster = new Cluster(folder.resolve("cluster"), WORKERS)) {
      try {
        Process first = driver(cluster, "first", file, out);
        Cluster.await("two cells", PATIENCE, () -> ended(out).size() >= 2 || !first.isAlive());
        Cluster.kill(first);
        Set<String> ended = ended(out);
        assertThat(ended).hasSizeBetween(2, CELLS - 3);

        Process second = driver(cluster, "second", file, out);
        var busy = new AtomicReference<Busy>();
        Cluster.await(
            "a cell with a checkpoint",
            PATIENCE,
            () -> {
              busy.set(busy(out, cluster));
              return busy.get() != null || !second.isAlive();
            });
        assertThat(busy.get()).isNotNull();
        cluster.killWorker(busy.get().worker());
        assertThat(ended(out)).hasSizeLessThan(CELLS);
        assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isZero();
        assertTrainedOnce(out, ended);
        assertThat(begun(busy.get().cell())).hasSizeGreaterThan(1);
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + cluster.logs(), e);
      }
    }
    assertNumbersOfOneProcess(out);
  }

  private Sweep sweep() {
    return TinySweep.in(folder, STEPS, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  private Process driver(Cluster cluster, String name, Path file, Path out) throws IOException {
    return cluster.start(
        name,
        SparkMain.class.getName(),
        "sweep",
        file.toString(),
        "--master",
        cluster.url(),
        "--out",
        out.toString(),
        "--conf",
        "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        // Java code for a table of some rows takes longer to compile than to do without.
        "--conf",
        "spark.sql.codegen.wholeStage=false");
  }

  /** A worker whose executor is in the first half of a cell, after a checkpoint; null if none. */
  private static Busy busy(Path out, Cluster cluster) throws IOException {
    try (Stream<Path> cells = Files.list(out.resolve("cells"))) {
      for (Path path : cells.toList()) {
        var cell = new CellFolder(path);
        List<String> lines = cell.attempts();
        String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        long steps = HeldCell.stepsDone(cell.run());
        for (int worker = 0; worker < WORKERS; worker++) {
          boolean trains =
              cluster.executors(worker).stream().anyMatch(p -> last.contains(" " + p + "@"));
          if (trains && steps >= TinySweep.CHECKPOINT_EVERY && steps <= STEPS / 2) {
            return new Busy(worker, cell);
          }
        }
      }
      return null;
    }
  }

  /** The cells that have a result. */
  private static Set<String> ended(Path out) throws IOException {
    if (Files.notExists(out.resolve("cells"))) {
      return Set.of();
    }
    try (Stream<Path> cells = Files.list(out.resolve("cells"))) {
      return new HashSet<>(
          cells
              .filter(cell -> Files.exists(cell.resolve("result.json")))
              .map(cell -> cell.getFileName().toString())
              .toList());
    }
  }

  /** No cell was begun again after its result, and each process went on from a checkpoint. */
  private static void assertTrainedOnce(Path out, Set<String> endedWithFirst) throws IOException {
    int attempts = 0;
    for (String cell : ended(out)) {
      List<String> lines = begun(SweepFolder.at(out).cell(cell));
      attempts += lines.size();
      if (endedWithFirst.contains(cell)) {
        assertThat(lines).as(cell).hasSize(1);
      }
    }
    // At most two cells were going on when the driver was killed, and one when the worker was.
    assertThat(attempts).isBetween(CELLS + 1, CELLS + 3);
  }

  /** A line for each process that began to train a cell. */
  private static List<String> begun(CellFolder cell) throws IOException {
    return cell.attempts().stream().filter(line -> line.contains(" from step ")).toList();
  }

  private void assertNumbersOfOneProcess(Path out) throws IOException {
    Path alone = folder.resolve("alone");
    SweepResult expected;
    try (SparkSession spark = SparkSessions.create("local[1]")) {
      expected = sweep().out(alone).run(spark);
      assertThat(spark.read().parquet(out.resolve("results.parquet").toUri().toString()).count())
          .isEqualTo(CELLS * STEPS);
    }
    assertThat(expected.failed()).isEmpty();
    for (CellResult cell : expected.cells()) {
      CellFolder there = SweepFolder.at(out).cell(cell.cell());
      assertThat(there.result().orElseThrow().scalars()).isEqualTo(cell.scalars());
      assertThat(there.run().resolve("log.csv"))
          .hasSameTextualContentAs(
              SweepFolder.at(alone).cell(cell.cell()).run().resolve("log.csv"));
    }
  }
}
