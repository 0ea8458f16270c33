package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.data.ArrayData;
import org.adversaria.data.DataException;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.losses.ImageDistance;
import org.adversaria.models.Condition;
import org.adversaria.models.Sampler;
import org.adversaria.models.stylegan2.StyleGan2Generator;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.nn.TorchBlock;
import org.adversaria.regularizers.PathLength;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Player;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** StyleGAN2 and what builds on it, as methods. */
@Tag("slow")
class StyleGan2Test {

  private static final ImageData DATA = Shapes.builder().resolution(16).size(20).build();

  private static final StyleGan2Sizes TINY =
      StyleGan2Sizes.of(16).withChannels(64, 6).withMapping(5, 4, 2);

  @TempDir private Path folder;

  private static final NDManager MANAGER = NDManager.newBaseManager();

  /** Random images with an instance and its class. */
  private static final ArrayData INSTANCES = instances();

  private static ArrayData instances() {
    NDArray x = MANAGER.randomUniform(-1, 1, new Shape(20, 3, 16, 16));
    NDArray labels = MANAGER.arange(20).mod(3).toType(DataType.FLOAT32, false).reshape(-1, 1);
    NDArray y = MANAGER.randomNormal(new Shape(20, 5)).concat(labels, 1);
    return new ArrayData("noise", x, y, new Condition.Instances(5, 3));
  }

  static Stream<Method<?>> methods() {
    return Stream.of(
        StyleGan2.builder(DATA).sizes(TINY).batchSize(4).pathLength(new PathLength()).build(),
        StyleGan2.builder(DATA)
            .sizes(TINY)
            .batchSize(4)
            .pathLength(new PathLength())
            .conditional()
            .augmentation(new DiffAugment(true, true, true))
            .build(),
        Glead.builder(DATA).sizes(TINY).batchSize(4).pathLength(new PathLength()).build(),
        Glead.builder(DATA)
            .sizes(TINY)
            .batchSize(4)
            .pathLength(new PathLength())
            .objective(Glead.Objective::matchingFeatures)
            .build(),
        Glead.builder(DATA)
            .sizes(TINY)
            .batchSize(4)
            .pathLength(new PathLength())
            .objective(Glead.Objective::ggdr)
            .build());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trainsAndCanBeMadeAgainFromItsRecord(Method<?> method) throws IOException {
    try (Run run = Training.of(method).on(DATA).steps(5).seed(1).directory(folder).start();
        NDManager manager = NDManager.newBaseManager()) {
      int images = run.generator().numClasses() == 0 ? 2 : 20;
      assertThat(run.samples(manager, 2, 0).getShape()).isEqualTo(new Shape(images, 3, 16, 16));
      for (String column : List.of("loss_generator", "loss_discriminator", "path_length", "r1")) {
        assertThat(run.log().columnNames()).contains(column);
      }
      // Path length every 4th step, R1 every 16th; their scalars are missing in between.
      assertThat(run.log().doubleColumn("path_length").countMissing()).isEqualTo(3);
      assertThat(run.log().doubleColumn("r1").countMissing()).isEqualTo(4);
      assertThat(run.log().doubleColumn("path_length_mean").get(4)).isPositive();
      assertThat(run.log().columnNames().stream().anyMatch(name -> name.startsWith("task_")))
          .isEqualTo(method instanceof Glead);
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method().settings()).isEqualTo(method.settings());
      assertThat(saved.generator().stateDict()).containsKey("mapping.w_avg");
    }
  }

