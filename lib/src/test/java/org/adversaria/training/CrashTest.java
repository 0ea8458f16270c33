package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.adversaria.ChildJvm;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.methods.AcGan;
import org.adversaria.methods.StyleGan2;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.regularizers.PathLength;
import org.adversaria.torch.Text;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that trains is killed at random moments, again and again; what it leaves is whole, and
 * in the end the run has the bits of one that nobody disturbed. The system property {@code
 * adversaria.kills} is the number of kills of all methods together.
 */
@Tag("slow")
class CrashTest {

  private static final int METHODS = 2;
  private static final int KILLS = Integer.getInteger("adversaria.kills", 6) / METHODS;
  private static final int STEPS = 3 * KILLS + 4;

  @TempDir private Path folder;

  /** Trains in a process of its own, and prints a line before the training and after every step. */
  static final class Trainer {

    private Trainer() {}

    public static void main(String[] arguments) throws IOException {
      Path directory = Path.of(arguments[1]);
      Training training =
          training(arguments[0])
              .device(Device.cpu())
              .steps(Long.parseLong(arguments[2]))
              .seed(3)
              .directory(directory)
              .reportEvery(1, report -> System.out.println(report.step()));
      System.out.println("ready");
      (RunRecord.exists(directory) ? training.resume() : training.start()).close();
    }

    private static Training training(String method) {
      if (method.equals(AcGan.NAME)) {
        ImageData images = Shapes.builder().resolution(32).size(20).build();
        AcGan gan = AcGan.builder(images).channels(2).batchSize(4).build();
        return Training.of(gan).on(images).checkpointEvery(1);
      }
      ImageData images = Shapes.builder().resolution(16).size(20).build();
      StyleGan2Sizes tiny = StyleGan2Sizes.of(16).withChannels(64, 6).withMapping(5, 4, 2);
      StyleGan2 gan =
          StyleGan2.builder(images).sizes(tiny).batchSize(4).pathLength(new PathLength()).build();
      return Training.of(gan).on(images).checkpointEvery(2);
    }
  }

  private Process start(String method, Path directory) throws IOException {
    ProcessBuilder builder =
        ChildJvm.of(
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
            Trainer.class,
            method,
            directory.toString(),
            Integer.toString(STEPS));
    builder.environment().put("OMP_NUM_THREADS", "1");
    return builder.redirectError(folder.resolve("errors").toFile()).start();
  }

  private static BufferedReader lines(Process process) {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  /** Waits for some lines, then for a random part of the time that the last one took. */
  private static void waitForMoment(BufferedReader lines, Random random)
      throws IOException, InterruptedException {
    // The first line comes before the training, the second before its first step.
    int count = 1 + random.nextInt(5);
    long before = System.nanoTime();
    long took = TimeUnit.MILLISECONDS.toNanos(200);
    for (int line = 0; line < count && lines.readLine() != null; line++) {
      long now = System.nanoTime();
      took = line == 0 ? took : now - before;
      before = now;
    }
    TimeUnit.NANOSECONDS.sleep((long) (random.nextDouble() * took));
  }

  @ParameterizedTest
  @ValueSource(strings = {AcGan.NAME, StyleGan2.NAME})
  void aRunThatIsKilledAgainAndAgainHasTheBitsOfAnUndisturbedOne(String method) throws Exception {
    Path whole = folder.resolve("whole");
    finish(method, whole);
    Path killed = folder.resolve("killed");
    var random = new Random(method.hashCode());
    int unfinished = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start(method, killed);
      waitForMoment(lines(process), random);
      assertThat(process.isAlive()).as(this::errors).isTrue();
      process.destroyForcibly().waitFor();
      unfinished += countUnfinished(killed);
      assertWhole(killed);
    }
    finish(method, killed);
    Map<String, ByteBuffer> expected = TinyRun.results(whole);
    Map<String, ByteBuffer> actual = TinyRun.results(killed);
    assertThat(TinyRun.differences(actual, expected)).isEmpty();
    System.out.println(
        Text.format("%s: %d kills, %d of them in a checkpoint", method, KILLS, unfinished));
  }

  private void finish(String method, Path directory) throws Exception {
    Process process = start(method, directory);
    List<String> printed = lines(process).lines().toList();
    assertThat(process.waitFor()).as(() -> printed + "\n" + errors()).isZero();
    assertThat(RunRecord.read(directory).state()).isEqualTo("finished");
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("errors"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static int countUnfinished(Path directory) throws IOException {
    Path checkpoints = directory.resolve("checkpoints");
    if (Files.notExists(checkpoints)) {
      return 0;
    }
    try (Stream<Path> entries = Files.list(checkpoints)) {
      return (int) entries.filter(p -> !p.getFileName().toString().startsWith("step-")).count();
    }
  }

  /** Every folder with a checkpoint's name is whole, and so is the record. */
  private static void assertWhole(Path directory) throws IOException {
    for (Checkpoint checkpoint : new Checkpoints(directory, 1).list()) {
      assertThat(checkpoint.damage()).as(checkpoint.path().toString()).isEmpty();
      assertThat(checkpoint.damage(checkpoint.log())).isEmpty();
    }
    if (Files.exists(directory.resolve(RunRecord.FILE))) {
      assertThat(RunRecord.read(directory).method()).isNotBlank();
    }
  }
}
