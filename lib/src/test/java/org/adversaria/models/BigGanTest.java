package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.nn.StandingStatistics;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, first values and refusals; the networks' numbers are reference cases. */
@Tag("slow")
class BigGanTest {

  private static final BigGanSizes TINY = BigGanSizes.of(32, 3).withWidth(2).withAttention(16);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Counts without making the weights, which would take minutes. */
  private static long size(TorchBlock network) {
    return network.getParameters().values().stream()
        .filter(parameter -> parameter.requiresGradient())
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }

  @Test
  void at128HasThePapersSize() {
    BigGanSizes paper = BigGanSizes.of(128, 1000).withWidth(96);
    // Table 1 of the paper gives the pair 158.3 million weights.
    assertThat(size(new BigGanGenerator(paper, BigGanLatent.hierarchical(120, 128))))
        .isEqualTo(70_433_988);
    assertThat(size(projection(paper))).isEqualTo(87_982_370);
  }

  @Test
  void tapersTowardsTheImageWhereAsked() {
    BigGanSizes straight = BigGanSizes.of(32, 3).withWidth(4);
    assertThat(straight.generatorWidths()).containsExactly(16, 16, 16, 16);
    assertThat(straight.discriminatorWidths()).containsExactly(16, 16, 16, 16);
    BigGanSizes tapered = straight.withTaper();
    assertThat(tapered.generatorWidths()).containsExactly(64, 32, 16, 8);
    assertThat(tapered.discriminatorWidths()).containsExactly(8, 16, 32, 64);
    assertThat(tapered.withClasses(0).withAttention(16).tapered()).isTrue();
    BigGanSizes larger = BigGanSizes.of(64, 3);
    assertThat(larger.withTaper().generatorWidths()).isEqualTo(larger.generatorWidths());
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64, 128, 256})
  void hasAllResolutions(int resolution) {
    BigGanSizes backbone = BigGanSizes.of(resolution, 2).withWidth(2).withAttention();
    var shape = new Shape(1, 3, resolution, resolution);
    try (var paused = Autograd.pause()) {
      NDArray labels = manager.create(new long[] {1});
      for (Generator generator :
          new Generator[] {
            new BigGanGenerator(backbone, BigGanLatent.hierarchical(14, 3)),
            new BigGanDeepGenerator(backbone, 4, 3)
          }) {
        generator.initialize(manager);
        NDArray z = generator.sampleLatents(manager, 1);
        assertThat(generator.forward(z, labels, false).getShape()).isEqualTo(shape);
      }
      for (Body body : new Body[] {new BigGanBody(backbone, false), new BigGanDeepBody(backbone)}) {
        var discriminator = HeadedDiscriminator.projection(body, 2);
        discriminator.initialize(manager);
        assertThat(body.features(manager.zeros(shape), false).getShape())
            .isEqualTo(new Shape(1, body.featureWidth()));
        assertThat(discriminator.forward(manager.zeros(shape), labels, false).getShape())
            .isEqualTo(new Shape(1));
      }
    }
  }

  @Test
  void everyWeightTakesPartAndAStepLeavesNothingBehind() {
    var generator = new BigGanGenerator(TINY, BigGanLatent.hierarchical(9, 4));
    HeadedDiscriminator<NDArray> discriminator = projection(TINY);
    generator.initialize(manager);
    discriminator.initialize(manager);
    // Attention begins without weight; here it has to take part.
    for (TorchBlock network : new TorchBlock[] {generator, discriminator}) {
      network.stateDict().forEach(BigGanTest::weigh);
    }
    step(generator, discriminator);
    int before = manager.getManagedArrays().size();
    step(generator, discriminator);
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  private static void weigh(String name, NDArray array) {
    if (name.endsWith("gamma")) {
      array.addi(0.5f);
    }
  }

  private static HeadedDiscriminator<NDArray> projection(BigGanSizes sizes) {
    return HeadedDiscriminator.projection(new BigGanBody(sizes), sizes.numClasses());
  }

  private void step(Generator generator, Discriminator<NDArray> discriminator) {
    try (NDManager step = manager.newSubManager();
        var recording = Autograd.record()) {
      NDArray labels = step.create(new long[] {0, 2});
      NDArray images = generator.forward(generator.sampleLatents(step, 2), labels, true);
      NDArray loss = discriminator.forward(images, labels, true).sum();
      var weights = new NDList(generator.trainable());
      weights.addAll(discriminator.trainable());
      NDList gradients = Autograd.grad(loss, weights);
      for (int i = 0; i < weights.size(); i++) {
        assertThat(gradients.get(i).abs().max().getFloat()).as("weight " + i).isPositive();
      }
    }
  }

  @Test
  void withoutClassesNothingDependsOnLabels() {
    var body = new BigGanBody(TINY.withClasses(0).withChannels(1));
    var discriminator = HeadedDiscriminator.plain(body);
    discriminator.initialize(manager);
    assertThat(discriminator.stateDict().keySet()).noneMatch(name -> name.startsWith("embed"));
    NDArray images = manager.ones(new Shape(2, 1, 32, 32));
    NDArray labels = manager.create(new long[] {0, 1});
    assertThat(discriminator.forward(images, labels, false))
        .isEqualTo(discriminator.forward(images, null, false));
  }

  @Test
  void aHierarchicalLatentIsCutIntoEqualParts() {
    var generator = new BigGanGenerator(TINY, BigGanLatent.hierarchical(11, 4));
    assertThat(generator.latentSize()).isEqualTo(8);
    generator.initialize(manager);
    assertThat(generator.stateDict().get("linear.weight").getShape()).isEqualTo(new Shape(128, 2));
    assertThat(generator.stateDict().get("blocks.0.0.bn1.gain.weight").getShape())
        .isEqualTo(new Shape(8, 4 + 2));
  }

  /** A class's own vector gives the class's image; one in between an image between both. */
  @Test
  void imagesAreMadeOfClassVectorsToo() {
    var generator = new BigGanGenerator(TINY, BigGanLatent.hierarchical(9, 4));
    var deep = new BigGanDeepGenerator(TINY.withWidth(4), 6, 4);
    NDArray labels = manager.create(new long[] {0, 2});
    for (Generator network : new Generator[] {generator, deep}) {
      network.initialize(manager);
    }
    Torch.setSeed(2);
    NDArray z = generator.sampleLatents(manager, 1).repeat(0, 2);
    NDArray vectors = generator.classVectors(labels, false);
    assertThat(vectors.getShape()).isEqualTo(new Shape(2, 4));
    NDArray images = generator.forward(z, labels, false);
    assertThat(generator.generate(z, vectors, false)).isEqualTo(images);
    NDArray between = vectors.mean(new int[] {0}, true).repeat(0, 2);
    NDArray middle = generator.generate(z, between, false);
    assertThat(middle.get(0)).isEqualTo(middle.get(1)).isNotEqualTo(images.get(0));

    NDArray deepZ = deep.sampleLatents(manager, 2);
    assertThat(deep.generate(deepZ, deep.classVectors(labels, false), false))
        .isEqualTo(deep.forward(deepZ, labels, false));
    var unshared = new BigGanGenerator(TINY, BigGanLatent.plain(6));
    assertThat(unshared.classVectors(labels, false)).isSameAs(labels);
  }

  @Test
  void weightsStartAsAsked() {
    Torch.setSeed(3);
    var orthogonal = new BigGanGenerator(TINY, BigGanLatent.plain(6));
    orthogonal.initialize(manager);
    NDArray weight = orthogonal.stateDict().get("blocks.1.0.conv1.weight").reshape(8, -1);
    assertThat(weight.matMul(weight.transpose()).sub(manager.eye(8)).abs().max().getFloat())
        .isLessThan(1e-5f);
    assertThat(orthogonal.stateDict().get("blocks.1.1.gamma").getFloat()).isZero();

    var normal = projection(TINY.withWidth(8).withInit(WeightInit.NORMAL_02));
    normal.initialize(manager);
    NDArray kernel = normal.stateDict().get("blocks.1.0.conv1.weight");
    assertThat((double) kernel.square().mean().sqrt().getFloat()).isCloseTo(0.02, within(1e-3));
  }

  @Test
  void standingStatisticsReachEveryNormalisation() {
    var generator = new BigGanGenerator(TINY, BigGanLatent.shared(6, 4));
    generator.initialize(manager);
    NDArray labels = manager.create(new long[] {0, 1, 2});
    Torch.setSeed(1);
    NDArray z = generator.sampleLatents(manager, 3);
    NDArray batch = generator.forward(z, labels, true);
    try (var standing =
        StandingStatistics.collect(generator, () -> generator.forward(z, labels, true), 2)) {
      // The power iterations still move a little between passes.
      NDArray alike = generator.forward(z, labels, false);
      assertThat(alike.sub(batch).abs().mean().getFloat()).isLessThan(0.1f);
    }
  }

  @Test
  void refusesWhatCannotBeBuilt() {
    BigGanLatent plain = BigGanLatent.plain(8);
    assertThatThrownBy(() -> new BigGanGenerator(BigGanSizes.of(48, 3), plain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("48");
    assertThatThrownBy(() -> new BigGanGenerator(TINY.withClasses(0), plain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("number of classes");
    assertThatThrownBy(() -> new BigGanGenerator(TINY, new BigGanLatent(8, 0, true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shared embedding");
    assertThatThrownBy(() -> new BigGanGenerator(TINY, BigGanLatent.hierarchical(3, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 4 elements");
    assertThatThrownBy(() -> new BigGanBody(TINY.withWidth(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("widen the network");
    assertThatThrownBy(
            () ->
                new BigGanDeepGenerator(BigGanSizes.of(128, 3).withWidth(1).withAttention(), 4, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input channels");
    assertThatThrownBy(() -> new BigGanDeepBody(BigGanSizes.of(64, 3).withWidth(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("output channels");
  }
}
