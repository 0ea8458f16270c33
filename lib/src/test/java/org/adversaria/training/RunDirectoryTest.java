package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

  @TempDir Path folder;

  @Test
  void aDirectoryIsHeldByOneTraining() throws IOException {
    Path path = folder.resolve("run");
    try (var held = RunDirectory.hold(path)) {
      assertThat(held.path()).isEqualTo(path).isDirectory();
      Path link = Files.createSymbolicLink(folder.resolve("link"), path);
      for (Path name : new Path[] {path, folder.resolve("./run"), link}) {
        assertThatThrownBy(() -> RunDirectory.hold(name))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(name + " is in use by another training of this process");
      }
      assertThat(path.resolve("run.lock"))
          .content()
          .startsWith("process " + ProcessHandle.current().pid() + "@");
    }
    RunDirectory.hold(path).close();
  }

  @Test
  void whatWasMadeForItAndStayedEmptyIsDeleted() throws IOException {
    Path path = folder.resolve("a/b");
    RunDirectory.hold(path).close();
    assertThat(folder).isEmptyDirectory();

    try (var held = RunDirectory.hold(path)) {
      Files.createFile(held.path().resolve("run.json"));
    }
    assertThat(path).isDirectoryContaining("glob:**/run.json");
    assertThat(path.resolve("run.lock")).doesNotExist();
  }

  @Test
  void anEmptyDirectoryThatWasThereStays() throws IOException {
    RunDirectory.hold(folder).close();
    assertThat(folder).isEmptyDirectory();
  }

  /** As a killed process leaves it. */
  @Test
  void aFileWithoutALockHoldsNothing() throws IOException {
    Files.writeString(folder.resolve("run.lock"), "process 1@gone since\n".repeat(20));
    try (var held = RunDirectory.hold(folder)) {
      assertThat(held.path().resolve("run.lock"))
          .content()
          .startsWith("process " + ProcessHandle.current().pid() + "@")
          .doesNotContain("gone");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aRefusalLeavesNoFolder() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> RunDirectory.hold(file)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> RunDirectory.hold(file.resolve("run")))
        .isInstanceOf(IOException.class);
    assertThat(folder).isDirectoryContaining(file::equals);
  }

  @Test
  void newDirectoriesHaveNumbers() throws IOException {
    try (var first = RunDirectory.holdNew(folder, "run");
        var second = RunDirectory.holdNew(folder, "run")) {
      assertThat(first.path()).isEqualTo(folder.resolve("run"));
      assertThat(second.path()).isEqualTo(folder.resolve("run-2"));
    }
  }
}
