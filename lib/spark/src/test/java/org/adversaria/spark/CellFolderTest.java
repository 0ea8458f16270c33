package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellFolderTest {

  @TempDir private Path path;
  private CellFolder folder;

  @BeforeEach
  void folder() {
    folder = new CellFolder(path.resolve("cell"));
  }

  @Test
  void threeProcessesMayDieAtOneStep() throws IOException {
    try (HeldCell held = folder.hold()) {
      for (int i = 0; i < CellStore.MOST_DEATHS; i++) {
        assertThat(folder.diesAt(held.stepsDone())).isFalse();
        folder.begin(held.stepsDone());
      }
      assertThat(folder.diesAt(held.stepsDone())).isTrue();
      assertThat(folder.attempts())
          .hasSize(CellStore.MOST_DEATHS)
          .allMatch(line -> line.endsWith(" from step 0"));
    }
  }

  /** A sweep that is stopped again and again goes on as long as it gets further each time. */
  @Test
  void processesThatGotFurtherDoNotCount() throws IOException {
    try (HeldCell held = folder.hold()) {
      folder.begin(held.stepsDone());
      folder.begin(held.stepsDone());
      Path attempts = folder.path().resolve("attempts.txt");
      Files.writeString(attempts, Files.readString(attempts).replaceFirst("step 0", "step 10"));
      folder.begin(held.stepsDone());
      assertThat(folder.diesAt(held.stepsDone())).isFalse();
    }
  }

  /** Scores that are asked for later are computed by a process that begins where the run ended. */
  @Test
  void endsDoNotCount() throws IOException {
    var ended =
        new CellResult(
            "cell", "gan", "small", 1, "failed", "", 0, 0, "host", 1, Map.of(), "", Map.of(), "");
    try (HeldCell held = folder.hold()) {
      for (int i = 0; i < CellStore.MOST_DEATHS; i++) {
        folder.begin(held.stepsDone());
        folder.write(ended);
      }
      assertThat(folder.diesAt(held.stepsDone())).isFalse();
      assertThat(folder.result()).contains(ended);
    }
  }

  @Test
  void oneSweepOfAProcessAtATime() throws IOException {
    try (HeldCell held = folder.hold()) {
      assertThatThrownBy(folder::hold)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(folder.path().toString());
    }
    folder.hold().close();
  }

  @Test
  void aDamagedResultIsNamed() throws IOException {
    Files.createDirectories(folder.path());
    Files.writeString(folder.path().resolve("result.json"), "{\"cell\": ");
    assertThatThrownBy(folder::result)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("result.json is damaged")
        .hasMessageContaining("delete it");
  }
}
