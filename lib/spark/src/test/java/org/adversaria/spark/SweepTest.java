package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.adversaria.cli.Main;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.torch.Torch;
import org.adversaria.training.Run;
import org.adversaria.training.Training;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tech.tablesaw.api.Table;

/** Sweeps in this process. */
@Tag("slow")
class SweepTest {

  private static SparkSession spark;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    spark = SparkSessions.create("local[1]");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void cellsAreTrainedOnceAndHaveTheNumbersOfATraining() throws IOException {
    var trained = new ArrayList<String>();
    Sweep sweep = TinySweep.in(folder, 30, 1, 2).onCell(cell -> trained.add(cell.cell()));
    SweepResult result = sweep.run(spark);

    assertThat(result.failed()).isEmpty();
    assertThat(trained).hasSize(2);
    Table cells = result.table();
    assertThat(cells.stringColumn("state").asList()).containsOnly("finished");
    assertThat(cells.longColumn("seed").asList()).containsExactly(1L, 2L);
    assertThat(cells.longColumn("steps").asList()).containsOnly(30L);
    assertThat(result.dataFrame().count()).isEqualTo(60);
    Row row = result.dataFrame().filter("seed = 2").orderBy(functions.col("step").desc()).first();
    String term = result.cells().get(1).scalars().keySet().iterator().next();
    assertThat(row.getJavaMap(row.fieldIndex("scalars")))
        .isEqualTo(result.cells().get(1).scalars());
    Table summary = result.summary();
    assertThat(summary.stringColumn("score").asList()).contains(term);
    assertThat(summary.intColumn("n").asList()).containsOnly(2);
    assertThat(spark.read().parquet(out().resolve("summary.parquet").toUri().toString()).count())
        .isEqualTo(summary.rowCount());

    assertThat(log(result.cells().get(0).cell())).isEqualTo(logOfTraining());

    trained.clear();
    SweepResult again =
        TinySweep.in(folder, 30, 2, 1, 3).onCell(c -> trained.add(c.cell())).run(spark);
    assertThat(trained).hasSize(1).first().asString().startsWith("conditional-gan-quick-3-");
    assertThat(again.cells()).contains(result.cells().toArray(CellResult[]::new));
  }

  private Path out() {
    return TinySweep.out(folder);
  }

  private String log(String cell) throws IOException {
    return Files.readString(out().resolve("cells").resolve(cell).resolve("run/log.csv"));
  }

  private String logOfTraining() throws IOException {
    ImageData data = Datasets.imageFolder(TinySweep.images(folder));
    ConditionalGan method =
        ConditionalGan.builder(data).preset(TinySweep.PRESET).batchSize(TinySweep.BATCH).build();
    Path directory = folder.resolve("alone");
    Torch.setThreads(1);
    try (Run run = Training.of(method).on(data).steps(30).seed(1).directory(directory).start()) {
      return Files.readString(run.directory().resolve("log.csv"));
    }
  }

  @Test
  void allCellsAreShownInTheCallersThreadWheneverOneBeginsOrEnds() throws IOException {
    var seen = new ArrayList<List<String>>();
    var threads = new HashSet<Thread>();
    Sweep sweep =
        TinySweep.in(folder, 5, 1, 2)
            .onCell(cell -> threads.add(Thread.currentThread()))
            .onChange(
                table -> {
                  threads.add(Thread.currentThread());
                  seen.add(table.stringColumn("state").asList());
                });
    SweepResult result = sweep.run(spark);
    assertThat(threads).containsExactly(Thread.currentThread());
    assertThat(seen.get(0)).containsExactly("waiting", "waiting");
    assertThat(seen).anyMatch(states -> states.contains("training"));
    assertThat(seen.get(seen.size() - 1)).containsExactly("finished", "finished");

    var tables = new ArrayList<Table>();
    TinySweep.in(folder, 5, 1, 2).onChange(tables::add).run(spark);
    assertThat(tables).hasSize(1);
    Table table = tables.get(0);
    assertThat(table.columnNames())
        .startsWith("method", "preset", "seed", "state", "seconds")
        .containsAll(result.cells().get(0).scalars().keySet());
    assertThat(table.longColumn("seed").asList()).containsExactly(1L, 2L);
  }

