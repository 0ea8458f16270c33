package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.data.TrainingData;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.regularizers.LatentOptimisation;
import org.adversaria.regularizers.LatentOptimisation.GradientAscent;
import org.adversaria.regularizers.LatentOptimisation.Mask;
import org.adversaria.regularizers.LatentOptimisation.Moved;
import org.adversaria.regularizers.LatentOptimisation.NaturalGradient;
import org.adversaria.regularizers.R1;
import org.adversaria.regularizers.Zcr;
import org.adversaria.torch.Torch;
import org.adversaria.training.Averaging;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Training;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class LoGanTest {

  private static final ImageData IMAGES = Shapes.builder().size(40).build();

  private final NDManager manager = NDManager.newBaseManager();
  private final TrainingData ring =
      GaussianMixture.ring(8, 1, 0.05).sample(2000, 1).data("ring-8", manager);

  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  private static LatentOptimisation natural() {
    return new LatentOptimisation(new NaturalGradient(0.9, 5));
  }

  private static GanBuilder<LoGan, SingleLogitGan.Objective> small() {
    return LoGan.builder(IMAGES).channels(4).batchSize(4);
  }

  private Training training(Method<?> method, TrainingData data, String name) {
    return Training.of(method).on(data).steps(3).seed(1).directory(folder.resolve(name));
  }

  private List<Double> column(Run run, String name) {
    return run.log().doubleColumn(name).asList();
  }

  private List<Double> column(Method<?> method, TrainingData data, String name) throws IOException {
    Path directory = Files.createTempDirectory(folder, "run");
    try (Run run = training(method, data, "x").directory(directory).start()) {
      return column(run, name);
    }
  }

  @Test
  void withoutAStepItIsTheMethodWithout() throws IOException {
    var plain = small().regularizers().build();
    var none = small().regularizers(natural().withSteps(0)).build();
    assertThat(column(none, IMAGES, "loss_discriminator"))
        .isEqualTo(column(plain, IMAGES, "loss_discriminator"))
        .isNotEqualTo(column(small().build(), IMAGES, "loss_discriminator"));
  }

  /** Of networks whose additional pass leaves nothing behind. */
  @Test
  void withStepsOfLengthZeroItIsTheMethodWithout() throws IOException {
    var still = new LatentOptimisation(new GradientAscent(0)).withCost(3);
    List<Double> plain = column(LoGan.builder(ring).regularizers().build(), ring, "loss_generator");
    List<Double> stays =
        column(LoGan.builder(ring).regularizers(still).build(), ring, "loss_generator");
    for (int i = 0; i < plain.size(); i++) {
      assertThat(stays.get(i)).isCloseTo(plain.get(i), within(1e-5));
    }
  }

  @Test
  void detachedAndFlowingGradientsTrainDifferently() throws IOException {
    List<Double> flowing = column(small().build(), IMAGES, "loss_discriminator");
    List<Double> detached =
        column(
            small().regularizers(natural().withoutGradient()).build(),
            IMAGES,
            "loss_discriminator");
    assertThat(detached.get(0)).as("the same step of z").isCloseTo(flowing.get(0), within(1e-5));
    assertThat(detached.get(2)).isNotCloseTo(flowing.get(2), within(1e-6));
  }

  @Test
  void dScoresMovedLatentsHigherBeforeAndAfterTraining() throws IOException {
    for (int steps : new int[] {1, 150}) {
      try (Run run =
          training(LoGan.builder(ring).build(), ring, "s" + steps).steps(steps).start()) {
        assertThatMovedScoresAreHigher(run, natural());
        assertThatMovedScoresAreHigher(run, natural().withSteps(4));
      }
    }
  }

  private void assertThatMovedScoresAreHigher(Run run, LatentOptimisation optimisation) {
    Generator generator = run.generator();
    var discriminator = (Discriminator<?>) run.network(GanNetworks.DISCRIMINATOR);
    NDArray z = Torch.seeded(5, () -> generator.sampleLatents(manager, 256));
    Moved moved = optimisation.move(generator, discriminator, z, null);
    NDArray after = optimisation.move(generator, discriminator, moved.z(), null).scores();
    assertThat(after.sub(moved.scores()).mean().getFloat()).isPositive();
    NDArray samples = optimisation.moving(generator, discriminator).forward(z, null, false);
    assertThat(samples).isEqualTo(generator.forward(moved.z(), null, false));
    assertThat(moved.z().abs().max().getFloat()).isLessThanOrEqualTo(1);
    assertThat(moved.z().hasGradient()).isFalse();
    assertThat(z.abs().max().getFloat()).isBetween(0.9f, 1f);
  }

  @Test
  void compiledNetworksTrainAsUncompiledOnes() throws IOException {
    try (Run compiled = training(small().build(), IMAGES, "compiled").start();
        Run plain = training(small().build(), IMAGES, "plain").compiled(false).start()) {
      for (String name : List.of("logit_unmoved", "loss_discriminator", "loss_generator")) {
        assertThat(column(compiled, name).get(0))
            .as(name)
            .isCloseTo(column(plain, name).get(0), withinPercentage(0.1));
      }
    }
  }

  @Test
  void worksWithEverythingElse() throws IOException {
    Recipe accumulated =
        new Recipe(
            4,
            2,
            2,
            new Optimizer.Adam(1e-3, 0, 0.9),
            new Optimizer.Adam(1e-3, 0, 0.9),
            Averaging.NONE);
    var all =
        small()
            .recipe(accumulated)
            .augmentation(new DiffAugment(true, true, true))
            .regularizers(
                natural().withCost(0.1).withMask(Mask.ELEMENTS, 0.5).withSteps(2),
                new R1(0.1),
                new Zcr(5, 0.5, 0.05))
            .build();
    try (Run run = training(all, IMAGES, "all").precision("bf16").start()) {
      assertThat(run.log().columnNames())
          .contains("transport_discriminator", "transport_generator", "logit_unmoved", "r1", "zcr");
      assertThat(column(run, "transport_generator"))
          .allSatisfy(cost -> assertThat(cost).isPositive());
    }
    try (SavedRun saved = SavedRun.open(folder.resolve("all"))) {
      assertThat(saved.method().settings()).isEqualTo(all.settings());
      NDArray z = saved.generator().sampleLatents(manager, 200);
      assertThat(z.abs().max().getFloat()).isBetween(0.9f, 1f);
    }
  }

  @Test
  void anyMethodOfOneScoreMovesItsLatents() throws IOException {
    var method = AdcGan.builder(IMAGES).channels(4).batchSize(4).regularizer(natural()).build();
    try (Run run = training(method, IMAGES, "adc-gan").start()) {
      assertThat(run.log().columnNames()).contains("logit_unmoved", "classifier_generator");
    }
    var classLogits = AmGan.builder(IMAGES).channels(4).batchSize(4).regularizer(natural()).build();
    assertThatThrownBy(() -> training(classLogits, IMAGES, "am-gan").start())
        .hasStackTraceContaining("one score of each sample, but D's first output is (4, 11)");
  }

  @Test
  void uniformLatentsAreNotTruncated() {
    Generator generator = small().build().newNetworks().generator();
    assertThatThrownBy(() -> generator.truncatedLatents(manager, 2, 0.5))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("uniformly");
  }

  /** Networks of the paper's sizes are made, but not initialised. */
  @Test
  void presetsHaveTheirNetworksAndSettings() {
    ImageData large = Shapes.builder().resolution(128).size(4).build();
    LoGan paper = LoGan.builder(large).preset("imagenet-128").build();
    assertThat(paper.newNetworks().generator().latentSize()).isEqualTo(256);
    assertThat(paper.settings().regularizers())
        .containsExactly(
            new LatentOptimisation(new NaturalGradient(0.9, 5), 300, Mask.ELEMENTS, 0.5, 1, false));
    LoGan cifar = LoGan.builder(IMAGES).preset("cifar10").build();
    assertThat(cifar.newNetworks().generator().numClasses()).isZero();
    assertThat(cifar.settings().regularizers())
        .containsExactly(
            new LatentOptimisation(
                new NaturalGradient(0.9, 0.1), 0.1, Mask.VECTORS, 0.8, 1, false));
    assertThat(LoGan.builder(ring).build().settings().preset()).isEqualTo("points");
  }

  @Test
  void trainsOnSaGansNetworks() throws IOException {
    var method = LoGan.builder(IMAGES).preset("small-sagan").channels(4).batchSize(4).build();
    try (Run run = training(method, IMAGES, "sagan").start()) {
      assertThat(run.samples(manager, 1, 0).getShape()).isEqualTo(new Shape(10, 3, 32, 32));
    }
  }
}
