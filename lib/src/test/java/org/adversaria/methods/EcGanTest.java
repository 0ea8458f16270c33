package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.losses.ClassifierLoss;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.models.FeatureDiscriminator;
import org.adversaria.models.StudioBigGanSizes;
import org.adversaria.models.WeightInit;
import org.adversaria.regularizers.Consistency;
import org.adversaria.training.Method;
import org.adversaria.training.Run;
import org.adversaria.training.Schedule;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What ECGAN, ContraGAN and ReACGAN have beyond what all class-conditional GANs have. */
class EcGanTest {

  private static final ImageData DATA = Shapes.builder().size(20).build();

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(EcGan.Variant.class)
  void aVariantHasTheTermsOfItsLetters(EcGan.Variant variant) {
    Map<String, Object> settings = EcGan.builder(DATA, variant).build().settings();
    var classifier = (Map<?, ?>) settings.get("classifier");
    String letters = variant == EcGan.Variant.BASE ? "" : variant.name();
    assertThat(classifier.get("alpha")).isEqualTo(letters.contains("U") ? 1.0 : 0.0);
    assertThat((Double) classifier.get("discriminatorWeight") > 0).isEqualTo(letters.contains("C"));
    assertThat(settings.get("contrast") != null).isEqualTo(letters.contains("E"));
  }

  @Test
  void presetsAreThoseOfThePublishedConfigurations() {
    ImageData cifar = blank(32, 10);
    Method ecgan = EcGan.builder(cifar).preset("cifar10").build();
    assertThat(ecgan.batchSize()).isEqualTo(64);
    assertThat(ecgan.players(ecgan.newGenerator()).get(0).updates()).isEqualTo(5);
    assertThat(ecgan.averaging()).contains(new Method.Averaging(0.9999, 1000));
    assertThat(ecgan.newGenerator().latentSize()).isEqualTo(80);
    assertThat(ecgan.settings().get("contrast")).isNull();
    assertThat(weight(ecgan, "classifier", "discriminatorWeight")).isEqualTo(0.01);

    Method tiny = EcGan.builder(blank(64, 20)).preset("tiny-imagenet").build();
    assertThat(tiny.batchSize()).isEqualTo(256);
    Method large = EcGan.builder(blank(128, 10)).preset("imagenet-128").build();
    assertThat(large.batchSize()).isEqualTo(256);
    assertThat(weight(large, "contrast", "weight")).isEqualTo(1.0);
    assertThat(weight(large, "classifier", "discriminatorWeight")).isEqualTo(0.05);

    Method contra = ContraGan.builder(blank(64, 20)).preset("tiny-imagenet").build();
    assertThat(contra.batchSize()).isEqualTo(1024);
    Method rebooted = ReAcGan.builder(cifar).preset("cifar10").build();
    assertThat(rebooted.batchSize()).isEqualTo(128);
    assertThat(weight(rebooted, "contrast", "weight")).isEqualTo(0.5);
    var adam = (Map<?, ?>) rebooted.settings().get("generatorOptimizer");
    var rate = (Map<?, ?>) adam.get("learningRate");
    assertThat((Double) rate.get("value")).isBetween(2.8284e-4, 2.8285e-4);
  }

  private static Object weight(Method<?> method, String part, String name) {
    return ((Map<?, ?>) method.settings().get(part)).get(name);
  }

