package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** First values and shapes; the networks' numbers are reference cases. */
class SnganTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void generatorStartsAsPublished() {
    Torch.setSeed(1);
    var generator = new SnganGenerator32(new SnganGenerator32.Settings(16, 16, 3, 4));
    generator.initialize(manager);
    // Xavier uniform with gain sqrt(2) has the deviation sqrt(4 / (fan in + fan out)).
    NDArray kernel = generator.stateDict().get("block2.c1.weight");
    assertThat((double) kernel.square().mean().sqrt().getFloat())
        .isCloseTo(Math.sqrt(4.0 / (2 * 16 * 9)), within(3e-3));
    float[] embedded = generator.stateDict().get("block3.b1.embed.weight").toFloatArray();
    assertThat(embedded[0]).isCloseTo(1, within(0.1f)).isNotEqualTo(1);
    assertThat(embedded[16]).isZero();
    assertThat(Sampler.byClass(generator, manager, 2, 1).getShape())
        .isEqualTo(new Shape(8, 3, 32, 32));
  }

  @Test
  void discriminatorIsUnconditionalWithoutClasses() {
    var body = new SnganBody32(new SnganBody32.Settings(8, 1, 0));
    var discriminator = HeadedDiscriminator.plain(body);
    discriminator.initialize(manager);
    NDArray images = manager.zeros(new Shape(3, 1, 32, 32));
    assertThat(discriminator.forward(images, null, true).getShape()).isEqualTo(new Shape(3));
    assertThat(discriminator.stateDict().keySet())
        .contains("l5.weight_orig", "l5.weight_u", "block1.c_sc.weight_v", "block4.c2.bias")
        .noneMatch(name -> name.startsWith("l_y"))
        .doesNotContain("block3.c_sc.weight_orig");
    assertThat(body.featureWidth()).isEqualTo(8);
  }
}
