package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.FeatureDiscriminator;
import org.adversaria.models.Generator;
import org.adversaria.regularizers.Consistency;
import org.adversaria.regularizers.Orthogonal;
import org.adversaria.training.Method;
import org.adversaria.training.Run;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClassConditionalGanTest {

  private static final ImageData DATA = Shapes.builder().size(20).build();

  @TempDir private Path folder;

  static Stream<Function<ImageData, ? extends ClassConditionalGan.Builder<?>>> methods() {
    return Stream.of(
        AcGan::builder,
        AdcGan::builder,
        AmGan::builder,
        BigGan::builder,
        ContraGan::builder,
        EcGan::builder,
        data -> EcGan.builder(data, EcGan.Variant.UCE),
        ProjectionGan::builder,
        ReAcGan::builder,
        TacGan::builder);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trainsAndCanBeMadeAgainFromItsRecord(
      Function<ImageData, ? extends ClassConditionalGan.Builder<?>> builder) throws IOException {
    ClassConditionalGan method = builder.apply(DATA).channels(4).batchSize(4).build();
    try (Run run = Training.of(method).on(DATA).steps(2).seed(1).directory(folder).start();
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(run.samples(manager, 1, 0).getShape()).isEqualTo(new Shape(10, 3, 32, 32));
      assertThat(run.log().columnNames()).contains("loss_discriminator", "loss_generator");
      assertThat(run.log().containsColumn("classifier_discriminator"))
          .isEqualTo(method.settings().get("classifier") != null);
      assertThat(run.log().containsColumn("classifier_generator"))
          .isEqualTo(method.settings().get("classifier") != null && !(method instanceof EcGan));
      assertThat(run.log().containsColumn("contrast_generator"))
          .isEqualTo(method.settings().get("contrast") != null);
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method()).isInstanceOf(method.getClass());
      assertThat(saved.method().settings()).isEqualTo(method.settings());
    }
  }

  @Test
  void takesEverythingThatMayBeAdded() throws IOException {
    var method =
        AdcGan.builder(DATA)
            .channels(4)
            .batchSize(4)
            .augmentation(new DiffAugment(true, true, true))
            .consistency(new Consistency.Cr(10))
            .consistency(new Consistency.Bcr(10, 10))
            .consistency(new Consistency.Zcr(5, 0.5, 0.05))
            .orthogonal(new Orthogonal(1e-4, Orthogonal.Form.MODIFIED))
            .build();
    try (Run run = Training.of(method).on(DATA).steps(2).seed(1).directory(folder).start()) {
      assertThat(run.log().columnNames())
          .contains("cr", "bcr", "zcr", "zcr_generator", "orthogonal", "classifier_discriminator");
      assertThat(run.log().doubleColumn("cr").get(0)).isPositive();
      assertThat(run.log().doubleColumn("zcr_generator").get(0)).isNegative();
      assertThat(run.log().doubleColumn("orthogonal").get(0)).isPositive();
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method().settings()).isEqualTo(method.settings());
    }
  }

  @Test
  void aClassifierThatStandsAloneLeavesTheLogitWithoutEffect() throws IOException {
    var method = AmGan.builder(DATA).channels(4).batchSize(4).build();
    try (Run run = Training.of(method).on(DATA).steps(1).seed(1).directory(folder).start()) {
      assertThat(run.log().doubleColumn("loss_discriminator").get(0)).isZero();
      assertThat(run.log().doubleColumn("classifier_discriminator").get(0)).isPositive();
    }
  }

  @Test
  void headsHaveTheNamesAndWidthsOfThePublishedCode() {
    assertThat(headShapes(AcGan.builder(DATA)))
        .containsEntry("ac.weight", new Shape(10, 64))
        .doesNotContainKey("embed.weight");
    assertThat(headShapes(TacGan.builder(DATA)))
        .containsEntry("ac.weight", new Shape(10, 64))
        .containsEntry("mi.weight", new Shape(10, 64));
    assertThat(headShapes(AmGan.builder(DATA))).containsEntry("am.weight", new Shape(11, 64));
    assertThat(headShapes(AdcGan.builder(DATA))).containsEntry("adc.weight", new Shape(20, 64));
    assertThat(headShapes(ProjectionGan.builder(DATA)))
        .containsEntry("embed.weight", new Shape(10, 64));
  }

  @Test
  void widthAndLatentAreThoseOfBigGansNetworksOnly() {
    var latent = BigGanLatent.hierarchical(40, 16);
    var builder = BigGan.builder(DATA).channels(4).latent(latent);
    try (NDManager manager = NDManager.newBaseManager()) {
      Generator generator = builder.build().newGenerator();
      assertThat(generator.latentSize()).isEqualTo(40);
      generator.initialize(manager);
      assertThat(generator.stateDict().get("shared.weight").getShape())
          .isEqualTo(new Shape(10, 16));
      assertThat(generator.stateDict().get("blocks.0.0.bn1.gain.weight").getShape())
          .isEqualTo(new Shape(64, 16 + 10));
    }
    builder.backbone(new Backbone.BigGanDeep(BigGanSizes.of(32, 10).withWidth(4), 8, 8));
    assertThatThrownBy(() -> builder.latent(latent))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("latent(");
    assertThatThrownBy(() -> builder.channels(8))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("channels(8)");
  }

  private static Map<String, Shape> headShapes(ClassConditionalGan.Builder<?> builder) {
    FeatureDiscriminator network = builder.channels(4).build().newDiscriminator();
    try (NDManager manager = NDManager.newBaseManager()) {
      network.initialize(manager);
      var shapes = new java.util.TreeMap<String, Shape>();
      network.stateDict().forEach((name, array) -> shapes.put(name, array.getShape()));
      return shapes;
    }
  }

  @Test
  void presetsAreThoseOfThePublishedScripts() {
    ImageData cifar = blank(32, 10);
    Method adc = AdcGan.builder(cifar).preset("cifar10").build();
    assertThat(adc.batchSize()).isEqualTo(50);
    assertThat(adc.players(adc.newGenerator()).get(0).updates()).isEqualTo(4);
    assertThat(adc.averaging()).contains(new Method.Averaging(0.9999, 1000));
    assertThat(classifierWeight(adc)).isEqualTo(1.0);
    assertThat(classifierWeight(AcGan.builder(cifar).preset("cifar10").build())).isEqualTo(0.2);

    Method tiny = AdcGan.builder(blank(64, 20)).preset("tiny-imagenet").build();
    assertThat(tiny.batchSize() * tiny.accumulations()).isEqualTo(100);
    assertThat(tiny.averaging()).contains(new Method.Averaging(0.9999, 20_000));
    assertThat(classifierWeight(tiny)).isEqualTo(0.5);

    Method large = BigGan.builder(blank(128, 10)).preset("imagenet-128").build();
    assertThat(large.batchSize() * large.accumulations()).isEqualTo(2048);
    assertThat(large.newGenerator().latentSize()).isEqualTo(120);
  }

  private static double classifierWeight(Method<?> method) {
    var classifier = (Map<?, ?>) method.settings().get("classifier");
    return (Double) classifier.get("generatorWeight");
  }

  private static ImageData blank(int resolution, int classes) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = manager.zeros(new Shape(1, 3, resolution, resolution));
      List<String> names =
          Stream.iterate(0, i -> i + 1).limit(classes).map(String::valueOf).toList();
      return ImageBytes.of("blank", images, manager.zeros(new Shape(1), DataType.INT64), names);
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> AdcGan.builder(blank(64, 3)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "'small' makes images (3, 32, 32) (C, H, W), but blank has (3, 64, 64)");
    assertThatThrownBy(() -> AdcGan.builder(DATA).preset("celeba"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the presets are cifar10, cifar100, tiny-imagenet");
  }
}
