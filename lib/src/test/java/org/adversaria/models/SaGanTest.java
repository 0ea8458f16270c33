package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.adversaria.nn.SelfAttention;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes, gradients, attention maps and refusals; the networks' numbers are reference cases. */
class SaGanTest {

  private static final int CLASSES = 3;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static SaGanSizes tiny(int resolution, int classes, int width, Set<Integer> attention) {
    var network = new SaGanSizes.Network(width, attention, StudioBigGanSizes.NORM);
    return new SaGanSizes(resolution, 3, classes, network, network, 5, WeightInit.ORTHOGONAL);
  }

  static Stream<Arguments> sizes() {
    return Stream.of(
        Arguments.of(tiny(32, CLASSES, 4, Set.of(1, 2))),
        Arguments.of(tiny(32, 0, 4, Set.of(2))),
        Arguments.of(
            tiny(32, CLASSES, 2, Set.of()).withNorms(SpectralNorm.none(), SpectralNorm.none())),
        Arguments.of(tiny(64, CLASSES, 4, Set.of(2)).withChannels(1)),
        Arguments.of(tiny(128, CLASSES, 2, Set.of(3))),
        Arguments.of(tiny(256, 0, 1, Set.of())));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void everyWeightTakesPart(SaGanSizes sizes) {
    // With other numbers a feature map of a network of width 1 may be 0 in all places.
    Torch.setSeed(1);
    var generator = new SaGanGenerator(sizes);
    var body = new StudioBody(sizes);
    HeadedDiscriminator<NDArray> discriminator =
        sizes.numClasses() == 0
            ? HeadedDiscriminator.plain(body)
            : HeadedDiscriminator.projection(body, CLASSES);
    for (TorchBlock network : List.of(generator, discriminator)) {
      network.initialize(manager);
      network.stateDict().forEach(SaGanTest::weigh);
    }
    try (var recording = Autograd.record()) {
      NDArray labels = sizes.numClasses() == 0 ? null : manager.create(new long[] {0, 1, 2});
      NDArray images = generator.forward(generator.sampleLatents(manager, 3), labels, true);
      assertThat(images.getShape()).isEqualTo(new Shape(3).addAll(sizes.imageShape()));
      NDArray logits = discriminator.forward(images, labels, true);
      assertThat(logits.getShape()).isEqualTo(new Shape(3));
      for (TorchBlock network : List.of(generator, discriminator)) {
        assertEveryWeightLearns(network, logits.square().sum());
      }
    }
  }

  /** Attention begins without weight; here it has to take part. */
  private static void weigh(String name, NDArray array) {
    if (name.endsWith("sigma")) {
      array.addi(0.5f);
    }
  }

  private static void assertEveryWeightLearns(TorchBlock network, NDArray loss) {
    NDList slopes = Autograd.grad(loss, network.trainable(), true);
    for (int i = 0; i < slopes.size(); i++) {
      assertThat(slopes.get(i).abs().max().getFloat()).as("weight " + i).isPositive();
    }
  }

  /** The baseline of BigGAN's paper, which is SAGAN, has 81.5 million weights (table 1). */
  @Test
  void isAsLargeAsThePublishedNetwork() {
    SaGanSizes sizes = SaGanSizes.imageNet(1000);
    Body body = new StudioBody(sizes);
    HeadedDiscriminator.projection(body, sizes.numClasses());
    double millions = (size(new SaGanGenerator(sizes)) + size(body)) / 1e6;
    assertThat(millions).isCloseTo(81.5, within(0.05));
  }

  /** Counts without making the weights, which would take minutes. */
  private static long size(TorchBlock network) {
    return network.getParameters().values().stream()
        .filter(parameter -> parameter.requiresGradient())
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }

  @Test
  void imagesBetweenClassesComeFromVectorsBetweenThem() {
    var generator = new SaGanGenerator(tiny(32, CLASSES, 4, Set.of()));
    generator.initialize(manager);
    NDArray z = generator.sampleLatents(manager, 2);
    NDArray labels = manager.create(new long[] {2, 0});
    NDArray vectors = manager.create(new float[][] {{0, 0, 1}, {1, 0, 0}});
    assertThat(generator.classVectors(labels, false)).isEqualTo(vectors);
    assertThat(generator.generate(z, vectors, false).toFloatArray())
        .containsExactly(generator.forward(z, labels, false).toFloatArray(), within(1e-6f));
  }

  @Test
  void mapsOfAttentionAreThoseThatItsOutputIsMadeWith() {
    var layer = new SelfAttention(16, SpectralNorm.hook(), SelfAttention.Names.STUDIO);
    layer.initialize(manager);
    layer.stateDict().get("sigma").set(new float[] {0.7f});
    NDArray x = manager.randomNormal(new Shape(2, 16, 6, 4));
    layer.forward(x, true); // singular vectors
    NDArray beta = layer.attention(x, false); // (2, 24, 6)
    assertThat(beta.getShape()).isEqualTo(new Shape(2, 24, 6));
    assertThat(beta.min().getFloat()).isNotNegative();
    assertThat(beta.sum(new int[] {2}).sub(1).abs().max().getFloat()).isLessThan(1e-5f);
    NDArray g = pooled(x, matrix(layer, "conv1x1_g")); // (2, 8, 6)
    NDArray mixed = g.matMul(beta.transpose(0, 2, 1)); // (2, 8, 24)
    NDArray output = matrix(layer, "conv1x1_attn").matMul(mixed).reshape(x.getShape()).mul(0.7f);
    assertThat(x.add(output).toFloatArray())
        .containsExactly(layer.forward(x, false).toFloatArray(), within(1e-5f));
  }

  /** A weight after spectral normalisation, {@code (1, out, in)}. */
  private static NDArray matrix(SelfAttention layer, String name) {
    NDArray w = layer.stateDict().get(name + ".weight_orig");
    NDArray u = layer.stateDict().get(name + ".weight_u");
    NDArray v = layer.stateDict().get(name + ".weight_v");
    NDArray matrix = w.reshape(w.getShape().get(0), -1);
    return matrix.div(u.matMul(matrix).matMul(v)).expandDims(0);
  }

  /** A 1x1 convolution of a map {@code (2, C, 6, 4)} and its maxima over 2x2 positions. */
  private static NDArray pooled(NDArray x, NDArray matrix) {
    NDArray g = matrix.matMul(x.reshape(2, 16, 24)).reshape(2, -1, 3, 2, 2, 2);
    return g.max(new int[] {5}).max(new int[] {3}).reshape(2, -1, 6);
  }

  @Test
  void aGeneratorTellsTheMapsOfAllItsAttentionLayers() {
    var generator = new SaGanGenerator(tiny(32, CLASSES, 4, Set.of(1, 2)));
    generator.initialize(manager);
    NDArray z = generator.sampleLatents(manager, 2);
    NDList maps = generator.attentionMaps(z, manager.create(new long[] {1, 1}));
    assertThat(maps.getShapes()).containsExactly(new Shape(2, 64, 16), new Shape(2, 256, 64));
    for (NDArray map : maps) {
      assertThat(map.sum(new int[] {2}).sub(1).abs().max().getFloat()).isLessThan(1e-5f);
    }
    var unconditional = new SaGanGenerator(tiny(32, 0, 4, Set.of()));
    unconditional.initialize(manager);
    assertThat(unconditional.attentionMaps(z, null)).isEmpty();
  }

  @Test
  void attentionOfAMapDependsOnWhatStandsBeforeIt() {
    var generator = new SaGanGenerator(tiny(32, 0, 4, Set.of(1, 2)));
    generator.initialize(manager);
    NDArray z = generator.sampleLatents(manager, 1);
    NDArray first = generator.attentionMaps(z, null).get(1);
    generator.stateDict().get("blocks.1.0.sigma").addi(3);
    NDArray second = generator.attentionMaps(z, null).get(1);
    assertThat(first.sub(second).abs().max().getFloat()).isPositive();
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> tiny(32, 0, 4, Set.of(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("follows block 5 of SAGAN's generator, which has 3 blocks");
    assertThatThrownBy(() -> SaGanSizes.cifar(0).withAttention(Set.of(), Set.of(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("discriminator, which has 4 blocks");
    assertThatThrownBy(() -> tiny(48, 0, 4, Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("48");
    SaGanSizes narrow = tiny(32, 0, 1, Set.of(2));
    assertThatThrownBy(() -> new SaGanGenerator(narrow))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 8");
  }
}
