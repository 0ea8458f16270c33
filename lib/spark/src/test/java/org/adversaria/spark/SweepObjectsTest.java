package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places of results that are given as a text, and what is kept of a cell in an object store. */
class SweepObjectsTest {

  private static final String PLACE = "objects://bucket/results";

  private static final CellResult ENDED =
      new CellResult(
          "cell", "gan", "small", 1, "failed", "", 0, 0, "host", 1, Map.of(), "", Map.of(), "");

  @TempDir private Path root;
  private final Configuration configuration = new Configuration();

  @BeforeEach
  void configure() {
    TestObjectStore.settings(root)
        .forEach((key, value) -> configuration.set(key.replace("spark.hadoop.", ""), value));
  }

  private SweepStore at(String place) {
    return SweepStore.create(place, configuration);
  }

  private void assertRefused(String place, String... words) {
    assertThatThrownBy(() -> at(place))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void theProbeIsDeleted() throws IOException {
    assertThat(at(PLACE + "/").uri("sweep.json")).isEqualTo(PLACE + "/sweep.json");
    try (Stream<Path> objects = Files.list(TestObjectStore.file(root, PLACE))) {
      assertThat(objects).isEmpty();
    }
  }

  @Test
  void textsOfFoldersAreFolders() {
    Path folder = root.resolve("results");
    assertThat(at(folder.toString())).isEqualTo(SweepFolder.at(folder));
    assertThat(at(folder.toUri().toString())).isEqualTo(SweepFolder.at(folder));
    assertThat(folder).isDirectory();
  }

  @Test
  void aFileSystemThatIsMissingIsNamed() {
    assertRefused(
        "s3a://bucket/results",
        "s3a://bucket/results",
        "spark-submit",
        "--packages",
        "org.apache.hadoop:hadoop-aws:" + VersionInfo.getVersion());
    assertRefused("nowhere://bucket/results", "nowhere://bucket/results", "--packages");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsRefused() {
    assertRefused("objects://closed/results", "objects://closed/results", "403 Forbidden");
  }

  @Test
  void secretsAreNoPartOfAPlace() {
    assertThatThrownBy(() -> at("s3a://user:key-of-the-tests@bucket/results"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has a secret in it")
        .hasMessageNotContaining("key-of-the-tests");
  }

  @Test
  void aMachineThatReachesAnotherPlaceIsNamed() {
    assertThatThrownBy(() -> at(PLACE).requireShared("node7"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("node7")
        .hasMessageContaining(PLACE);
  }

  @Test
  void attemptsAreObjectsInTheirOrder() throws IOException {
    CellStore cell = at(PLACE).cell("cell");
    for (int i = 0; i < CellStore.MOST_DEATHS; i++) {
      assertThat(cell.diesAt(0)).isFalse();
      cell.begin(0);
    }
    assertThat(cell.diesAt(0)).isTrue();
    assertThat(cell.diesAt(20)).isFalse();
    cell.write(ENDED);
    assertThat(cell.diesAt(0)).isFalse();
    assertThat(cell.attempts())
        .hasSize(CellStore.MOST_DEATHS + 1)
        .last()
        .asString()
        .endsWith("failed");
    assertThat(cell.result()).contains(ENDED);
    cell.forgetResult();
    assertThat(cell.result()).isEmpty();
  }

  /** HDFS has the file of a process that was killed as it wrote it. */
  @Test
  void aDamagedResultIsNone() throws IOException {
    CellStore cell = at(PLACE).cell("cell");
    cell.write(ENDED);
    Path file = TestObjectStore.file(root, PLACE + "/cells/cell/result.json");
    Files.writeString(file, Files.readString(file).substring(0, 20));
    assertThat(cell.result()).isEmpty();
    Files.write(file, new byte[0]);
    assertThat(cell.result()).isEmpty();
  }

  @Test
  void aCellWithoutRunsHasNoLog() throws IOException {
    assertThat(at(PLACE).cell("cell").log()).isEmpty();
  }
}