  @Test
  void headsHaveTheNamesOfThePublishedCode() {
    var sizes = new StudioBigGanSizes(32, 3, 10, 4, 4, 2, 1, 8, 5, WeightInit.ORTHOGONAL);
    assertThat(shapes(EcGan.builder(DATA).backbone(new Backbone.Ecgan(sizes))))
        .containsEntry("linear1.weight_orig", new Shape(10, 8))
        .doesNotContainKey("linear2.weight_orig");
    assertThat(shapes(EcGan.builder(DATA, EcGan.Variant.UCE).backbone(new Backbone.Ecgan(sizes))))
        .containsEntry("linear1.weight_orig", new Shape(10, 8))
        .containsEntry("linear2.weight_orig", new Shape(64, 8))
        .containsEntry("embedding.weight_orig", new Shape(10, 64));
    assertThat(shapes(AcGan.builder(DATA).backbone(new Backbone.Ecgan(sizes))))
        .containsEntry("linear1.weight_orig", new Shape(1, 8))
        .containsEntry("linear4.weight_orig", new Shape(10, 8));
    assertThat(shapes(ProjectionGan.builder(DATA).backbone(new Backbone.Ecgan(sizes))))
        .containsEntry("embedding.weight_orig", new Shape(10, 8));
    assertThat(shapes(ContraGan.builder(DATA).backbone(new Backbone.Ecgan(sizes))))
        .containsEntry("linear1.weight_orig", new Shape(1, 8))
        .containsEntry("linear2.weight_orig", new Shape(64, 8));
  }

  private static Map<String, Shape> shapes(ClassConditionalGan.Builder<?> builder) {
    FeatureDiscriminator network = builder.build().newDiscriminator();
    var shapes = new TreeMap<String, Shape>();
    network.getParameters().forEach(pair -> shapes.put(pair.getKey(), pair.getValue().getShape()));
    return shapes;
  }

  static Stream<ContrastiveLoss> losses() {
    return Stream.of(
        new ContrastiveLoss.TwoC(0, false, true),
        new ContrastiveLoss.ProxyNca(),
        new ContrastiveLoss.NtXent(),
        new ContrastiveLoss.D2dCe(0.98));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void everyContrastTrainsBesideConsistency(ContrastiveLoss loss) throws IOException {
    var contrast =
        new Contrast(
            loss, 0.5, new Schedule.Stairs(1, 0.2, 2, 10), new EmbeddingHead(6, true, true));
    var method =
        EcGan.builder(DATA)
            .channels(4)
            .batchSize(4)
            .contrast(contrast)
            .consistency(new Consistency.Cr(10))
            .consistency(new Consistency.Bcr(10, 10))
            .build();
    try (Run run = Training.of(method).on(DATA).steps(2).seed(1).directory(folder).start()) {
      assertThat(run.log().columnNames())
          .contains("cr", "bcr", "contrast_discriminator", "contrast_generator")
          .doesNotContain("classifier_generator");
      assertThat(run.log().doubleColumn("contrast_discriminator").get(0)).isNotZero();
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method().settings()).isEqualTo(method.settings());
    }
  }

  @Test
  void trainsOnThePublishedNetworks() throws IOException {
    var sizes = new StudioBigGanSizes(32, 3, 10, 4, 4, 2, 1, 8, 5, WeightInit.ORTHOGONAL);
    var method =
        EcGan.builder(DATA, EcGan.Variant.UCE)
            .backbone(new Backbone.Ecgan(sizes))
            .batchSize(4)
            .build();
    try (Run run = Training.of(method).on(DATA).steps(2).seed(1).directory(folder).start();
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(run.samples(manager, 1, 0).getShape()).isEqualTo(new Shape(10, 3, 32, 32));
    }
  }

  @Test
  void energiesTravelAsJson() throws IOException {
    var mapper = new ObjectMapper();
    var loss = new ClassifierLoss.EcGan(0.5, 0.05);
    String json = mapper.writeValueAsString(loss);
    assertThat(mapper.readValue(json, ClassifierLoss.class)).isEqualTo(loss);
  }

  private static ImageData blank(int resolution, int classes) {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<String> names =
          Stream.iterate(0, i -> i + 1).limit(classes).map(String::valueOf).toList();
      return ImageBytes.of(
          "blank",
          manager.zeros(new Shape(1, 3, resolution, resolution)),
          manager.zeros(new Shape(1), DataType.INT64),
          names);
    }
  }
}
