package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.adversaria.nn.ArrayTree;
import org.adversaria.nn.Linear;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes, first values and refusals; the networks' numbers are reference cases. */
class StudioBigGanTest {

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
    StudioBigGanSizes cifar = StudioBigGanSizes.cifar(10);
    StudioBigGanSizes tiny = StudioBigGanSizes.tinyImageNet(200);
    StudioBigGanSizes large = StudioBigGanSizes.imageNet(1000);
    return Stream.of(
        Arguments.of(cifar, 10, 512, 9_416_196, 2_518_923),
        Arguments.of(cifar, 1, 512, 9_416_196, 2_517_186),
        Arguments.of(tiny, 200, 768, 17_335_204, 31_933_049),
        Arguments.of(tiny, 1, 768, 17_335_204, 31_678_130),
        Arguments.of(large, 1000, 768, 70_433_988, 89_930_249),
        Arguments.of(large, 1, 1536, 70_433_988, 90_343_202));
  }

  @ParameterizedTest
  @MethodSource("published")
  void isAsLargeAsThePublishedNetwork(
      StudioBigGanSizes sizes, int logits, int embedding, long generator, long discriminator) {
    var body = new StudioBody(sizes);
    body.linear("logit", logits);
    new EmbeddingHead(body, sizes.numClasses(), EmbeddingHead.Settings.unit(embedding));
    assertThat(size(new StudioBigGanGenerator(sizes))).isEqualTo(generator);
    assertThat(size(body)).isEqualTo(discriminator);
  }

  /** Counts without making the weights, which would take minutes. */
  private static long size(TorchBlock network) {
    return network.getParameters().values().stream()
        .filter(parameter -> parameter.requiresGradient())
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }

  /** What ECGAN's discriminator with all terms returns. */
  private record Outputs(NDArray f, EmbeddingHead.Output embedding) {}

  private static HeadedDiscriminator<Outputs> withEmbedding(boolean nonlinear) {
    var body = new StudioBody(TINY);
    Linear f = body.linear("logit", 3);
    var settings = new EmbeddingHead.Settings(4, true, nonlinear);
    var head = new EmbeddingHead(body, 3, settings);
    return new HeadedDiscriminator<>(
        body,
        (h, y, training) -> new Outputs(f.forward(h, training), head.forward(h, y, training)));
  }

  @Test
  void everyWeightTakesPart() {
    var generator = new StudioBigGanGenerator(TINY);
    HeadedDiscriminator<Outputs> discriminator = withEmbedding(true);
    for (TorchBlock network : new TorchBlock[] {generator, discriminator}) {
      network.initialize(manager);
      // Attention begins without weight; here it has to take part.
      network.stateDict().forEach(StudioBigGanTest::weigh);
    }
    try (var recording = Autograd.record()) {
      NDArray labels = manager.create(new long[] {0, 2});
      NDArray images = generator.forward(generator.sampleLatents(manager, 2), labels, true);
      assertThat(images.getShape()).isEqualTo(new Shape(2, 3, 32, 32));
      Outputs outputs = discriminator.forward(images, labels, true);
      assertThat(outputs.embedding().vectors().getShape()).isEqualTo(new Shape(2, 4));
      assertThat(outputs.embedding().products().getShape()).isEqualTo(new Shape(2, 3));
      NDArray loss =
          ArrayTree.flatten(outputs).stream().map(NDArray::sum).reduce(NDArray::add).get();
      for (TorchBlock network : new TorchBlock[] {generator, discriminator}) {
        assertEveryWeightLearns(network, loss);
      }
    }
  }

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

  @Test
  void beginsOrthogonalWithoutBiasesTheHeadsToo() {
    HeadedDiscriminator<Outputs> discriminator = withEmbedding(false);
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
  void vectorsHaveLengthOneAndProductsAreWithTheLearnedOnes() {
    HeadedDiscriminator<Outputs> discriminator = withEmbedding(false);
    discriminator.initialize(manager);
    NDArray images = manager.randomNormal(new Shape(2, 3, 32, 32));
    NDArray labels = manager.create(new long[] {2, 0});
    EmbeddingHead.Output embedding = discriminator.forward(images, labels, false).embedding();
    for (NDArray rows : new NDArray[] {embedding.vectors(), embedding.proxies()}) {
      assertThat(rows.square().sum(new int[] {1}).toFloatArray())
          .containsExactly(new float[] {1, 1}, within(1e-5f));
    }
    // A learned vector is its proxy times its length.
    NDArray cosines = embedding.vectors().mul(embedding.proxies()).sum(new int[] {1});
    assertThat(Math.signum(embedding.products().getFloat(0, 2)))
        .isEqualTo(Math.signum(cosines.getFloat(0)));
    assertThat(Math.signum(embedding.products().getFloat(1, 0)))
        .isEqualTo(Math.signum(cosines.getFloat(1)));
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
}
