package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepFolderTest {

  @TempDir private Path path;

  @Test
  void isMade() {
    assertThat(SweepFolder.create(path.resolve("a/b")).path()).isDirectory();
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.createFile(path.resolve("results"));
    assertThatThrownBy(() -> SweepFolder.create(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("choose another folder");
  }

  /** A path of an object store has lost a slash of its URI. */
  @Test
  void urisAreNoFolders() {
    assertThatThrownBy(() -> SweepFolder.create(Path.of("s3a://bucket/results")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("s3a:")
        .hasMessageContaining("all machines share")
        .hasMessageContaining("out(\"s3a://bucket/results\")");
  }

  @Test
  void aMachineWithoutTheFolderIsNamed() {
    SweepFolder folder = SweepFolder.at(path.resolve("elsewhere"));
    assertThatThrownBy(() -> folder.requireShared("node7"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("node7")
        .hasMessageContaining(folder.path().toString());
  }
}