  @Test
  void ofInstancesItIsIcGan() throws IOException {
    Method<?> method = ofInstances();
    try (Run run = Training.of(method).on(INSTANCES).steps(2).seed(1).directory(folder).start();
        NDManager manager = NDManager.newBaseManager()) {
      NDArray y = INSTANCES.conditions(manager);
      NDArray images = run.samples(manager, y, 0);
      assertThat(images.getShape()).isEqualTo(new Shape(20, 3, 16, 16));
      assertThat(run.samples(manager, y.flip(0), 0)).isNotEqualTo(images);
      var generator = (StyleGan2Generator) run.generator();
      NDArray mean = Sampler.draw(generator.truncated(0), manager, y, 0);
      assertThat(mean.getShape()).isEqualTo(images.getShape());
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method().settings()).isEqualTo(method.settings());
      assertThat(saved.generator().stateDict())
          .containsKeys("mapping.embed.weight", "mapping.embed_feats.weight");
      Training.of(saved.method()).on(INSTANCES).steps(3).seed(1).directory(folder).resume().close();
    }
  }

  private static Method<?> ofInstances() {
    return StyleGan2.builder(INSTANCES)
        .sizes(TINY)
        .batchSize(4)
        .pathLength(new PathLength())
        .conditional()
        .build();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void trainsOnTheSmallestImages(int resolution) throws IOException {
    ImageData data = noise(resolution, 12);
    Method<?> method =
        StyleGan2.builder(data).batchSize(4).conditional().pathLength(new PathLength()).build();
    try (Run run = Training.of(method).on(data).steps(2).seed(1).directory(folder).start();
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(run.samples(manager, 1, 0).getShape())
          .isEqualTo(new Shape(2, 3, resolution, resolution));
      assertThat(run.log().doubleColumn("r1").get(0)).isPositive();
      assertThat(run.log().doubleColumn("path_length").get(0)).isPositive();
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method().settings()).isEqualTo(method.settings());
    }
  }

  @Test
  void gleadSaysWhichImagesAreTooSmall() {
    assertThatThrownBy(() -> Glead.builder(noise(8, 4)).batchSize(4).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("images have to have 16: those of 8 are too small");
    assertThatThrownBy(
            () -> Glead.builder(noise(4, 4)).batchSize(4).objective(Glead.Objective::ggdr).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("images have to have 8: those of 4 are too small");
    Glead matching =
        Glead.builder(noise(8, 4)).batchSize(4).objective(Glead.Objective::ggdr).build();
    assertThat(matching.settings().objective().decoderResolution()).isEqualTo(8);
  }

  @Test
  void anInterruptedRunGoesOnToTheSameBits() throws IOException {
    Method<?> method =
        Glead.builder(DATA).sizes(TINY).batchSize(4).pathLength(new PathLength()).build();
    Training whole = Training.of(method).on(DATA).steps(9).seed(2).checkpointEvery(3);
    try (Run first = whole.directory(folder.resolve("whole")).start()) {
      Training half = Training.of(method).on(DATA).seed(2).checkpointEvery(3);
      half.steps(6).directory(folder.resolve("half")).start().close();
      Training.of(method)
          .on(DATA)
          .seed(2)
          .checkpointEvery(3)
          .steps(9)
          .directory(folder.resolve("half"))
          .resume()
          .close();
      try (var saved = SavedRun.open(folder.resolve("half"))) {
        Map<String, NDArray> resumed = saved.generator().stateDict();
        first
            .generator()
            .stateDict()
            .forEach(
                (name, array) ->
                    assertThat(resumed.get(name).contentEquals(array)).as(name).isTrue());
      }
    }
  }

  @Test
  void aTurnTeachesThePlayerWhoseTurnItIsAlone() throws IOException {
    Method<?> method =
        Glead.builder(DATA).sizes(TINY).batchSize(4).pathLength(new PathLength()).build();
    var log = new HashMap<String, Map<String, byte[]>>();
    try (Run run = Training.of(method).on(DATA).steps(1).seed(1).directory(folder).start()) {
      for (String player : List.of(GanNetworks.GENERATOR, GanNetworks.DISCRIMINATOR)) {
        log.put(player, bytes(run.network(player)));
      }
    }
    Path other = folder.resolve("weights");
    Method<?> heavier =
        Glead.builder(DATA)
            .sizes(TINY)
            .batchSize(4)
            .pathLength(new PathLength())
            .objective(task -> task.withDistance(new ImageDistance.Cosine()))
            .build();
    try (Run run = Training.of(heavier).on(DATA).steps(1).seed(1).directory(other).start()) {
      Map<String, byte[]> generator = bytes(run.network(GanNetworks.GENERATOR));
      // Another task teaches D something else, and G in that step the same, to the bit.
      log.get(GanNetworks.GENERATOR)
          .forEach((name, array) -> assertThat(generator.get(name)).as(name).isEqualTo(array));
      Map<String, byte[]> discriminator = bytes(run.network(GanNetworks.DISCRIMINATOR));
      assertThat(discriminator.get("img_proj.weight"))
          .isNotEqualTo(log.get(GanNetworks.DISCRIMINATOR).get("img_proj.weight"));
    }
  }

  private static Map<String, byte[]> bytes(TorchBlock network) {
    var bytes = new HashMap<String, byte[]>();
    network.stateDict().forEach((name, array) -> bytes.put(name, array.toByteArray()));
    return bytes;
  }

  /** Every term of the first step: the plain ones, and those of regularisers. */
  @ParameterizedTest
  @MethodSource("methods")
  void compiledNetworksGiveTheSameTerms(Method<?> method) throws IOException {
    assertEqualTerms(Training.of(method).on(DATA).steps(1).seed(3));
  }

  @Test
  void compiledNetworksOfInstancesGiveTheSameTerms() throws IOException {
    assertEqualTerms(Training.of(ofInstances()).on(INSTANCES).steps(1).seed(3));
  }

  private void assertEqualTerms(Training training) throws IOException {
    try (Run fast = training.directory(folder.resolve("fast")).start();
        Run plain = training.compiled(false).directory(folder.resolve("plain")).start();
        Run low =
            training.compiled(true).precision("bf16").directory(folder.resolve("low")).start()) {
      List<String> terms = new ArrayList<>(plain.log().columnNames());
      terms.remove("step");
      for (String term : terms) {
        double expected = plain.log().doubleColumn(term).get(0);
        assertThat(fast.log().doubleColumn(term).get(0))
            .as(term)
            .isCloseTo(expected, within(1e-4 * Math.abs(expected) + 1e-6));
      }
      double loss = fast.log().doubleColumn("loss_discriminator").get(0);
      assertThat(low.log().doubleColumn("loss_discriminator").get(0))
          .isNotEqualTo(loss)
          .isCloseTo(loss, within(0.05));
    }
  }

  @Test
  void presetsAreThoseOfThePublishedCode() {
    StyleGan2 faces = StyleGan2.builder(blank(256)).preset("ffhq-256").build();
    assertThat(faces.batchSize() * faces.accumulations()).isEqualTo(64);
    StyleBasedGan.StyleNetworks<NDArray> networks = faces.newNetworks();
    assertThat(networks.generator().latentSize()).isEqualTo(512);
    Player generator = faces.players(networks).get(0);
    var adam = (Optimizer.Adam) generator.optimizer();
    assertThat(adam.learningRate().at(0)).isCloseTo(0.002, within(1e-12));
    assertThat(adam.beta1()).isZero();
    assertThat(adam.beta2()).isCloseTo(Math.pow(0.99, 0.8), within(1e-12));
    assertThat(generator.lazy()).singleElement().matches(term -> term.interval() == 4);
    // 20,000 images are 312.5 steps of 64, after which a weight has halved.
    assertThat(Math.pow(faces.averaging().decay(), 312.5)).isCloseTo(0.5, within(1e-9));

    NDArray x = MANAGER.zeros(new Shape(32, 3, 128, 128));
    NDArray y = MANAGER.zeros(new Shape(32, 2048));
    var scenes = new ArrayData("blank", x, y, new Condition.Instances(2048, 0));
    StyleGan2 instances = StyleGan2.builder(scenes).preset("ic-gan-coco-stuff-128").build();
    assertThat(instances.batchSize() * instances.accumulations()).isEqualTo(64);
    assertThat(instances.settings().sizes().condition())
        .isEqualTo(new Condition.Instances(2048, 0));
    assertThat(instances.settings().sizes().mappingLayers()).isEqualTo(2);

    StyleGan2 cifar = StyleGan2.builder(blank(32)).preset("cifar10").build();
    List<Player> players = cifar.players(cifar.newNetworks());
    assertThat(cifar.batchSize()).isEqualTo(64);
    assertThat(players.get(0).lazy()).isEmpty();
    assertThat(players.get(1).lazy()).singleElement().matches(term -> term.interval() == 16);
    assertThat(players.get(1).network().getParameters().keys()).doesNotContain("b8.skip.weight");
    assertThat(cifar.averaging().ramp()).isEqualTo(0.05);
  }

  @Test
  void gleadsPresetsAreThoseOfThePublishedScripts() {
    Glead.Objective church =
        Glead.builder(blank(256)).preset("lsun-church-256").build().settings().objective();
    assertThat(church.start()).isEqualTo(32);
    assertThat(church.real()).isEqualTo(10);
    assertThat(church.fake()).isEqualTo(3);
    assertThat(church.distance()).isEqualTo(ImageDistance.Lpips.standard());
    Glead faces =
        Glead.builder(blank(256))
            .preset("ffhq-256")
            .objective(Glead.Objective::matchingFeatures)
            .build();
    assertThat(faces.settings().objective().start()).isEqualTo(64);
    assertThat(faces.newNetworks().discriminator().getParameters().keys())
        .contains("b64_dec.weight", "feat_proj2.weight")
        .doesNotContain("b128_dec.weight");
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> StyleGan2.builder(DATA).preset("ffhq-256").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'ffhq-256' makes images (3, 256, 256)");
    assertThatThrownBy(() -> StyleGan2.builder(DATA).batchSize(6).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 images")
        .hasMessageContaining("groups of 4");
    assertThatThrownBy(() -> StyleGan2.builder(DATA).preset("celeba"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the presets are ffhq-256");
    assertThatThrownBy(() -> StyleGan2.builder(DATA).preset("ic-gan-coco-stuff-128"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs images with instances, but the conditions of shapes");
    assertThatThrownBy(
            () ->
                StyleGan2.builder(DATA)
                    .sizes(TINY.withCondition(new Condition.Instances(5, 3)))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("told Instances[features=5, numClasses=3], but the conditions of");
    assertThatThrownBy(() -> TINY.withCondition(new Condition.Values(new Shape(5))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give features as Condition.Instances");
    var points =
        new ArrayData("points", MANAGER.zeros(new Shape(4, 2)), MANAGER.zeros(new Shape(4)));
    assertThatThrownBy(() -> StyleGan2.builder(points))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("make images (C, H, W), but the samples of points are (2)");
    assertThatThrownBy(
            () ->
                Glead.builder(DATA)
                    .objective(Glead.Objective::ggdr)
                    .augmentation(new DiffAugment(true, true, true))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be matched");
  }

  @Test
  void lpipsThatIsNotThereIsExplained() {
    System.setProperty("adversaria.data", folder.toString());
    try {
      Glead method =
          Glead.builder(DATA)
              .sizes(TINY)
              .objective(task -> task.withDistance(ImageDistance.Lpips.standard()))
              .build();
      assertThatThrownBy(() -> method.players(method.newNetworks()))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(folder.resolve("networks").resolve("lpips-alex.pt").toString())
          .hasMessageContaining("torch.jit");
    } finally {
      System.clearProperty("adversaria.data");
    }
  }

  /** Random images of two classes by turns. */
  private static ImageData noise(int resolution, int count) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = manager.randomUniform(-1, 1, new Shape(count, 3, resolution, resolution));
      NDArray labels = manager.arange(0, count, 1, DataType.INT64).mod(2);
      return ImageBytes.of("noise", images, labels, List.of("even", "odd"));
    }
  }

  private static ImageData blank(int resolution) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = manager.zeros(new Shape(1, 3, resolution, resolution));
      NDArray labels = manager.zeros(new Shape(1), DataType.INT64);
      return ImageBytes.of("blank", images, labels, List.of("only"));
    }
  }
}
