package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.models.StudioBigGanSizes;
import org.adversaria.models.WeightInit;
import org.adversaria.nn.ArrayTree;
import org.adversaria.regularizers.Bcr;
import org.adversaria.regularizers.Cr;
import org.adversaria.training.Averaging;
import org.adversaria.training.GanStep;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Schedule;
import org.adversaria.training.Step;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What ECGAN, ContraGAN and ReACGAN have beyond what all class-conditional GANs have. */
@Tag("slow")
class EcGanTest {

  private static final ImageData DATA = Shapes.builder().size(20).build();

  private static final StudioBigGanSizes SIZES =
      new StudioBigGanSizes(32, 3, 10, 4, 4, 2, 1, 8, 5, WeightInit.ORTHOGONAL);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(EcGan.Variant.class)
  void aVariantHasTheTermsOfItsLetters(EcGan.Variant variant) {
    EcGan.Objective objective = EcGan.builder(DATA, variant).build().settings().objective();
    String letters = variant == EcGan.Variant.BASE ? "" : variant.name();
    assertThat(objective.alpha()).isEqualTo(letters.contains("U") ? 1 : 0);
    assertThat(objective.classification() > 0).isEqualTo(letters.contains("C"));
    assertThat(objective.contrast().weight()).isEqualTo(letters.contains("E") ? 1 : 0);
  }

  @Test
  void presetsAreThoseOfThePublishedConfigurations() {
    ImageData cifar = blank(32, 10);
    EcGan ecgan = EcGan.builder(cifar).preset("cifar10").build();
    assertThat(ecgan.batchSize()).isEqualTo(64);
    assertThat(ecgan.players(ecgan.newNetworks()).get(0).updates().applyAsInt(0)).isEqualTo(5);
    assertThat(ecgan.averaging()).isEqualTo(new Averaging(0.9999, 1000));
    assertThat(ecgan.newNetworks().generator().latentSize()).isEqualTo(80);
    assertThat(ecgan.settings().objective().classification()).isEqualTo(0.01);
    assertThat(ecgan.settings().objective().contrast().weight()).isZero();

    EcGan tiny = EcGan.builder(blank(64, 20)).preset("tiny-imagenet").build();
    assertThat(tiny.batchSize()).isEqualTo(256);
    EcGan large = EcGan.builder(blank(128, 10)).preset("imagenet-128").build();
    assertThat(large.batchSize()).isEqualTo(256);
    assertThat(large.settings().objective()).isEqualTo(EcGan.Objective.of(0.05, 768));

    ContraGan contra = ContraGan.builder(blank(64, 20)).preset("tiny-imagenet").build();
    assertThat(contra.batchSize()).isEqualTo(1024);
    ReAcGan rebooted = ReAcGan.builder(cifar).preset("cifar10").build();
    assertThat(rebooted.batchSize()).isEqualTo(128);
    assertThat(rebooted.settings().objective().weight()).isEqualTo(0.5);
    var adam = (Optimizer.Adam) rebooted.settings().recipe().generator();
    assertThat(adam.learningRate().at(0)).isBetween(2.8284e-4, 2.8285e-4);
  }

  @Test
  void headsHaveTheNamesOfThePublishedCode() {
    assertThat(shapes(EcGan.builder(DATA)))
        .containsEntry("linear1.weight_orig", new Shape(10, 8))
        .doesNotContainKey("linear2.weight_orig");
    assertThat(shapes(EcGan.builder(DATA, EcGan.Variant.UCE)))
        .containsEntry("linear1.weight_orig", new Shape(10, 8))
        .containsEntry("linear2.weight_orig", new Shape(64, 8))
        .containsEntry("embedding.weight_orig", new Shape(10, 64));
    assertThat(shapes(AcGan.builder(DATA)))
        .containsEntry("linear1.weight_orig", new Shape(1, 8))
        .containsEntry("linear4.weight_orig", new Shape(10, 8));
    assertThat(shapes(ProjectionGan.builder(DATA)))
        .containsEntry("embedding.weight_orig", new Shape(10, 8));
    assertThat(shapes(ContraGan.builder(DATA)))
        .containsEntry("linear1.weight_orig", new Shape(1, 8))
        .containsEntry("linear2.weight_orig", new Shape(64, 8));
  }

  private static Map<String, Shape> shapes(GanBuilder<? extends TwoPlayerGan<?, ?>, ?> builder) {
    TwoPlayerGan<?, ?> method = builder.backbone(new Backbone.StudioBigGan(SIZES)).build();
    var shapes = new TreeMap<String, Shape>();
    method
        .newNetworks()
        .discriminator()
        .getParameters()
        .forEach(pair -> shapes.put(pair.getKey(), pair.getValue().getShape()));
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
    var objective =
        new Contrast(
            loss,
            0.5,
            new Schedule.Stairs(1, 0.2, 2, 10),
            new EmbeddingHead.Settings(6, true, true));
    var method =
        ContraGan.builder(DATA)
            .channels(4)
            .batchSize(4)
            .objective(objective)
            .regularizer(new Cr(10))
            .regularizer(new Bcr(10, 10))
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
    var method =
        EcGan.builder(DATA, EcGan.Variant.UCE)
            .backbone(new Backbone.StudioBigGan(SIZES))
            .batchSize(4)
            .build();
    try (Run run = Training.of(method).on(DATA).steps(2).seed(1).directory(folder).start();
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(run.samples(manager, 1, 0).getShape()).isEqualTo(new Shape(10, 3, 32, 32));
    }
  }

  /** The temperature follows the number of the step. */
  @Test
  void theTemperatureIsThatOfTheStep() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray vectors = manager.create(new float[][] {{1, 0}, {0, 1}, {-1, 0}});
      NDArray labels = manager.create(new long[] {0, 0, 1});
      NDArray logit = manager.zeros(new Shape(3));
      var embedding = new EmbeddingHead.Output(vectors, vectors, vectors);
      var samples = GanStep.Samples.of(labels, new ContrastiveGan.Output(logit, embedding));
      var falling =
          new Contrast(
              ContrastiveLoss.TwoC.paper(),
              1,
              new Schedule.Linear(1, 0.5, 10),
              EmbeddingHead.Settings.unit(2));
      ContraGan method = ContraGan.builder(DATA).objective(falling).build();
      for (long number : new long[] {0, 5, 10}) {
        double t = 1 - 0.05 * number;
        var step = new Step(number, 3, manager, () -> null, () -> null);
        GanStep<ContrastiveGan.Output> update =
            new GanStep<ContrastiveGan.Output>(step, null, x -> x, ArrayTree::flatten)
                .with(samples, samples);
        // Images 0 and 1 are of one class; cosines: 0 between neighbours, -1 across.
        double e = Math.exp(1 / t);
        double first = Math.log((e + 1 + 1 / e) / (e + 1));
        double second = Math.log((e + 2) / (e + 1));
        double third = Math.log((e + 1 + 1 / e) / e);
        assertThat(method.generatorTerms(update).logged().get("contrast_generator").getFloat())
            .isCloseTo((float) ((first + second + third) / 3), within(1e-6f));
      }
    }
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