  @Test
  void aListenerThatThrowsEndsTheSweepAndItsTasks() throws IOException {
    Sweep sweep =
        TinySweep.in(folder, 5, 1, 2)
            .onCell(
                cell -> {
                  throw new IllegalStateException("enough");
                });
    assertThatThrownBy(() -> sweep.run(spark)).hasMessage("enough");
    assertThat(TinySweep.in(folder, 5, 1, 2).run(spark).failed()).isEmpty();
  }

  /** A learning rate that no training survives. */
  @Test
  void aCellThatFailsIsARow() throws IOException {
    SweepResult result =
        TinySweep.in(folder, 30, 1).set("generatorOptimizer.learningRate.value", 1e30).run(spark);
    CellResult cell = result.failed().get(0);
    assertThat(cell.reason()).contains("loss_discriminator", "step");
    assertThat(result.table().stringColumn("reason").get(0)).isEqualTo(cell.reason());
    assertThat(result.summary().rowCount()).isZero();
  }

  @Test
  void aCellWhoseProcessesDieIsARowThatStopsNothing() throws IOException {
    Sweep sweep = TinySweep.in(folder, 20, 1, 2);
    CellFolder deadly = new CellFolder(out().resolve("cells").resolve(id(sweep)));
    deadly.hold().close();
    for (int i = 0; i < CellStore.MOST_DEATHS; i++) {
      deadly.begin(0);
    }
    SweepResult result = sweep.run(spark);
    assertThat(result.cells()).extracting(CellResult::state).containsExactly("failed", "finished");
    assertThat(result.failed().get(0).reason()).contains("died after step 0");

    assertThat(sweep.run(spark).failed()).hasSize(1);
    assertThat(sweep.retryFailed(true).run(spark).failed()).isEmpty();
  }

  /** The folder of the first cell. */
  private String id(Sweep sweep) throws IOException {
    Path file = folder.resolve("asked.json");
    sweep.write(file);
    return Cells.of(SweepFile.read(file)).get(0).id();
  }

  /** Scores that are asked for later are computed of the networks that are there. */
  @Test
  void scoresNeedNoTraining() throws IOException {
    Sweep sweep = TinySweep.in(folder, 20, 1);
    CellResult trained = sweep.run(spark).cells().get(0);
    CellResult scored =
        sweep.evaluate(e -> e.conditionalAccuracy()).samples(100).run(spark).cells().get(0);
    assertThat(scored.cell()).isEqualTo(trained.cell());
    assertThat(scored.scalars()).isEqualTo(trained.scalars());
    assertThat(scored.scores())
        .hasSize(2)
        .allSatisfy((name, value) -> assertThat(value).isBetween(0.0, 1.0));
    assertThat(scored.features()).startsWith("bars-classifier@");
    assertThat(SweepFolder.at(out()).cell(scored.cell()).attempts())
        .anyMatch(line -> line.endsWith(" from step 20"));
  }

  @Test
  void wrongNamesAreToldBeforeAnythingIsTrained() {
    assertThatThrownBy(() -> TinySweep.in(folder, 20, 1).presets("smal").run(spark))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("conditional-gan with the preset smal");
    assertThatThrownBy(() -> TinySweep.in(folder, 20, 1).on("no-such-folder").run(spark))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no-such-folder");
    assertThat(out().resolve("sweep.json")).doesNotExist();
  }

  @Test
  void largeCellsComeFirst() throws IOException {
    Path file = folder.resolve("cost.json");
    TinySweep.in(folder, 20, 1).presets("quick", "paper").write(file);
    List<Cell> cells = Cells.of(SweepFile.read(file));
    assertThat(cells.get(0).cost()).isLessThan(cells.get(1).cost());
  }

  @Test
  void fromATerminal() throws IOException {
    Path file = folder.resolve("sweep-file.json");
    TinySweep.in(folder, 20, 1, 2).write(file);
    var out = new StringWriter();
    CommandLine command = Main.commandLine(new SweepCommand());
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    String results = folder.resolve("results").toString();
    int status =
        Main.execute(command, "sweep", file.toString(), "--master", "local[1]", "--out", results);
    assertThat(status).as(out.toString()).isZero();
    assertThat(out.toString())
        .contains("conditional-gan-quick-1-")
        .contains("finished, 20 steps")
        .contains("2 cells, 2 of them trained now, 0 failed")
        .contains("deviation");
    try (Stream<Path> files = Files.list(folder.resolve("results"))) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .contains("sweep.json", "cells", "results.parquet", "summary.parquet");
    }
    spark = SparkSessions.create("local[1]");
  }
}
