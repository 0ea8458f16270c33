package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.nn.Linear;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.AtomicFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a damaged, refused or stopped run leaves, and what can be made of it. */
@Tag("slow")
class ResumeTest {

  private static final ImageData DATA = Shapes.builder().resolution(16).channels(1).size(8).build();

  @TempDir static Path shared;
  private static Path whole;

  @TempDir Path folder;
  private Path run;

  /** Learns the mean of all pixels. */
  private record MeanPixel(int batchSize) implements Method<MeanPixel.Mean> {

    record Settings(int batchSize) {}

    record Mean(Linear linear) implements Networks {

      @Override
      public Map<String, TorchBlock> byName() {
        return Map.of("mean", linear);
      }
    }

    MeanPixel(Settings settings) {
      this(settings.batchSize);
    }

    @Override
    public String name() {
      return "mean-pixel";
    }

    @Override
    public Record settings() {
      return new Settings(batchSize);
    }

    @Override
    public Mean newNetworks() {
      return new Mean(new Linear(1, 1));
    }

    @Override
    public List<Player> players(Mean networks) {
      var adam = new Optimizer.Adam(0.1, 0.9, 0.999);
      return List.of(
          Player.of("fit", networks.linear(), adam, step -> distance(networks.linear(), step)));
    }

    private static Terms distance(Linear linear, Step step) {
      NDArray guess = linear.forward(step.manager().ones(new Shape(1, 1)), true);
      return new Terms().add("distance", step.real().images().sub(guess).square().mean());
    }
  }

  private static Training training(Path directory) {
    return Training.of(new MeanPixel(4))
        .on(DATA)
        .steps(8)
        .checkpointEvery(2)
        .keep(3)
        .directory(directory);
  }

  @BeforeAll
  static void trainAllSteps() throws IOException {
    whole = shared.resolve("whole");
    training(whole).start().close();
  }

  @BeforeEach
  void trainSixSteps() throws IOException {
    run = folder.resolve("run");
    training(run).steps(6).start().close();
  }

