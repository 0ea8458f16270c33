package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The networks of WGAN's and WGAN-GP's presets; golden steps hold their values. */
class WganGpNetworksTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void residualNetworksHaveThePublishedSize() {
    var backbone = new Backbone.WganGp(128, 0, 3, 128);
    Generator generator = backbone.newGenerator();
    generator.initialize(manager);
    long block = 2 * (128 * 128 * 9 + 128) + 128 * 128 + 128;
    long linear = 128 * 2048 + 2048;
    long norms = 7 * 2 * 128;
    assertThat(CganTest.size(generator)).isEqualTo(linear + 3 * block + 128 * 3 * 9 + 3 + norms);
    var critic = HeadedDiscriminator.plain(backbone.newBody());
    critic.initialize(manager);
    long first = 3 * 128 * 9 + 128 + 128 * 128 * 9 + 128 + 3 * 128 + 128;
    assertThat(CganTest.size(critic))
        .isEqualTo(first + 3 * block - 2 * (128 * 128 + 128) + 128 + 1);
  }

  @Test
  void residualNetworksStartAsPublished() {
    Torch.setSeed(1);
    var backbone = new Backbone.WganGp(8, 0, 3, 16);
    var critic = HeadedDiscriminator.plain(backbone.newBody());
    critic.initialize(manager);
    Generator generator = backbone.newGenerator();
    generator.initialize(manager);
    for (TorchBlock network : List.of(critic, generator)) {
      network
          .stateDict()
          .forEach(
              (name, array) -> {
                if (name.endsWith(".bias")) {
                  assertThat(array.toFloatArray()).as(name).containsOnly(0);
                }
              });
    }
    assertThat(deviation(critic.stateDict().get("blocks.1.conv1.weight")))
        .isCloseTo(Math.sqrt(4.0 / (2 * 16 * 9)), within(5e-3));
    assertThat(deviation(critic.stateDict().get("blocks.1.conv_sc.weight")))
        .isCloseTo(Math.sqrt(2.0 / (2 * 16)), within(3e-2));
    assertThat(critic.stateDict().keySet())
        .contains("blocks.0.conv_sc.weight", "linear.bias")
        .doesNotContain("blocks.2.conv_sc.weight");
  }

  @Test
  void generatorIsConditionalWithClasses() {
    Generator generator = new Backbone.WganGp(8, 0, 1, 4).withClasses(5).newGenerator();
    generator.initialize(manager);
    NDArray labels = manager.arange(5).toType(DataType.INT64, false);
    NDArray images = generator.forward(manager.ones(new Shape(5, 8)), labels, false);
    assertThat(images.getShape()).isEqualTo(new Shape(5, 1, 32, 32));
    assertThat(generator.stateDict().keySet()).contains("block1.bn1.embed.weight");
  }

  private static double deviation(NDArray weight) {
    return weight.square().mean().sqrt().getFloat();
  }

  /** A linear map of all pixels is the published last convolution. */
  @Test
  void dcgansBodyWithAPlainHeadIsItsDiscriminator() {
    Torch.setSeed(2);
    var published = new DcganDiscriminator(4, 3, 32);
    published.initialize(manager);
    var backbone = new Backbone.Dcgan(100, 4, 3, 32, true);
    var headed = HeadedDiscriminator.plain(backbone.newBody());
    headed.initialize(manager);
    headed
        .stateDict()
        .forEach(
            (name, array) -> {
              NDArray source =
                  name.equals("linear.bias")
                      ? manager.zeros(array.getShape())
                      : published
                          .stateDict()
                          .get(name.equals("linear.weight") ? "main.8.weight" : name);
              array.set(source.toByteBuffer());
            });
    NDArray images = manager.randomNormal(new Shape(3, 3, 32, 32));
    assertThat(headed.forward(images, null, true).toFloatArray())
        .containsExactly(published.forward(images, null, true).toFloatArray(), within(1e-5f));
    assertThat(backbone.batchesApart()).isTrue();
  }

  @Test
  void dcgansBodyMayBeWithoutNormalisation() {
    var backbone = new Backbone.Dcgan(100, 4, 1, 16, false);
    var critic = HeadedDiscriminator.plain(backbone.newBody());
    critic.initialize(manager);
    assertThat(critic.stateDict().keySet())
        .containsExactlyInAnyOrder(
            "main.0.weight", "main.2.weight", "linear.weight", "linear.bias");
    assertThat(critic.forward(manager.zeros(new Shape(2, 1, 16, 16)), null, true).getShape())
        .isEqualTo(new Shape(2));
    assertThat(backbone.batchesApart()).isFalse();
  }
}
