package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.adversaria.cli.Main;
import org.adversaria.torch.AtomicFile;
import org.adversaria.training.RunRecord;
import org.adversaria.training.SavedRun;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Sweeps in this process whose results lie in an object store. */
@Tag("slow")
class ObjectStoreTest {

  private static final String PLACE = "objects://bucket/results";
  private static final long STEPS = 60;

  @TempDir private static Path shared;
  private static Path root;
  private static SparkSession spark;

  /** A cell of seed 1 in a folder. */
  private static CellResult expected;

  private static List<String> expectedLog;

  @TempDir private Path folder;
  private final List<String> trained = new ArrayList<>();

  @BeforeAll
  static void trainInAFolder() throws IOException {
    root = Files.createDirectory(shared.resolve("objects"));
    spark = SparkSessions.create("local[1]", TestObjectStore.settings(root));
    SweepResult result = TinySweep.in(shared, STEPS, 1).run(spark);
    expected = result.cells().get(0);
    expectedLog = SweepFolder.at(TinySweep.out(shared)).cell(expected.cell()).log();
    assertThat(expectedLog).hasSize((int) STEPS + 1);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void empty() throws IOException {
    TestObjectStore.refuse(root, "");
    Path bucket = TestObjectStore.file(root, "objects://bucket/");
    if (Files.exists(bucket)) {
      AtomicFile.deleteTree(bucket);
    }
  }

  /** Nothing stays on the machine, whatever became of a cell, and no upload was left open. */
  @AfterEach
  void assertNoScratch() throws IOException {
    Path local = Path.of(Utils.getLocalDir(spark.sparkContext().conf()));
    try (Stream<Path> paths = Files.list(local)) {
      assertThat(paths.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith("adversaria"));
    }
    try (Stream<Path> paths = Files.list(root)) {
      assertThat(paths.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith("upload"));
    }
  }

  private Sweep sweep(long... seeds) {
    return TinySweep.in(shared, STEPS, seeds).out(PLACE).onCell(cell -> trained.add(cell.cell()));
  }

  private static CellStore cell(String id) {
    return SweepStore.create(PLACE, spark.sparkContext().hadoopConfiguration()).cell(id);
  }

  private static Path file(String name) {
    return TestObjectStore.file(root, PLACE + "/cells/" + expected.cell() + "/" + name);
  }

  private static List<String> runs() throws IOException {
    try (Stream<Path> files = Files.list(file(""))) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("run-"))
          .sorted()
          .toList();
    }
  }

  private static void assertAsInAFolder(SweepResult result) throws IOException {
    CellResult cell = result.cells().get(0);
    assertThat(cell.state()).as(cell.reason()).isEqualTo(CellResult.FINISHED);
    assertThat(cell.cell()).isEqualTo(expected.cell());
    assertThat(cell.steps()).isEqualTo(STEPS);
    assertThat(cell.scalars()).isEqualTo(expected.scalars());
    assertThat(cell(cell.cell()).log()).isEqualTo(expectedLog);
  }

  private static List<String> begun() throws IOException {
    return cell(expected.cell()).attempts().stream()
        .filter(line -> line.contains(" from step "))
        .map(line -> line.substring(line.indexOf("from step ")))
        .toList();
  }

  @Test
  void cellsAreTrainedOnceAndHaveTheNumbersOfAFolder() throws IOException {
    SweepResult result = sweep(1, 2).run(spark);
    assertAsInAFolder(result);
    assertThat(trained).hasSize(2);
    assertThat(result.dataFrame().count()).isEqualTo(2 * STEPS);
    assertThat(spark.read().parquet(PLACE + "/summary.parquet").count())
        .isEqualTo(result.summary().rowCount());
    assertThat(SweepFile.read(TestObjectStore.file(root, PLACE + "/sweep.json")).seeds())
        .containsExactly(1L, 2L);
    assertThat(runs()).containsExactly("run-000000000040.zip", "run-000000000060.zip");

    trained.clear();
    SweepResult again = sweep(2, 1, 3).run(spark);
    assertThat(trained).hasSize(1).first().asString().startsWith("conditional-gan-quick-3-");
    assertThat(again.cells()).contains(result.cells().toArray(CellResult[]::new));
    assertThat(begun()).containsExactly("from step 0");
  }

  /** What is fetched and unpacked is a run. */
  @Test
  void aStoredRunOpens() throws IOException {
    sweep(1).run(spark);
    Path run = folder.resolve("run");
    try (var in = Files.newInputStream(file("run-000000000060.zip"))) {
      RunZip.unpack(in, run);
    }
    assertThat(SavedRun.open(run).generator().numClasses()).isEqualTo(2);
    assertThat(RunRecord.read(run).state()).isEqualTo("finished");
  }

  /** The tasks of a job that is cancelled are interrupted in the middle of a training. */
  @Test
  void aCellThatWasStoppedGoesOnToTheSameBits() throws Exception {
    var first = CompletableFuture.supplyAsync(() -> run(sweep(1)));
    Cluster.await(
        "a run", Duration.ofSeconds(60), () -> Files.exists(file("run-000000000020.zip")));
    spark.sparkContext().cancelAllJobs();
    assertThatThrownBy(first::join).hasMessageContaining("cancelled");
    assertThat(file("result.json")).doesNotExist();

    assertAsInAFolder(sweep(1).run(spark));
    assertThat(begun()).hasSize(2).first().isEqualTo("from step 0");
    assertThat(Integer.parseInt(begun().get(1).replace("from step ", ""))).isBetween(20, 59);
  }

  private static SweepResult run(Sweep sweep) {
    try {
      return sweep.run(spark);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An object that cannot be written is told of, and costs the steps since the one before. */
  @Test
  void aStoreThatRefusesAnObjectEndsTheCell() throws IOException {
    TestObjectStore.refuse(root, "run-000000000040.zip");
    CellResult refused = sweep(1).run(spark).failed().get(0);
    assertThat(refused.reason())
        .contains(PLACE + "/cells/" + expected.cell() + "/run-000000000040.zip cannot be written")
        .contains("403 Forbidden")
        .contains("the run is kept as " + PLACE + "/cells/" + expected.cell() + "/run-*.zip");
    assertThat(runs()).containsExactly("run-000000000020.zip");

    TestObjectStore.refuse(root, "");
    assertThat(sweep(1).run(spark).failed()).containsExactly(refused);
    assertAsInAFolder(sweep(1).retryFailed(true).run(spark));
    assertThat(begun()).containsExactly("from step 0", "from step 20");
  }

  @Test
  void aDamagedRunIsPassedOver() throws IOException {
    sweep(1).run(spark);
    Files.delete(file("result.json"));
    cutInHalf(file("run-000000000060.zip"));
    assertAsInAFolder(sweep(1).run(spark));
    assertThat(begun()).containsExactly("from step 0", "from step 40");

    Files.delete(file("result.json"));
    cutInHalf(file("run-000000000060.zip"));
    cutInHalf(file("run-000000000040.zip"));
    assertAsInAFolder(sweep(1).run(spark));
    assertThat(begun()).containsExactly("from step 0", "from step 40", "from step 0");
  }

  /** As when an executor was given up and another one trains its cell, but the first one lives. */
  @Test
  void twoProcessesMayTrainOneCell() throws IOException {
    SweepStore store = started();
    Cell cell = cell();
    var other = CompletableFuture.supplyAsync(() -> CellRunner.run(cell, store, 1));
    assertThat(CellRunner.run(cell, store, 1).scalars()).isEqualTo(expected.scalars());
    assertThat(other.join().scalars()).isEqualTo(expected.scalars());
    assertAsInAFolder(sweep(1).run(spark));
    assertThat(trained).isEmpty();
    assertThat(runs()).containsExactly("run-000000000040.zip", "run-000000000060.zip");
  }

  /** A process that was given up and fails undoes nothing that another one has finished. */
  @Test
  void aFailureReplacesNoResult() throws IOException {
    TestObjectStore.refuse(root, "run-000000000020.zip");
    SweepStore store = started();
    CellStore cell = store.cell(expected.cell());
    CellStore other =
        proxy(
            CellStore.class,
            cell,
            (name, result) -> {
              if (name.equals("begin")) {
                cell.write(expected);
              }
              return result;
            });
    SweepStore others =
        proxy(SweepStore.class, store, (name, result) -> name.equals("cell") ? other : result);
    assertThat(CellRunner.run(cell(), others, 1)).isEqualTo(expected);
    assertThat(cell.result()).contains(expected);
  }

  /** What comes after a call, and takes the place of its result. */
  private interface Afterwards {
    Object apply(String method, Object result) throws IOException;
  }

  private static <T> T proxy(Class<T> type, T to, Afterwards afterwards) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                afterwards.apply(method.getName(), method.invoke(to, arguments))));
  }

  /** The place of a sweep of one cell that is about to be trained. */
  private SweepStore started() throws IOException {
    SweepStore store = SweepStore.create(PLACE, spark.sparkContext().hadoopConfiguration());
    store.write(sweepFile());
    return store;
  }

  private Cell cell() throws IOException {
    return Cells.of(sweepFile()).get(0);
  }

  private SweepFile sweepFile() throws IOException {
    Path file = folder.resolve("sweep-file.json");
    sweep(1).write(file);
    return SweepFile.read(file);
  }

  private static void cutInHalf(Path file) throws IOException {
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(open.length() / 2);
    }
  }

  /** A learning rate that no training survives. */
  @Test
  void aCellThatFailsIsARow() throws IOException {
    SweepResult result = sweep(1).set("generatorOptimizer.learningRate.value", 1e30).run(spark);
    assertThat(result.failed().get(0).reason()).contains("loss_discriminator", "step");
    assertThat(result.summary().rowCount()).isZero();
    assertThat(result.dataFrame().count()).isZero();
  }

  /** Scores that are asked for later are computed of the networks that are there. */
  @Test
  void scoresNeedNoTraining() throws IOException {
    sweep(1).run(spark);
    CellResult scored =
        sweep(1).evaluate(e -> e.conditionalAccuracy()).samples(100).run(spark).cells().get(0);
    assertThat(scored.scores()).hasSize(2);
    assertThat(scored.scalars()).isEqualTo(expected.scalars());
    assertThat(begun()).containsExactly("from step 0", "from step 60");
  }

  @Test
  void whatCannotHoldResultsIsToldBeforeAnythingIsTrained() {
    for (String place : List.of("objects://closed/results", "s3a://bucket/results")) {
      assertThatThrownBy(() -> sweep(1).out(place).run(spark))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Results cannot lie in " + place);
    }
    assertThat(trained).isEmpty();
  }

  @Test
  void fromATerminal() throws IOException {
    Path file = folder.resolve("sweep-file.json");
    TinySweep.in(shared, STEPS, 1).write(file);
    var out = new StringWriter();
    CommandLine command = Main.commandLine(new SweepCommand());
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    var words =
        new ArrayList<>(List.of("sweep", file.toString(), "--master", "local[1]", "--out", PLACE));
    TestObjectStore.settings(root)
        .forEach((key, value) -> words.addAll(List.of("--conf", key + "=" + value)));
    int status = Main.execute(command, words.toArray(String[]::new));
    spark = SparkSessions.create("local[1]", TestObjectStore.settings(root));
    assertThat(status).as(out.toString()).isZero();
    assertThat(out.toString()).contains("1 cells, 1 of them trained now, 0 failed: " + PLACE);
    assertThat(cell(expected.cell()).log()).isEqualTo(expectedLog);
  }
}
