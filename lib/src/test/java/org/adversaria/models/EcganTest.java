package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes, first values and refusals; the networks' numbers are reference cases. */
class EcganTest {

  private static final StudioBigGanSizes TINY = small(4);

  private final NDManager manager = NDManager.newBaseManager();

  private static StudioBigGanSizes small(int width) {
    return new StudioBigGanSizes(32, 3, 3, width, width, 2, 1, 8, 5, WeightInit.ORTHOGONAL);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** The numbers of parameters that the published training logs tell. */
  static Stream<Arguments> published() {
    return Stream.of(
        Arguments.of(StudioBigGanSizes.cifar(10), LogitHead.ENERGIES, 512, 9_416_196, 2_518_923),
        Arguments.of(StudioBigGanSizes.cifar(10), LogitHead.PLAIN, 512, 9_416_196, 2_517_186),
        Arguments.of(
            StudioBigGanSizes.tinyImageNet(200), LogitHead.ENERGIES, 768, 17_335_204, 31_933_049),
        Arguments.of(
            StudioBigGanSizes.tinyImageNet(200), LogitHead.PLAIN, 768, 17_335_204, 31_678_130),
        Arguments.of(
            StudioBigGanSizes.imageNet(1000), LogitHead.ENERGIES, 768, 70_433_988, 89_930_249),
        Arguments.of(
            StudioBigGanSizes.imageNet(1000), LogitHead.PLAIN, 1536, 70_433_988, 90_343_202));
  }

  @ParameterizedTest
  @MethodSource("published")
  void isAsLargeAsThePublishedNetwork(
      StudioBigGanSizes sizes, LogitHead head, int embedding, long generator, long discriminator) {
    var network = new EcganDiscriminator(sizes, head);
    new EmbeddingHead(embedding, true, false)
        .addTo(network, sizes.numClasses(), StudioBigGanSizes.NORM);
    assertThat(size(new StudioBigGanGenerator(sizes))).isEqualTo(generator);
    assertThat(size(network)).isEqualTo(discriminator);
  }

  /** Counts without making the weights, which would take minutes. */
  private static long size(TorchBlock network) {
    return network.getParameters().values().stream()
        .filter(parameter -> parameter.requiresGradient())
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }

  @Test
  void everyWeightTakesPart() {
    var generator = new StudioBigGanGenerator(TINY);
    var discriminator = new EcganDiscriminator(TINY, LogitHead.ENERGIES);
    var embedding = new EmbeddingHead(4, true, true);
    embedding.addTo(discriminator, 3, StudioBigGanSizes.NORM);
    generator.initialize(manager);
    discriminator.initialize(manager);
    try (var recording = Autograd.record()) {
      NDArray labels = manager.create(new long[] {0, 2});
      NDArray images = generator.forward(generator.sampleLatents(manager, 2), labels, true);
      assertThat(images.getShape()).isEqualTo(new Shape(2, 3, 32, 32));
      NDArray features = discriminator.features(images, true);
      NDArray table = embedding.table(discriminator, manager.create(new long[] {0, 1, 2}), true);
      NDArray vectors = embedding.vectors(discriminator, features, true);
      NDArray loss =
          discriminator.energies(features, true).sum().add(table.sum()).add(vectors.sum());
      var weights = new NDList(generator.trainable());
      weights.addAll(discriminator.trainable());
      assertThat(Autograd.grad(loss, weights)).hasSize(weights.size());
    }
  }

  @Test
  void beginsOrthogonalWithoutBiasesTheHeadsToo() {
    var discriminator = new EcganDiscriminator(TINY, LogitHead.PLAIN);
    new EmbeddingHead(4, true, false).addTo(discriminator, 3, StudioBigGanSizes.NORM);
    discriminator.initialize(manager);
    discriminator
        .stateDict()
        .forEach(
            (name, array) -> {
              if (name.endsWith("bias")) {
                assertThat(array.abs().max().getFloat()).as(name).isZero();
              }
            });
    for (String name : new String[] {"linear2.weight_orig", "embedding.weight_orig"}) {
      NDArray rows = discriminator.stateDict().get(name);
      float[] gram = rows.matMul(rows.transpose()).flatten().toFloatArray();
      float[] identity = manager.eye((int) rows.getShape().get(0)).flatten().toFloatArray();
      assertThat(gram).as(name).containsExactly(identity, within(1e-5f));
    }
  }

  @Test
  void theLogitOfEnergiesIsThatOfTheClass() {
    var discriminator = new EcganDiscriminator(TINY, LogitHead.ENERGIES);
    discriminator.initialize(manager);
    NDArray images = manager.randomNormal(new Shape(2, 3, 32, 32));
    NDArray labels = manager.create(new long[] {2, 0});
    NDArray f = discriminator.energies(discriminator.features(images, false), false);
    assertThat(discriminator.forward(images, labels, false).toFloatArray())
        .containsExactly(f.getFloat(0, 2), f.getFloat(1, 0));
  }

  @Test
  void oneLogitHasNoEnergies() {
    var discriminator = new EcganDiscriminator(TINY, LogitHead.PLAIN);
    discriminator.initialize(manager);
    NDArray features = manager.zeros(new Shape(2, discriminator.featureWidth()));
    assertThatThrownBy(() -> discriminator.energies(features, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("LogitHead.ENERGIES");
  }

  @Test
  void saysWhatDoesNotFit() {
    var sizes = new StudioBigGanSizes(32, 3, 3, 4, 4, 2, 1, 9, 5, WeightInit.ORTHOGONAL);
    assertThatThrownBy(() -> new StudioBigGanGenerator(sizes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 equal parts");
    StudioBigGanSizes narrow = small(1);
    assertThatThrownBy(() -> new StudioBigGanGenerator(narrow))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 8");
  }

  @Test
  void theEnergiesOfAnImageAreThreeThings() {
    NDArray f = manager.create(new float[][] {{0, (float) Math.log(3), 0}});
    NDArray labels = manager.create(new long[] {1});
    assertThat(Energies.conditional(f, labels).getFloat(0))
        .isEqualTo((float) Math.log(3), within(1e-6f));
    assertThat(Energies.unconditional(f).getFloat(0)).isEqualTo((float) Math.log(5), within(1e-6f));
    assertThat(Energies.joint(f, labels, 0.5).getFloat(0))
        .isEqualTo((float) (Math.log(3) + 0.5 * Math.log(5)), within(1e-6f));
    assertThat(Energies.joint(f, labels, 0)).isEqualTo(Energies.conditional(f, labels));
  }
}