  private Path checkpoint(int step) {
    return run.resolve("checkpoints/step-0000000" + step);
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.map(path -> directory.relativize(path).toString()).sorted().toList();
    }
  }

  /** The run ends as one that nothing happened to. */
  private void assertResumesToTheSameBits() throws IOException {
    training(run).resume().close();
    assertThat(RunRecord.read(run).state()).isEqualTo("finished");
    assertThat(files(run)).isEqualTo(files(whole));
    for (String file : new String[] {"mean.safetensors", "fit-optimizer.safetensors", "log.csv"}) {
      assertThat(checkpoint(8).resolve(file))
          .hasSameBinaryContentAs(whole.resolve("checkpoints/step-00000008").resolve(file));
    }
    assertThat(run.resolve("log.csv")).hasSameBinaryContentAs(whole.resolve("log.csv"));
  }

  @Test
  void aCheckpointHoldsTheChecksumsOfItsFiles() throws IOException {
    assertThat(files(checkpoint(6)))
        .containsExactly(
            "",
            "checksums.json",
            "fit-optimizer.safetensors",
            "log.csv",
            "mean.safetensors",
            "run.json");
    assertThat(new Checkpoint(checkpoint(6)).damage()).isEmpty();
    assertThat(files(run)).contains("log.csv", "run.json").doesNotContain("run.lock");
  }

  /** Every kind of damage to the newest checkpoint, which then is passed over. */
  @Test
  void theNewestWholeCheckpointIsTaken() throws IOException {
    List<Consumer<Path>> damages =
        List.of(
            path -> change(path.resolve("mean.safetensors"), -1),
            path -> cut(path.resolve("mean.safetensors"), 0),
            path -> cut(path.resolve("fit-optimizer.safetensors"), 100),
            path -> delete(path.resolve("fit-optimizer.safetensors")),
            path -> delete(path.resolve("checksums.json")),
            path -> cut(path.resolve("checksums.json"), 0),
            path -> cut(path.resolve("checksums.json"), 30),
            path -> change(path.resolve("run.json"), 5));
    for (Consumer<Path> damage : damages) {
      delete(run);
      training(run).steps(6).start().close();
      damage.accept(checkpoint(6));
      assertThat(new Checkpoint(checkpoint(6)).damage()).isPresent();
      assertThat(new Checkpoints(run, 3).newestWhole()).contains(new Checkpoint(checkpoint(4)));
      assertResumesToTheSameBits();
    }
  }

  /** Otherwise the run would go on from an older checkpoint, and delete the good one. */
  @Test
  void whatCannotBeOpenedIsNotDamaged() throws IOException {
    Path file = checkpoint(6).resolve("mean.safetensors");
    assumeTrue(file.toFile().setReadable(false) && !Files.isReadable(file), "as root all is read");
    assertThatThrownBy(training(run)::resume)
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining(file.toString());
    assertThat(file.toFile().setReadable(true)).isTrue();
    assertResumesToTheSameBits();
  }

  @Test
  void aRunThatIsInterruptedAsItGoesOnStopsInOrder() throws IOException {
    Training training =
        training(run)
            .reportEvery(
                8,
                report -> {
                  throw new UncheckedIOException(new ClosedByInterruptException());
                });
    training.resume().close();
    assertThat(RunRecord.read(run).state()).isEqualTo("stopped");
    assertThat(RunRecord.read(run).stepsDone()).isEqualTo(6);
    assertResumesToTheSameBits();
  }

  /** A notebook's interrupt may come at any time, and more than once. */
  @Test
  void anInterruptBeforeTheFirstStepStopsTheRunInOrder() throws IOException {
    Path early = folder.resolve("early");
    Thread.currentThread().interrupt();
    try {
      training(early).start().close();
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    } finally {
      Thread.interrupted();
    }
    assertThat(RunRecord.read(early).state()).isEqualTo("stopped");
    assertThat(RunRecord.read(early).stepsDone()).isZero();
    assertThat(files(early)).contains("checkpoints/step-00000000").doesNotContain("run.lock");
    training(early).resume().close();
    assertThat(RunRecord.read(early).state()).isEqualTo("finished");
  }

  /** The lock of an interrupted thread is not lost while the end of the run is recorded. */
  @Test
  void aFailureOfAnInterruptedThreadIsRecorded() throws IOException {
    Training training =
        training(run)
            .reportEvery(
                1,
                report -> {
                  Thread.currentThread().interrupt();
                  throw new IllegalArgumentException("no such figure");
                });
    try {
      assertThatThrownBy(training::resume).hasMessage("no such figure").hasNoSuppressedExceptions();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    assertThat(RunRecord.read(run).state()).isEqualTo("failed");
    assertThat(run.resolve("run.lock")).doesNotExist();
    assertResumesToTheSameBits();
  }

  @Test
  void aDamagedLogIsMadeAnew() throws IOException {
    Path log = run.resolve("log.csv");
    List<Consumer<Path>> damages =
        List.of(
            ResumeTest::delete,
            path -> cut(path, 0),
            path -> cut(path, 40),
            path -> change(path, 20),
            path -> write(path, new byte[] {'s', 't', 'e', 'p', (byte) 0xff}));
    for (Consumer<Path> damage : damages) {
      delete(run);
      training(run).steps(6).start().close();
      damage.accept(log);
      assertResumesToTheSameBits();
    }
  }

  @Test
  void aDamagedLogOfTheCheckpointIsThatOfTheRun() throws IOException {
    change(checkpoint(6).resolve("log.csv"), 20);
    assertThat(new Checkpoints(run, 3).newestWhole()).contains(new Checkpoint(checkpoint(6)));
    assertResumesToTheSameBits();
  }

  @Test
  void whereBothLogsAreDamagedTheWeightsGoOn() throws IOException {
    cut(checkpoint(6).resolve("log.csv"), 0);
    change(run.resolve("log.csv"), 20);
    try (Run resumed = training(run).resume()) {
      assertThat(resumed.log().longColumn("step").asList()).containsExactly(6L, 7L);
    }
    assertThat(checkpoint(8).resolve("mean.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("checkpoints/step-00000008/mean.safetensors"));
  }

  @Test
  void aDamagedRecordIsThatOfTheCheckpoint() throws IOException {
    for (String text : new String[] {"", "{", "null"}) {
      delete(run);
      training(run).steps(6).start().close();
      write(run.resolve("run.json"), text.getBytes(StandardCharsets.UTF_8));
      assertResumesToTheSameBits();
    }
    delete(run.resolve("run.json"));
    assertThatThrownBy(() -> training(run).start()).hasMessageContaining("call resume()");
    training(run).resume().close();
  }

  @Test
  void aRunThatWasStoppedBeforeItsFirstCheckpointBeginsAnew() throws IOException {
    delete(run.resolve("checkpoints"));
    assertResumesToTheSameBits();
  }

  @Test
  void whereAllCheckpointsAreDamagedNothingIsChanged() throws IOException {
    for (int step : new int[] {2, 4, 6}) {
      cut(checkpoint(step).resolve("mean.safetensors"), 10);
    }
    List<String> before = files(run);
    assertThatThrownBy(() -> training(run).resume())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("The run in " + run + " has no whole checkpoint:")
        .hasMessageContaining(checkpoint(4).resolve("mean.safetensors") + " is damaged: it has 10")
        .hasMessageContaining("Bring the files back from a copy");
    assertThat(files(run)).isEqualTo(before);
  }

  /** Folders that no run makes are not checkpoints. */
  @Test
  void otherFoldersAreNotCheckpoints() throws IOException {
    Path checkpoints = run.resolve("checkpoints");
    Files.createDirectory(checkpoints.resolve("step-99999999999999999999999"));
    Files.createDirectory(checkpoints.resolve("step-9"));
    Files.createFile(checkpoints.resolve("step-00000009"));
    assertThat(new Checkpoints(run, 3).list()).hasSize(3);
  }

  @Test
  void aRefusedStartLeavesNoTrace() throws IOException {
    Path below = folder.resolve("new/deep/run");
    Training tooLarge = Training.of(new MeanPixel(9)).on(DATA).directory(below);
    assertThatThrownBy(tooLarge::start).hasMessageContaining("The batch size is 9");
    assertThat(folder.resolve("new")).doesNotExist();

    Path existing = Files.createDirectory(folder.resolve("existing"));
    assertThatThrownBy(() -> tooLarge.directory(existing).start())
        .hasMessageContaining("The batch size is 9");
    assertThat(existing).isEmptyDirectory();

    Training badReport =
        training(below)
            .reportEvery(
                1,
                report -> {
                  throw new IllegalArgumentException("no such figure");
                });
    assertThatThrownBy(badReport::start).hasMessage("no such figure");
    assertThat(folder.resolve("new")).doesNotExist();
    training(below).start().close();
  }

  @Test
  void aRefusedResumeLeavesTheRunAsItWas() throws IOException {
    Path record = run.resolve("run.json");
    String before = Files.readString(record);
    assertThatThrownBy(() -> training(run).seed(9).resume()).hasMessageContaining("seed");
    assertThatThrownBy(() -> training(run).flip(true).resume()).hasMessageContaining("flip");
    assertThatThrownBy(() -> training(run).start()).hasMessageContaining("holds a run already");
    assertThat(record).hasContent(before);
    assertThat(files(run)).doesNotContain("run.lock");
  }

  /** The steps before a report that fails are not lost. */
  /** An error too, such as that of a full heap. */
  @Test
  void aReportThatFailsLeavesACheckpointOfItsStep() throws IOException {
    for (Throwable failure :
        List.of(new IllegalArgumentException("no"), new OutOfMemoryError("no"))) {
      Path failing = folder.resolve(failure.getClass().getSimpleName());
      Training training =
          training(failing)
              .checkpointEvery(100)
              .reportEvery(3, report -> failAtStep3(report, failure));
      assertThatThrownBy(training::start).isSameAs(failure);
      assertThat(RunRecord.read(failing).state()).isEqualTo("stopped");
      assertThat(failing.resolve("checkpoints/step-00000003")).isDirectory();
    }
  }

  private static void failAtStep3(Report report, Throwable failure) {
    if (report.step() == 3 && failure instanceof Error error) {
      throw error;
    } else if (report.step() == 3) {
      throw (RuntimeException) failure;
    }
  }

  /** It finds each checkpoint whole, with the record of its step, and the last one only once. */
  @Test
  void aListenerIsToldOfEachCheckpoint() throws IOException {
    var told = new ArrayList<String>();
    Path listened = folder.resolve("listened");
    training(listened)
        .onCheckpoint(
            (directory, steps) -> {
              RunRecord record = RunRecord.read(directory);
              assertThat(new Checkpoints(directory, 1).newestWhole().orElseThrow().steps())
                  .isEqualTo(record.stepsDone());
              told.add(record.state() + " " + steps);
            })
        .start()
        .close();
    assertThat(told).containsExactly("running 2", "running 4", "running 6", "finished 8");
    assertThat(listened.resolve("log.csv")).hasSameBinaryContentAs(whole.resolve("log.csv"));
  }

  @Test
  void aListenerThatFailsStopsTheRunAfterItsCheckpoint() throws IOException {
    Path failing = folder.resolve("failing");
    assertThatThrownBy(() -> training(failing).onCheckpoint(ResumeTest::refuseStep4).start())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The run stopped after step 4 of 8")
        .hasMessageContaining("no room elsewhere");
    assertThat(RunRecord.read(failing).state()).isEqualTo("stopped");
    var told = new ArrayList<Long>();
    training(failing).onCheckpoint((directory, steps) -> told.add(steps)).resume().close();
    assertThat(told).containsExactly(6L, 8L);
    assertThat(failing.resolve("log.csv")).hasSameBinaryContentAs(whole.resolve("log.csv"));
  }

  private static void refuseStep4(Path directory, long steps) throws IOException {
    if (steps == 4) {
      throw new IOException("no room elsewhere");
    }
  }

  /** Its work with files is done again, as that of the run, and the run stops afterwards. */
  @Test
  void aListenerThatIsInterruptedIsCalledAgain() throws IOException {
    var told = new ArrayList<Long>();
    training(folder.resolve("interrupted"))
        .onCheckpoint(
            (directory, steps) -> {
              told.add(steps);
              if (told.size() == 2) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("no word");
              }
            })
        .start()
        .close();
    assertThat(told).containsExactly(2L, 4L, 4L, 4L);
    assertThat(RunRecord.read(folder.resolve("interrupted")).state()).isEqualTo("stopped");
  }

  @Test
  void dataOfAnotherNameAreTheSame() throws IOException {
    ImageData renamed = new ImageBytes("renamed", 1, 16, 16, DATA.classNames(), images(), labels());
    assertThat(renamed.checksum()).isEqualTo(DATA.checksum());
    training(run).on(renamed).resume().close();
    assertThat(RunRecord.read(run).data().name()).isEqualTo("renamed");
    ImageData other = Shapes.builder().resolution(16).channels(1).size(8).seed(1).build();
    assertThatThrownBy(() -> training(run).on(other).resume())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("data's checksum");
  }

  private static byte[][] images() {
    var images = new byte[DATA.size()][DATA.imageLength()];
    for (int i = 0; i < images.length; i++) {
      DATA.copyImage(i, images[i], 0);
    }
    return images;
  }

  private static int[] labels() {
    return IntStream.range(0, DATA.size()).map(DATA::label).toArray();
  }

  private static void change(Path file, int position) {
    byte[] bytes = read(file);
    bytes[Math.floorMod(position, bytes.length)] ^= 1;
    write(file, bytes);
  }

  private static void cut(Path file, int length) {
    write(file, Arrays.copyOf(read(file), length));
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path tree) {
    try {
      AtomicFile.deleteTree(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
