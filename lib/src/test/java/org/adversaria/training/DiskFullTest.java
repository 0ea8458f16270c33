package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.adversaria.storage.CrashPolicy;
import org.adversaria.storage.DiskImage;
import org.adversaria.storage.FaultyFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that its disk fails stops in order, says where it stands, and goes on to the same bits. */
@Tag("slow")
class DiskFullTest {

  private static final String RUN = "run";
  private static final int BUDGETS = 40;

  @TempDir private Path temporary;
  private final TinyRun tiny = new TinyRun();
  private Map<String, ByteBuffer> expected;
  private int changes;
  private long bytes;

  @BeforeEach
  void trainUndisturbed() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("disk"));
    FaultyFileSystem disk = FaultyFileSystem.over(folder);
    tiny.in(disk.path(RUN)).start().close();
    expected = TinyRun.results(folder.resolve(RUN));
    changes = disk.changes().size();
    bytes = DiskImage.of(folder).files().values().stream().mapToLong(ByteBuffer::capacity).sum();
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  private FaultyFileSystem newDisk(long number) throws IOException {
    return FaultyFileSystem.over(Files.createDirectory(temporary.resolve("disk-" + number)));
  }

  /** Returns the failure's message, or null where there is none. */
  private static String failure(Training training) {
    try {
      training.start().close();
      return null;
    } catch (IOException | RuntimeException e) {
      return e.toString();
    }
  }

  private void assertStoppedInOrder(Path directory, String message) throws IOException {
    assertThat(message).contains(directory.getParent().toString());
    if (RunRecord.exists(directory)) {
      assertThat(RunRecord.read(directory).state()).as(message).isEqualTo("stopped");
      assertThat(message)
          .matches(".*The run stopped after step [246] of 6, since a file could not be written: .*")
          .containsPattern(
              "There is no checkpoint yet|The last good checkpoint is \\S+, after [246] steps");
    }
    if (Files.exists(directory)) {
      try (var paths = Files.walk(directory)) {
        assertThat(paths.map(path -> path.getFileName().toString()))
            .as(message)
            .noneMatch(name -> name.startsWith("unfinished") || name.endsWith(".tmp"));
      }
    }
  }

  private void assertGoesOn(FaultyFileSystem disk) throws IOException {
    Path directory = disk.path(RUN);
    Training training = tiny.in(directory);
    (RunRecord.exists(directory) ? training.resume() : training.start()).close();
    Map<String, ByteBuffer> actual = TinyRun.results(Path.of(directory.toString()));
    assertThat(TinyRun.differences(actual, expected)).isEmpty();
  }

  @Test
  void aFullDiskStopsTheRunInOrder() throws IOException {
    var failures = new ArrayList<String>();
    int stopped = 0;
    for (int budget = 0; budget < BUDGETS; budget++) {
      long room = budget * 2 * bytes / BUDGETS;
      FaultyFileSystem disk = newDisk(budget);
      String message =
          failure(tiny.in(disk.path(RUN)).reportEvery(100, report -> fill(disk, report, room)));
      try {
        if (message != null) {
          assertStoppedInOrder(disk.path(RUN), message);
          stopped++;
        }
        disk.capacity(Long.MAX_VALUE);
        assertGoesOn(disk);
      } catch (IOException | RuntimeException | AssertionError e) {
        failures.add("room " + room + ": " + message + ": " + e.toString().replaceAll("\\s+", " "));
      }
    }
    assertThat(failures).isEmpty();
    assertThat(stopped).isBetween(BUDGETS / 4, BUDGETS - 1);
  }

  /** Before the first step. */
  private static void fill(FaultyFileSystem disk, Report report, long room) {
    if (report.step() == 0) {
      disk.leaveRoom(room);
    }
  }

  @Test
  void aDiskWithoutRoomForTheRunIsRefused() throws IOException {
    for (long room : new long[] {0, 1, RunDirectory.RESERVE / 2, RunDirectory.RESERVE - 1}) {
      FaultyFileSystem disk = newDisk(room);
      disk.capacity(room);
      assertThat(failure(tiny.in(disk.path(RUN))))
          .contains(disk.path(RUN).toString())
          .contains("No space left on device");
      assertThat(DiskImage.of(temporary.resolve("disk-" + room)).files()).isEmpty();
      disk.capacity(Long.MAX_VALUE);
      assertGoesOn(disk);
    }
  }

  @Test
  void anErrorOfTheDiskStopsTheRunInOrder() throws IOException {
    var failures = new ArrayList<String>();
    for (int change = 0; change < changes; change++) {
      FaultyFileSystem disk = newDisk(change);
      disk.failAt(change);
      String message = failure(tiny.in(disk.path(RUN)));
      try {
        assertThat(disk.hasFailed()).isTrue();
        if (message != null) {
          assertStoppedInOrder(disk.path(RUN), message);
          assertGoesOn(disk);
        }
      } catch (IOException | RuntimeException | AssertionError e) {
        failures.add(
            "change " + change + ": " + message + ": " + e.toString().replaceAll("\\s+", " "));
      }
    }
    assertThat(failures).isEmpty();
  }

  /** The run was killed in the middle, and its log is lost: it is restored before the training. */
  @Test
  void anErrorOfTheDiskWhileARunIsResumedLosesNothing() throws IOException {
    FaultyFileSystem whole = newDisk(-1);
    var middle = new ArrayList<Integer>();
    tiny.in(whole.path(RUN))
        .reportEvery(TinyRun.STEPS - 2, report -> middle.add(whole.changes().size()))
        .start()
        .close();
    DiskImage killed = whole.imageAfter(middle.get(1), CrashPolicy.KILL, 0);
    var failures = new ArrayList<String>();
    boolean reached = true;
    for (int change = 0; reached; change++) {
      Path folder = killed.writeTo(temporary.resolve("resumed-" + change));
      Files.delete(folder.resolve(RUN).resolve("log.csv"));
      FaultyFileSystem disk = FaultyFileSystem.over(folder);
      disk.failAt(change);
      try {
        reached = resumeTwice(disk);
      } catch (IOException | RuntimeException | AssertionError e) {
        failures.add("change " + change + ": " + e.toString().replaceAll("\\s+", " "));
      }
    }
    assertThat(failures).isEmpty();
  }

  /** Returns whether the error came, which is not there a second time. */
  private boolean resumeTwice(FaultyFileSystem disk) throws IOException {
    try {
      tiny.in(disk.path(RUN)).resume().close();
    } catch (IOException e) {
      assertThat(disk.hasFailed()).isTrue();
      assertThat(e).hasMessageContaining(disk.path(RUN).toString());
    }
    boolean reached = disk.hasFailed();
    disk.failAt(-1);
    assertGoesOn(disk);
    return reached;
  }
}
