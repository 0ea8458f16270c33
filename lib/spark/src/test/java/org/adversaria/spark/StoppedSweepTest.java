package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A sweep whose process is told to stop, as by Ctrl-C or at the end of an allocation. */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class StoppedSweepTest {

  private static final long STEPS = 600;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path folder;

  /**
   * The process is stopped when it begins with the cell, shortly after, and while it trains, as
   * often as would count as a fault of the cell if it had died. Each time the cell stays open.
   */
  @Test
  void aProcessThatIsToldToStopFailsNoCell() throws Exception {
    Path file = folder.resolve("sweep.json");
    TinySweep.in(folder, STEPS, 1).write(file);
    try (var cluster = new Cluster(folder.resolve("cluster"), 0)) {
      for (int round = 0; round < CellStore.MOST_DEATHS; round++) {
        int begun = round + 1;
        Process sweep = start(cluster, "sweep-" + round, file);
        Cluster.await(
            "the start of the cell",
            PATIENCE,
            () -> lines(" from step ").size() == begun || !sweep.isAlive());
        TimeUnit.MILLISECONDS.sleep(400L * round);
        sweep.destroy();
        assertThat(sweep.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(lines("stopped")).as(cluster.logs()).hasSize(lines(" from step ").size());
      }
    }
    try (SparkSession spark = SparkSessions.create("local[1]")) {
      SweepResult result = TinySweep.in(folder, STEPS, 1).run(spark);
      assertThat(result.failed()).isEmpty();
      assertThat(result.cells().get(0).steps()).isEqualTo(STEPS);
    }
  }

  /** Both sweeps wait for the same cell, and so write their results at the same time. */
  @Test
  void twoSweepsOfOneFolderBothHaveResults() throws Exception {
    Path file = folder.resolve("sweep.json");
    TinySweep.in(folder, 40, 1).write(file);
    try (var cluster = new Cluster(folder.resolve("cluster"), 0);
        SparkSession spark = SparkSessions.create("local[1]")) {
      Process other = start(cluster, "other", file);
      Cluster.await("the start of the cell", PATIENCE, () -> !lines(" from step ").isEmpty());
      SweepResult here = TinySweep.in(folder, 40, 1).run(spark);
      assertThat(other.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(other.exitValue()).as(cluster.logs()).isZero();
      assertThat(here.dataFrame().count()).isEqualTo(40);
    }
  }

  /** Starts the sweep of a file in a process of its own. */
  private Process start(Cluster cluster, String name, Path file) throws IOException {
    return cluster.start(
        name,
        SparkMain.class.getName(),
        "sweep",
        file.toString(),
        "--master",
        "local[1]",
        "--out",
        TinySweep.out(folder).toString());
  }

  /** The lines of the one cell's attempts with a word. */
  private List<String> lines(String word) throws Exception {
    Path cells = TinySweep.out(folder).resolve(SweepStore.CELLS);
    if (Files.notExists(cells)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(cells)) {
      Path cell = paths.findFirst().orElse(null);
      return cell == null
          ? List.of()
          : new CellFolder(cell).attempts().stream().filter(line -> line.contains(word)).toList();
    }
  }
}
