package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.storage.Change;
import org.adversaria.storage.CrashPolicy;
import org.adversaria.storage.DiskImage;
import org.adversaria.storage.FaultyFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run goes on to the same bits from whatever a crash leaves, at any change of its files. */
class PowerLossTest {

  private static final String RUN = "run";
  private static final int SEEDS = 8;

  @TempDir private Path temporary;
  private final TinyRun tiny = new TinyRun();
  private FaultyFileSystem disk;
  private Map<String, ByteBuffer> expected;

  @BeforeEach
  void record() throws IOException {
    disk = FaultyFileSystem.over(Files.createDirectory(temporary.resolve("disk")));
    tiny.in(disk.path(RUN)).start().close();
    expected = TinyRun.results(temporary.resolve("disk").resolve(RUN));
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  /** The different states after every change, with the first change that leads to each. */
  private Map<DiskImage, String> images(int stride) {
    var images = new LinkedHashMap<DiskImage, String>();
    List<Change> changes = disk.changes();
    for (int count = 0; count <= changes.size(); count += stride) {
      String change = count == 0 ? "the beginning" : changes.get(count - 1).toString();
      for (CrashPolicy policy : CrashPolicy.values()) {
        for (int seed = 0; seed < (policy == CrashPolicy.RANDOM ? SEEDS : 1); seed++) {
          images.putIfAbsent(
              disk.imageAfter(count, policy, seed + (long) SEEDS * count),
              policy + " after change " + count + ", " + change);
        }
      }
    }
    return images;
  }

  private void assertAllGoOn(Map<DiskImage, String> images) throws IOException {
    var failures = new ArrayList<String>();
    int number = 0;
    for (Map.Entry<DiskImage, String> image : images.entrySet()) {
      Path folder = image.getKey().writeTo(temporary.resolve("image-" + number++));
      try {
        assertGoesOn(folder);
      } catch (IOException | RuntimeException | AssertionError e) {
        failures.add(image.getValue() + ": " + e.toString().replaceAll("\\s+", " "));
      }
    }
    assertThat(failures).as("of %d images", images.size()).isEmpty();
  }

  private void assertGoesOn(Path folder) throws IOException {
    Path directory = FaultyFileSystem.over(folder).path(RUN);
    if (RunRecord.exists(directory)) {
      assertOpens(directory);
      tiny.in(directory).resume().close();
    } else {
      tiny.in(directory).start().close();
    }
    Map<String, ByteBuffer> actual = TinyRun.results(folder.resolve(RUN));
    assertThat(TinyRun.differences(actual, expected)).isEmpty();
    assertThat(RunRecord.read(directory).state()).isEqualTo("finished");
  }

  private static void assertOpens(Path directory) throws IOException {
    try (SavedRun saved = SavedRun.open(directory)) {
      for (long step : saved.checkpoints()) {
        saved.network("map", SavedRun.Weights.AVERAGED, step);
        saved.network("map", SavedRun.Weights.TRAINED, step);
      }
    }
  }

  @Test
  void aRunGoesOnAfterACrashAtSomeChanges() throws IOException {
    assertAllGoOn(images(37));
  }

  @Test
  @Tag("slow")
  void aRunGoesOnAfterACrashAtAnyChange() throws IOException {
    assertAllGoOn(images(1));
  }
}
