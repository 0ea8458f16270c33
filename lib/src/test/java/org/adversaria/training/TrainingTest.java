package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.models.DcganDiscriminator;
import org.adversaria.models.DcganGenerator;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.nn.Linear;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

@Tag("slow")
class TrainingTest {

  private static final ImageData DATA =
      Shapes.builder().resolution(16).channels(1).size(64).build();

  @TempDir Path folder;

  /** A tiny DCGAN with two discriminator steps, normalisation, averaging; it may go wrong. */
  private record Tiny(double learningRate, long breaksAt, long interruptsAt)
      implements Method<GanNetworks<NDArray>> {

    private record Settings(double learningRate) {}

    @Override
    public String name() {
      return "tiny";
    }

    @Override
    public Record settings() {
      return new Settings(learningRate);
    }

    @Override
    public int batchSize() {
      return 8;
    }

    @Override
    public GanNetworks<NDArray> newNetworks() {
      return new GanNetworks<>(new DcganGenerator(4, 4, 1, 16), new DcganDiscriminator(4, 1, 16));
    }

    @Override
    public Averaging averaging() {
      return new Averaging(0.9, 3);
    }

    @Override
    public List<Player> players(GanNetworks<NDArray> networks) {
      var adam = new Optimizer.Adam(learningRate, 0.5, 0.999);
      return List.of(
          Player.of("discriminator", networks.discriminator(), adam, s -> judge(networks, s))
              .updates(step -> 2),
          Player.of("generator", networks.generator(), adam, s -> deceive(networks, s)));
    }

    private static NDArray generate(Generator generator, Step step) {
      return generator.forward(
          generator.sampleLatents(step.manager(), step.batchSize()), null, true);
    }

    private Terms judge(GanNetworks<NDArray> networks, Step step) {
      Discriminator<NDArray> discriminator = networks.discriminator();
      NDArray fake = Autograd.noGrad(() -> generate(networks.generator(), step));
      NDArray real = discriminator.forward(step.real().images(), null, true);
      NDArray loss = discriminator.forward(fake, null, true).mean().sub(real.mean());
      if (step.number() == interruptsAt) {
        Thread.currentThread().interrupt();
      }
      if (step.number() == breaksAt) {
        loss = loss.mul(Float.NaN);
      }
      return new Terms().add("critic", loss).add("drift", real.square().mean().mul(0.01));
    }

    private static Terms deceive(GanNetworks<NDArray> networks, Step step) {
      NDArray logits =
          networks.discriminator().forward(generate(networks.generator(), step), null, true);
      return new Terms().add("generator", logits.mean().neg()).log("logit", logits.mean());
    }
  }

  private Training training(String directory, long steps) {
    return Training.of(new Tiny(1e-3, -1, -1))
        .on(DATA)
        .steps(steps)
        .seed(5)
        .checkpointEvery(4)
        .directory(folder.resolve(directory));
  }

  private static Map<String, byte[]> bytes(TorchBlock network) {
    var bytes = new java.util.LinkedHashMap<String, byte[]>();
    network.stateDict().forEach((name, array) -> bytes.put(name, array.toByteArray()));
    return bytes;
  }

  private static void assertSame(TorchBlock actual, TorchBlock expected) {
    Map<String, byte[]> values = bytes(expected);
    bytes(actual).forEach((name, array) -> assertThat(array).as(name).isEqualTo(values.get(name)));
  }

  /** Learns the mean image of what it sees, so that its gradient is a mean over images. */
  private record MeanImage(int batchSize, int accumulations) implements Method<MeanImage.Mean> {

    private record Settings(int batchSize, int accumulations) {}

    private record Mean(Linear linear) implements Networks {

      @Override
      public Map<String, TorchBlock> byName() {
        return Map.of("mean", linear);
      }
    }

    @Override
    public String name() {
      return "mean-image";
    }

    @Override
    public Record settings() {
      return new Settings(batchSize, accumulations);
    }

    @Override
    public Mean newNetworks() {
      return new Mean(new Linear(1, 256));
    }

