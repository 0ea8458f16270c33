package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.adversaria.config.SettingsJson;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampler;
import org.adversaria.nn.TorchBlock;
import org.adversaria.training.SavedRun.Weights;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class SavedRunTest {

  private static final ImageData DATA =
      Shapes.builder().resolution(16).channels(1).size(200).build();

  @TempDir static Path folder;
  private static Method<?> method;
  private static Run trained;

  @TempDir Path other;

  /** Four steps with a checkpoint after two and at the end; the average starts at once. */
  @BeforeAll
  static void train() throws IOException {
    Map<String, Object> settings =
        SettingsJson.write(ConditionalGan.builder(DATA).build().settings());
    settings.put("averaging", Map.of("decay", 0.5, "startStep", 0, "ramp", 0));
    settings.put("batchSize", 20);
    method =
        new ConditionalGan(
            (ConditionalGan.Settings) SettingsJson.read(settings, ConditionalGan.Settings.class));
    trained =
        Training.of(method)
            .on(DATA)
            .steps(4)
            .seed(3)
            .checkpointEvery(2)
            .directory(folder.resolve("run"))
            .start();
  }

  private static SavedRun open() throws IOException {
    return SavedRun.open(folder.resolve("run"), Device.cpu());
  }

  /** A run whose checkpoint may be damaged. */
  private Path copyOfRun() throws IOException {
    Files.copy(folder.resolve("run/run.json"), other.resolve("run.json"));
    Path copy = Files.createDirectories(other.resolve("checkpoints/step-00000004"));
    try (var files = Files.list(folder.resolve("run/checkpoints/step-00000004"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static void assertSame(TorchBlock actual, TorchBlock expected) {
    assertThat(actual.stateDict().keySet()).isEqualTo(expected.stateDict().keySet());
    expected
        .stateDict()
        .forEach(
            (name, array) ->
                assertThat(actual.stateDict().get(name).toByteArray())
                    .as(name)
                    .isEqualTo(array.toByteArray()));
  }

  @Test
  void theGeneratorIsTheRunsToTheBit() throws IOException {
    try (SavedRun run = open();
        NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      assertSame(run.generator(), trained.generator());
      assertSame(run.generator(Weights.TRAINED), trained.network(GanNetworks.GENERATOR));
      byte[] drawn = Sampler.byClass(run.generator(), manager, 2, 7).toByteArray();
      assertThat(drawn).isEqualTo(trained.samples(manager, 2, 7).toByteArray());
      byte[] others = Sampler.byClass(run.generator(Weights.TRAINED), manager, 2, 7).toByteArray();
      assertThat(others).isNotEqualTo(drawn);
    }
  }

  @Test
  void tellsWhatWasTrained() throws IOException {
    try (SavedRun run = open()) {
      assertThat(run.record()).isEqualTo(RunRecord.read(folder.resolve("run")));
      assertThat(run.directory()).isEqualTo(folder.resolve("run"));
      assertThat(run.method().settings()).isEqualTo(method.settings());
    }
  }

  @Test
  void anOlderCheckpointHasTheWeightsOfItsStep() throws IOException {
    Training two = Training.of(method).on(DATA).steps(2).seed(3).directory(other.resolve("two"));
    try (SavedRun run = open();
        Run before = two.start()) {
      assertThat(run.checkpoints()).containsExactly(2L, 4L);
      assertSame(run.generator(Weights.AVERAGED, 2), before.generator());
      assertSame(run.generator(Weights.TRAINED, 2), before.network(GanNetworks.GENERATOR));
      assertThatThrownBy(() -> run.generator(Weights.AVERAGED, 3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no checkpoint of step 3; there are [2, 4]");
    }
  }

  @Test
  void withoutAveragingBothWeightsAreTheTrainedOnes() throws IOException {
    ConditionalGan paper = ConditionalGan.builder(DATA).preset("paper").build();
    Path directory = other.resolve("paper");
    try (Run run = Training.of(paper).on(DATA).steps(1).directory(directory).start();
        SavedRun saved = SavedRun.open(directory, Device.cpu())) {
      assertSame(saved.generator(), run.generator());
      assertSame(saved.generator(Weights.TRAINED), run.generator());
    }
  }

  @Test
  void closingFreesTheGenerators() throws IOException {
    Generator generator;
    try (SavedRun run = open()) {
      generator = run.generator();
    }
    assertThat(generator.trainable().get(0).isReleased()).isTrue();
  }

  @Test
  void aDirectoryWithoutARunOrWithoutACheckpointIsNamed() throws IOException {
    assertThatThrownBy(() -> SavedRun.open(other))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("There is no run in " + other);
    Files.copy(folder.resolve("run/run.json"), other.resolve("run.json"));
    try (SavedRun run = SavedRun.open(other)) {
      assertThat(run.checkpoints()).isEmpty();
      assertThatThrownBy(run::generator)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(other + " has no checkpoint, after 4 of 4 steps");
    }
  }

  @Test
  void damagedRecordsAreNamed() throws IOException {
    Path file = other.resolve("run.json");
    for (String text : new String[] {"", "{\"method\": \"conditional", "{}", "null", "[1]"}) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> SavedRun.open(other))
          .as(text)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file + " is damaged: ");
    }
  }

  @Test
  void damagedAndMissingWeightsAreNamed() throws IOException {
    Path file = copyOfRun().resolve("generator-average.safetensors");
    byte[] whole = Files.readAllBytes(file);
    try (SavedRun run = SavedRun.open(other)) {
      Files.write(file, Arrays.copyOf(whole, whole.length - 1));
      assertThatThrownBy(run::generator)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file + " is damaged: it has " + (whole.length - 1) + " bytes");
      byte[] flipped = whole.clone();
      flipped[whole.length - 1] ^= 1;
      Files.write(file, flipped);
      assertThatThrownBy(run::generator)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file + " is damaged: its SHA-256 is not the one it had")
          .hasMessageContaining("the run's checkpoints are [4]");
      Files.delete(file);
      assertThatThrownBy(run::generator)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("The checkpoint lacks the file " + file);
    }
  }

  @Test
  void aDamagedRecordIsReplacedByItsCopyInTheCheckpoint() throws IOException {
    copyOfRun();
    Files.writeString(other.resolve("run.json"), "");
    try (SavedRun run = SavedRun.open(other)) {
      assertSame(run.generator(), trained.generator());
    }
  }

  /** Without this, the memory for the sizes of the record would be taken first. */
  @Test
  void sizesThatAreNotThoseOfTheWeightsAreRefusedBeforeMemoryIsTaken() throws IOException {
    copyOfRun();
    Path file = other.resolve("run.json");
    String record = Files.readString(file);
    for (String field : new String[] {"numClasses", "channels", "height"}) {
      for (String size : new String[] {"1000000", "2147483647", "-1", "0"}) {
        Files.writeString(file, record.replaceFirst("(\"" + field + "\" : )\\d+", "$1" + size));
        assertThat(file).content().isNotEqualTo(record);
        assertThatThrownBy(this::openGenerator)
            .as(field + " " + size)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching("(?s).*(does not fit|make no networks|cannot be created).*");
      }
    }
  }

  private void openGenerator() throws IOException {
    try (SavedRun run = SavedRun.open(other)) {
      run.generator();
    }
  }
}
