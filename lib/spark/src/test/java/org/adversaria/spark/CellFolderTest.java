package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Another process that takes the lock of a cell, or ends with status 1. */
  static final class OtherProcess {

    private OtherProcess() {}

    public static void main(String... arguments) throws IOException {
      try (var channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        System.exit(channel.tryLock() == null ? 1 : 0);
      }
    }

    static int tryLock(Path file) throws Exception {
      return new ProcessBuilder(
              ProcessHandle.current().info().command().orElseThrow(),
              "-cp",
              System.getProperty("java.class.path"),
              OtherProcess.class.getName(),
              file.toString())
          .inheritIO()
          .start()
          .waitFor();
    }
  }

  @Test
  void aSweepThatIsRefusedTakesNoLockAway() throws Exception {
    Path file = folder.path().resolve("cell.lock");
    try (HeldCell held = folder.hold()) {
      assertThatThrownBy(folder::hold).isInstanceOf(IllegalStateException.class);
      assertThat(OtherProcess.tryLock(file)).isEqualTo(1);
    }
    assertThat(OtherProcess.tryLock(file)).isZero();
  }

  @Test
  void damagedAttemptsAreLines() throws IOException {
    Files.createDirectories(folder.path());
    Path attempts = folder.path().resolve("attempts.txt");
    Files.write(attempts, new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
    folder.begin(0);
    assertThat(folder.attempts()).hasSize(2).last().asString().endsWith(" from step 0");
    assertThat(folder.diesAt(0)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"cell\": ", "null", "{}", ""})
  void aDamagedResultIsNamed(String content) throws IOException {
    Files.createDirectories(folder.path());
    Files.writeString(folder.path().resolve("result.json"), content);
    assertThatThrownBy(folder::result)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("result.json is damaged")
        .hasMessageContaining("delete it");
  }
}
