package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.adversaria.storage.DiskImage;
import org.adversaria.storage.FaultyFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that its disk fails stops in order, says where it stands, and goes on to the same bits. */
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
  private String train(Path directory) {
    try {
      tiny.in(directory).start().close();
      return null;
    } catch (IOException | RuntimeException e) {
      return e.toString();
    }
  }

  private void assertStoppedInOrder(Path directory, String message) throws IOException {
    assertThat(message).contains(directory.toString());
    if (RunRecord.exists(directory)) {
      assertThat(RunRecord.read(directory).state()).as(message).isEqualTo("stopped");
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
    for (int budget = 0; budget <= BUDGETS; budget++) {
      FaultyFileSystem disk = newDisk(budget);
      disk.capacity(budget * 2 * bytes / BUDGETS);
      String message = train(disk.path(RUN));
      try {
        if (message != null) {
          assertStoppedInOrder(disk.path(RUN), message);
        }
        disk.capacity(Long.MAX_VALUE);
        assertGoesOn(disk);
      } catch (IOException | RuntimeException | AssertionError e) {
        failures.add(
            "budget " + budget + ": " + message + ": " + e.toString().replaceAll("\\s+", " "));
      }
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void anErrorOfTheDiskStopsTheRunInOrder() throws IOException {
    var failures = new ArrayList<String>();
    for (int change = 0; change < changes; change++) {
      FaultyFileSystem disk = newDisk(change);
      disk.failAt(change);
      String message = train(disk.path(RUN));
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
}
