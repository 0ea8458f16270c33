package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final int SEEDS = 4;
  private static final Pattern NAME =
      Pattern.compile(RUN + "/checkpoints/step-(\\d+)/checksums\\.json");

  @TempDir private Path temporary;
  private final TinyRun tiny = new TinyRun();
  private FaultyFileSystem disk;
  private Map<String, ByteBuffer> expected;

  /** The steps of the newest checkpoint that is done, by the number of changes so far. */
  private final TreeMap<Integer, Long> done = new TreeMap<>(Map.of(0, 0L));

  @BeforeEach
  void record() throws IOException {
    disk = FaultyFileSystem.over(Files.createDirectory(temporary.resolve("disk")));
    tiny.in(disk.path(RUN))
        .reportEvery(
            TinyRun.CHECKPOINT_EVERY, report -> done.put(disk.changes().size(), report.step()))
        .start()
        .close();
    expected = TinyRun.results(temporary.resolve("disk").resolve(RUN));
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  /** The different states after every change, with the number of the last one that leads to it. */
  private Map<DiskImage, Integer> images(int stride) {
    var images = new LinkedHashMap<DiskImage, Integer>();
    for (int count = 0; count <= disk.changes().size(); count += stride) {
      for (CrashPolicy policy : CrashPolicy.values()) {
        for (int seed = 0; seed < (policy == CrashPolicy.RANDOM ? SEEDS : 1); seed++) {
          images.put(disk.imageAfter(count, policy, seed + (long) SEEDS * count), count);
        }
      }
    }
    return images;
  }

  private void assertAllGoOn(Map<DiskImage, Integer> images) throws IOException {
    var failures = new ArrayList<String>();
    int number = 0;
    for (Map.Entry<DiskImage, Integer> image : images.entrySet()) {
      Path folder = image.getKey().writeTo(temporary.resolve("image-" + number++));
      try {
        assertGoesOn(folder);
      } catch (IOException | RuntimeException | AssertionError e) {
        failures.add(
            image.getKey().files().keySet()
                + " "
                + lastChange(image.getValue())
                + ": "
                + e.toString().replaceAll("\\s+", " "));
      }
    }
    assertThat(failures).as("of %d images", images.size()).isEmpty();
  }

  private String lastChange(int count) {
    return "after change " + count + (count == 0 ? "" : ", " + disk.changes().get(count - 1));
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

  /** The steps of the newest checkpoint in an image. */
  private static long newest(DiskImage image) {
    return image.files().keySet().stream()
        .map(NAME::matcher)
        .filter(Matcher::matches)
        .mapToLong(name -> Long.parseLong(name.group(1)))
        .max()
        .orElse(0);
  }

  /** The steps that the record in an image tells of; 0 without a record. */
  private static long recorded(DiskImage image) throws IOException {
    String text = image.text(RUN + "/run.json");
    return text == null ? 0 : new ObjectMapper().readTree(text).get("stepsDone").asLong();
  }

  @Test
  void noCrashTakesACheckpointThatIsDone() throws IOException {
    for (Map.Entry<DiskImage, Integer> image : images(1).entrySet()) {
      long steps = done.floorEntry(image.getValue()).getValue();
      long recorded = recorded(image.getKey());
      // The record is never ahead of the checkpoints.
      assertThat(recorded)
          .as(() -> lastChange(image.getValue()))
          .isBetween(steps, newest(image.getKey()));
    }
    assertThat(done.lastEntry().getValue()).isEqualTo(TinyRun.STEPS);
  }

  @Test
  void aRunGoesOnAfterACrashAtSomeChanges() throws IOException {
    assertAllGoOn(images(71));
  }

  @Test
  @Tag("slow")
  void aRunGoesOnAfterACrashAtAnyChange() throws IOException {
    assertAllGoOn(images(1));
  }
}