    @Override
    public List<Player> players(Mean networks) {
      var sgd = new Optimizer.Sgd(new Schedule.Constant(0.1), new Schedule.Constant(0), 0, false);
      return List.of(
          Player.of("mean", networks.linear(), sgd, step -> distance(networks.linear(), step)));
    }

    private static Terms distance(Linear linear, Step step) {
      NDArray guess = linear.forward(step.manager().ones(new Shape(1, 1)), true);
      NDArray images = step.real().images().reshape(-1, 256);
      return new Terms().add("distance", images.sub(guess).square().mean());
    }
  }

  @Test
  void accumulatedGradientsAreThoseOfTheLargerBatch() throws IOException {
    try (Run whole =
            Training.of(new MeanImage(16, 1))
                .on(DATA)
                .steps(4)
                .directory(folder.resolve("a"))
                .start();
        Run parts =
            Training.of(new MeanImage(8, 2))
                .on(DATA)
                .steps(4)
                .directory(folder.resolve("b"))
                .start()) {
      NDArray expected = whole.network("mean").stateDict().get("bias");
      NDArray actual = parts.network("mean").stateDict().get("bias");
      assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-6f);
    }
  }

  @Test
  void equalSeedsGiveEqualBitsAndReportsDoNotDisturb() throws IOException {
    List<Long> seen = new ArrayList<>();
    try (Run once = training("once", 12).start();
        Run again =
            training("again", 12)
                .reportEvery(
                    5,
                    report -> {
                      seen.add(report.step());
                      assertThat(report.samples(3).getShape()).isEqualTo(new Shape(3, 1, 16, 16));
                    })
                .start();
        Run other = training("other", 12).seed(6).start()) {
      assertSame(again.network("generator"), once.network("generator"));
      assertSame(again.network("discriminator"), once.network("discriminator"));
      assertThat(bytes(other.network("generator")).get("main.0.weight"))
          .isNotEqualTo(bytes(once.network("generator")).get("main.0.weight"));
    }
    assertThat(seen).containsExactly(0L, 5L, 10L, 12L);
  }

  @Test
  void aReportShowsTheNetworksAsTheyStand() throws IOException {
    List<Map<String, byte[]>> seen = new ArrayList<>();
    try (Run run =
        training("looked-into", 6)
            .reportEvery(3, report -> seen.add(bytes(report.network("discriminator"))))
            .start()) {
      assertThat(seen).hasSize(3);
      assertThat(seen.get(1).get("main.0.weight")).isNotEqualTo(seen.get(0).get("main.0.weight"));
      Map<String, byte[]> last = bytes(run.network("discriminator"));
      seen.get(2).forEach((name, array) -> assertThat(array).as(name).isEqualTo(last.get(name)));
    }
    assertThatThrownBy(
            () ->
                training("asked-wrongly", 1)
                    .reportEvery(1, report -> report.network("referee"))
                    .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No network is named 'referee'")
        .hasMessageContaining("[generator, discriminator]");
  }

  @Test
  void aStoppedRunResumesToTheSameBits() throws IOException {
    try (Run whole = training("whole", 11).start()) {
      try (Run half =
          training("half", 11).reportEvery(6, report -> interruptAt(report, 6)).start()) {
        assertThat(half.record().state()).isEqualTo("stopped");
        assertThat(half.record().stepsDone()).isEqualTo(6);
      }
      try (Run resumed = training("half", 11).resume()) {
        assertSame(resumed.network("generator"), whole.network("generator"));
        assertSame(resumed.network("discriminator"), whole.network("discriminator"));
        assertSame(resumed.generator(), whole.generator());
        assertThat(resumed.log().printAll()).isEqualTo(whole.log().printAll());
        assertThat(resumed.record().state()).isEqualTo("finished");
      }
    }
  }

  @Test
  void anInterruptInTheMiddleOfAStepWaitsForItsCheckpoint() throws IOException {
    Training interrupted =
        Training.of(new Tiny(1e-3, -1, 3))
            .on(DATA)
            .steps(9)
            .seed(5)
            .checkpointEvery(4)
            .directory(folder.resolve("interrupted"));
    interrupted.start().close();

    assertThat(RunRecord.read(folder.resolve("interrupted")).state()).isEqualTo("stopped");
    assertThat(folder.resolve("interrupted/checkpoints/step-00000004")).isDirectory();
    try (Run whole = training("whole", 9).start();
        Run resumed = training("interrupted", 9).resume()) {
      assertSame(resumed.network("generator"), whole.network("generator"));
    }
  }

  @Test
  void aReportThatAnInterruptEndsStopsTheRunWithItsCheckpoint() throws IOException {
    try (Run run =
        training("report", 11).reportEvery(6, TrainingTest::failAsIfInterruptedAtStep6).start()) {
      assertThat(run.record().state()).isEqualTo("stopped");
    }
    assertThat(folder.resolve("report/checkpoints/step-00000006")).isDirectory();
  }

  private static void failAsIfInterruptedAtStep6(Report report) {
    if (report.step() == 6) {
      throw new UncheckedIOException(new ClosedByInterruptException());
    }
  }

  @Test
  void aReportThatFailsOtherwiseFailsTheRun() {
    Training training =
        training("fails", 11)
            .reportEvery(
                6,
                report -> {
                  throw new IllegalArgumentException("no such figure");
                });
    assertThatThrownBy(training::start).hasMessage("no such figure");
  }

  @Test
  void aStoppedRunTellsItsCheckpointItsStepAndHowToGoOn() throws IOException {
    var printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      training("told", 11).reportEvery(6, report -> interruptAt(report, 6)).start().close();
      training("ends", 3).start().close();
    } finally {
      System.setOut(before);
    }
    Path directory = folder.resolve("told");
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "Stopped after step 6 of 11 with the checkpoint "
                + directory.resolve("checkpoints/step-00000006")
                + ".",
            "To go on, the same training with these calls in place of start():",
            "    .directory(Path.of(\"" + directory + "\")).resume()");
  }

  private static void interruptAt(Report report, long step) {
    if (report.step() == step) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aKillWhileACheckpointIsWrittenLosesNothing() throws IOException {
    try (Run whole = training("whole", 10).start()) {
      training("killed", 8).start().close();
      Path checkpoints = folder.resolve("killed/checkpoints");
      // What a kill leaves: part of a folder under its temporary name.
      Path half = Files.createDirectory(checkpoints.resolve("unfinished-step-00000009"));
      Files.write(half.resolve("generator.safetensors"), new byte[] {1, 2, 3});
      try (Run resumed = training("killed", 10).resume()) {
        assertSame(resumed.network("generator"), whole.network("generator"));
      }
      assertThat(half).doesNotExist();
    }
  }

  @Test
  void keepsTheNewestCheckpoints() throws IOException {
    training("kept", 14).keep(2).start().close();
    try (Stream<Path> entries = Files.list(folder.resolve("kept/checkpoints"))) {
      assertThat(entries.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("step-00000012", "step-00000014");
    }
  }

  @Test
  void logHasARowForEachStepAndAColumnForEachTerm() throws IOException {
    try (Run run = training("logged", 9).start()) {
      Table log = run.log();
      assertThat(log.columnNames())
          .containsExactly("step", "critic", "drift", "generator", "logit");
      assertThat(log.rowCount()).isEqualTo(9);
      assertThat(log.doubleColumn("generator").get(8)).isEqualTo(-log.doubleColumn("logit").get(8));
      Table file = Table.read().csv(folder.resolve("logged/log.csv").toFile());
      assertThat(file.rowCount()).isEqualTo(9);
      assertThat(file.numberColumn("critic").get(3)).isEqualTo(log.doubleColumn("critic").get(3));
    }
  }

  @Test
  void aLossThatIsNotFiniteStopsTheRunAndKeepsTheLastGoodCheckpoint() throws IOException {
    Path directory = folder.resolve("broken");
    Training broken =
        Training.of(new Tiny(1e-3, 6, -1))
            .on(DATA)
            .steps(20)
            .seed(5)
            .checkpointEvery(4)
            .directory(directory);

    assertThatThrownBy(broken::start)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("'critic' was NaN at step 6")
        .hasMessageContaining("step-00000004");
    assertThat(RunRecord.read(directory).state()).isEqualTo("failed");
    // The checkpoint still resumes, and finite steps follow.
    try (Run resumed = training("broken", 20).resume()) {
      assertThat(resumed.record().state()).isEqualTo("finished");
    }
  }

  @Test
  void averagedGeneratorFollowsFromItsStartStep() throws IOException {
    try (Run short3 = training("three", 3).start()) {
      // Steps 0, 1, 2 come before the start step 3: the average is the generator itself.
      assertSame(short3.generator(), short3.network("generator"));
    }
    try (Run three = training("three-again", 3).start();
        Run four = training("four", 4).start()) {
      float[] before = weight(three.network("generator"));
      float[] after = weight(four.network("generator"));
      float[] average = weight(four.generator());
      for (int i = 0; i < before.length; i++) {
        assertThat(average[i])
            .isCloseTo(
                0.9f * before[i] + 0.1f * after[i], org.assertj.core.api.Assertions.within(1e-6f));
      }
    }
  }

  private static float[] weight(TorchBlock network) {
    return network.stateDict().get("main.0.weight").toFloatArray();
  }

  @Test
  void recordTellsEverythingTheRunDependsOn() throws IOException {
    training("recorded", 2).start().close();
    RunRecord record = RunRecord.read(folder.resolve("recorded"));
    assertThat(record.method()).isEqualTo("tiny");
    assertThat(record.settings()).containsEntry("learningRate", 1e-3);
    assertThat(record.data().checksum()).isEqualTo(DATA.checksum());
    assertThat(record.seed()).isEqualTo(5);
    assertThat(record.stepsDone()).isEqualTo(2);
    assertThat(record.versions()).containsKeys("adversaria", "djl", "pytorch", "java", "os");
    assertThat(record.state()).isEqualTo("finished");
  }

  @Test
  void refusesToOverwriteOrToResumeAnotherRun() throws IOException {
    training("taken", 2).start().close();
    assertThatThrownBy(() -> training("taken", 2).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("holds a run already");
    assertThatThrownBy(() -> training("taken", 2).seed(9).resume())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("seed: 9, recorded: 5");
    Training other =
        Training.of(new Tiny(2e-3, -1, -1)).on(DATA).seed(5).directory(folder.resolve("taken"));
    assertThatThrownBy(other::resume).hasMessageContaining("learningRate: 0.002, recorded: 0.001");
    assertThatThrownBy(() -> training("nowhere", 2).resume())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("There is no run in");
    assertThatThrownBy(() -> training("x", 0)).hasMessageContaining("steps has to be at least 1");
  }

  @Test
  void arraysOfAStepAreFreedWithIt() throws IOException {
    List<Integer> live = new ArrayList<>();
    training("flat", 40).reportEvery(10, report -> live.add(liveArrays(report))).start().close();
    assertThat(live.subList(1, live.size())).containsOnly(live.get(1));
  }

  private static int liveArrays(Report report) {
    NDManager owner = report.generator().stateDict().get("main.0.weight").getManager();
    return owner.getManagedArrays().size();
  }

  @Test
  void aRunDoesNotDependOnTheRandomNumbersDrawnBefore() throws IOException {
    try (Run once = training("first", 3).start()) {
      Torch.setSeed(12345);
      try (Run again = training("second", 3).start()) {
        assertSame(again.network("generator"), once.network("generator"));
      }
    }
  }

  @Test
  void runsThatBeginInOneSecondGetAFolderEach() throws IOException {
    Path runs = folder.resolve("runs");
    try (var first = RunDirectory.holdNew(runs, "tiny");
        var second = RunDirectory.holdNew(runs, "tiny")) {
      Files.createFile(first.path().resolve("file"));
      assertThat(first.path()).isEqualTo(runs.resolve("tiny"));
      assertThat(second.path()).isEqualTo(runs.resolve("tiny-2")).isDirectory();
    }
    assertThat(runs)
        .isDirectoryContaining("glob:**/tiny")
        .isDirectoryNotContaining("glob:**/tiny-2");
  }
}
