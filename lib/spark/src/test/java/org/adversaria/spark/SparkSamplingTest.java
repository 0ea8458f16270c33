package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.zip.ZipFile;
import org.adversaria.cli.Main;
import org.adversaria.torch.Torch;
import org.adversaria.training.SavedRun.Weights;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images drawn in tasks of this process. */
@Tag("slow")
class SparkSamplingTest {

  private static final int COUNT = 450;

  @TempDir private static Path folder;

  private static SparkSession spark;
  private static Path run;

  @BeforeAll
  static void start() throws IOException {
    spark = SparkSessions.create("local[1]");
    run = TinyRun.in(folder);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SparkSampling sampling(Path to) {
    return SparkSampling.of(run).count(COUNT).seed(3).shardSize(200).to(to);
  }

  @Test
  void filesDoNotDependOnThePartitions(@TempDir Path to) throws IOException {
    List<Path> all = sampling(to.resolve("one")).partitions(1).run(spark);
    assertThat(all)
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "samples-00000-of-00003.zip",
            "samples-00001-of-00003.zip",
            "samples-00002-of-00003.zip");
    for (int partitions : new int[] {2, 7}) {
      List<Path> others = sampling(to.resolve(partitions + "")).partitions(partitions).run(spark);
      for (int i = 0; i < all.size(); i++) {
        assertThat(others.get(i)).hasSameBinaryContentAs(all.get(i));
      }
    }
  }

  /** They are the files of the command for one machine. */
  @Test
  void imagesAreThoseOfOneProcess(@TempDir Path to) throws IOException {
    List<Path> shards = sampling(to.resolve("shards")).run(spark);
    Torch.setThreads(1);
    Path files = to.resolve("files");
    int status =
        Main.execute(
            Main.commandLine(),
            "sample",
            run.toString(),
            "--count",
            Integer.toString(COUNT),
            "--seed",
            "3",
            "--out",
            files.toString());
    assertThat(status).isZero();
    int images = 0;
    for (Path shard : shards) {
      try (var zip = new ZipFile(shard.toFile())) {
        for (var entry : Collections.list(zip.entries())) {
          byte[] png = zip.getInputStream(entry).readAllBytes();
          assertThat(png).isEqualTo(Files.readAllBytes(files.resolve(entry.getName())));
          images++;
        }
      }
    }
    assertThat(images).isEqualTo(COUNT);
  }

  @Test
  void wholeFilesAreNotDrawnAgain(@TempDir Path to) throws IOException {
    List<Path> shards = sampling(to).run(spark);
    byte[] first = Files.readAllBytes(shards.get(0));
    byte[] second = Files.readAllBytes(shards.get(1));
    Files.delete(shards.get(0));
    Files.write(shards.get(1), Arrays.copyOf(second, 1000));
    FileTime old = FileTime.fromMillis(0);
    Files.setLastModifiedTime(shards.get(2), old);
    sampling(to).run(spark);
    assertThat(shards.get(0)).hasBinaryContent(first);
    assertThat(shards.get(1)).hasBinaryContent(second);
    assertThat(Files.getLastModifiedTime(shards.get(2))).isEqualTo(old);
  }

  @Test
  void whatAKilledProcessLeftIsDeleted(@TempDir Path to) throws IOException {
    List<Path> shards = sampling(to).run(spark);
    byte[] first = Files.readAllBytes(shards.get(0));
    Files.delete(shards.get(0));
    Path left = to.resolve(".samples-00000-of-00003.zip." + UUID.randomUUID() + ".tmp");
    Path another = to.resolve(".samples-00001-of-00003.zip." + UUID.randomUUID() + ".tmp");
    Files.createFile(left);
    Files.createFile(another);
    sampling(to).run(spark);
    assertThat(shards.get(0)).hasBinaryContent(first);
    assertThat(left).doesNotExist();
    assertThat(another).as("one that is whole is not drawn").exists();
  }

  @Test
  void aFolderOfSomethingElseIsRefused(@TempDir Path to) throws IOException {
    sampling(to).count(100).run(spark);
    assertThatThrownBy(() -> sampling(to).count(100).seed(4).run(spark))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(to + " holds something else")
        .hasMessageContaining("name a new folder");
    assertThatThrownBy(() -> sampling(Path.of("s3a://bucket/samples")).run(spark))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Images cannot lie in s3a:")
        .hasMessageEndingWith("give a folder that all machines share");
    SamplingJob job =
        new SamplingJob(
            SavedGenerator.find(run, Weights.AVERAGED, null), 1, 0, 100, SampleFormat.ZIP);
    assertThatThrownBy(() -> job.requireIn(to))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(to + " on " + Host.name());
  }

  @Test
  void wrongNumbersAndMissingRunsAreTold() {
    assertThatThrownBy(() -> SparkSampling.of(run).shardSize(250))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole batches of 100 images, and 250 is no such number: try 200");
    assertThatThrownBy(() -> SparkSampling.of(run).count(0)).hasMessageContaining("is 0");
    assertThatThrownBy(() -> SparkSampling.of(run).run(spark))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                SparkSampling.of(run)
                    .count(2_000_000_000)
                    .shardSize(100)
                    .to(folder.resolve("x"))
                    .run(spark))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("20,000,000 files of 100 images")
        .hasMessageContaining("a shard size of 20000 or more");
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> SparkSampling.of(none).to(folder.resolve("x")).run(spark))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("There is no run in " + none);
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void fromATerminal(@TempDir Path to) {
    var out = new StringWriter();
    String target = to.resolve("samples").toString();
    int status =
        Terminal.execute(
            out,
            "sample",
            run.toString(),
            "--count",
            "120",
            "--to",
            target,
            "--shard-size",
            "100",
            "--master",
            "local[1]");
    spark = SparkSessions.create("local[1]");
    assertThat(status).as(out.toString()).isZero();
    assertThat(out.toString()).contains("written: 120 images in 2 files in " + target);
    assertThat(Path.of(target, "samples-00001-of-00002.zip")).exists();
  }
}
