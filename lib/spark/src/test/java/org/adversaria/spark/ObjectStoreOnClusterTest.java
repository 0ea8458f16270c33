package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A sweep on a master and two workers whose results lie in an object store; a worker is killed. */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class ObjectStoreOnClusterTest {

  private static final String PLACE = "objects://bucket/results";
  private static final int WORKERS = 2;
  private static final long STEPS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** A worker whose executor trains a cell. */
  private record Busy(int worker, String cell) {}

  @TempDir private Path folder;
  private Path root;

  @Test
  void aKilledWorkerChangesNoNumber() throws Exception {
    root = Files.createDirectory(folder.resolve("objects"));
    Path file = folder.resolve("sweep.json");
    sweep().write(file);
    try (var cluster = new Cluster(folder.resolve("cluster"), WORKERS)) {
      try {
        Process driver = driver(cluster, file);
        var busy = new AtomicReference<Busy>();
        Cluster.await(
            "a cell with a stored run",
            PATIENCE,
            () -> {
              busy.set(busy(cluster));
              return busy.get() != null || !driver.isAlive();
            });
        assertThat(busy.get()).isNotNull();
        cluster.killWorker(busy.get().worker());
        assertThat(driver.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(driver.exitValue()).isZero();
        assertWentOn(busy.get().cell());
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + cluster.logs(), e);
      }
    }
    assertNumbersOfOneProcess();
  }

  private Sweep sweep() {
    return TinySweep.in(folder, STEPS, 1, 2, 3);
  }

  private Process driver(Cluster cluster, Path file) throws IOException {
    var words =
        new ArrayList<>(
            List.of(
                "sweep",
                file.toString(),
                "--master",
                cluster.url(),
                "--out",
                PLACE,
                "--conf",
                "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                // Java code for a table of some rows takes longer to compile than to do without.
                "--conf",
                "spark.sql.codegen.wholeStage=false"));
    TestObjectStore.settings(root)
        .forEach((key, value) -> words.addAll(List.of("--conf", key + "=" + value)));
    return cluster.start("driver", SparkMain.class.getName(), words.toArray(String[]::new));
  }

  private SweepObjects objects() {
    var configuration = new Configuration();
    TestObjectStore.settings(root)
        .forEach((key, value) -> configuration.set(key.replace("spark.hadoop.", ""), value));
    return SweepObjects.create(PLACE, configuration);
  }

  /** A worker whose executor has stored a run and trains on; null if none. */
  private Busy busy(Cluster cluster) throws IOException {
    Path cells = TestObjectStore.file(root, PLACE + "/cells");
    if (Files.notExists(cells)) {
      return null;
    }
    try (Stream<Path> paths = Files.list(cells)) {
      for (Path path : paths.toList()) {
        String id = path.getFileName().toString();
        List<String> attempts = objects().cell(id).attempts();
        String last = attempts.isEmpty() ? "" : attempts.get(attempts.size() - 1);
        boolean stored = Files.exists(path.resolve(CellObjects.name(TinySweep.CHECKPOINT_EVERY)));
        for (int worker = 0; worker < WORKERS; worker++) {
          boolean trains =
              cluster.executors(worker).stream().anyMatch(p -> last.contains(" " + p + "@"));
          if (trains && stored) {
            return new Busy(worker, id);
          }
        }
      }
      return null;
    }
  }

  /** The process after the killed one began at a checkpoint. */
  private void assertWentOn(String id) throws IOException {
    List<String> begun =
        objects().cell(id).attempts().stream()
            .filter(line -> line.contains(" from step "))
            .toList();
    assertThat(begun).hasSize(2);
    long from = Long.parseLong(begun.get(1).replaceFirst(".* from step ", ""));
    assertThat(from).isBetween((long) TinySweep.CHECKPOINT_EVERY, STEPS);
  }

  private void assertNumbersOfOneProcess() throws IOException {
    SweepResult expected;
    try (SparkSession spark = SparkSessions.create("local[1]")) {
      expected = sweep().run(spark);
    }
    assertThat(expected.failed()).isEmpty();
    for (CellResult cell : expected.cells()) {
      CellStore there = objects().cell(cell.cell());
      assertThat(there.result().orElseThrow().scalars()).isEqualTo(cell.scalars());
      assertThat(there.log())
          .isEqualTo(SweepFolder.at(TinySweep.out(folder)).cell(cell.cell()).log());
    }
  }
}
