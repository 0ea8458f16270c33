package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pair's shapes and first weights; its values are checked by the reference cases. */
class DcganTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void generatorAt64HasThePyTorchExamplesSize() {
    var generator = new DcganGenerator(100, 64, 3, 64);
    generator.initialize(manager);
    // The count that PyTorch's example is known for.
    assertThat(CganTest.size(generator)).isEqualTo(3_576_704);
    assertThat(generator.stateDict().keySet()).contains("main.0.weight", "main.12.weight");
    assertThat(Sampler.byClass(generator, manager, 2, 1).getShape())
        .isEqualTo(new Shape(2, 3, 64, 64));
  }

  @Test
  void discriminatorAt64HasThePyTorchExamplesSize() {
    var discriminator = new DcganDiscriminator(64, 3, 64);
    discriminator.initialize(manager);
    assertThat(CganTest.size(discriminator)).isEqualTo(2_765_568);
    NDArray images = manager.zeros(new Shape(2, 3, 64, 64));
    assertThat(discriminator.forward(images, null, false).getShape()).isEqualTo(new Shape(2));
  }

  @Test
  void weightsStartNormal() {
    Torch.setSeed(2);
    var generator = new DcganGenerator(100, 64, 3, 32);
    generator.initialize(manager);
    NDArray weight = generator.stateDict().get("main.0.weight");
    assertThat((double) weight.square().mean().sqrt().getFloat()).isCloseTo(0.02, within(1e-4));
    NDArray scale = generator.stateDict().get("main.1.weight");
    assertThat((double) scale.mean().getFloat()).isCloseTo(1, within(0.01));
  }

  /** MNIST's images begin as 7x7. */
  @Test
  void networksAt28() {
    var backbone = new Backbone.Dcgan(8, 4, 1, 28, true);
    Generator generator = backbone.newGenerator();
    generator.initialize(manager);
    assertThat(generator.stateDict().get("main.0.weight").getShape())
        .isEqualTo(new Shape(8, 8, 7, 7));
    NDArray images = Sampler.byClass(generator, manager, 2, 1);
    assertThat(images.getShape()).isEqualTo(new Shape(2, 1, 28, 28));
    var discriminator = new DcganDiscriminator(4, 1, 28);
    discriminator.initialize(manager);
    assertThat(discriminator.forward(images, null, false).getShape()).isEqualTo(new Shape(2));
    var headed = HeadedDiscriminator.plain(backbone.newBody());
    headed.initialize(manager);
    assertThat(headed.forward(images, null, false).getShape()).isEqualTo(new Shape(2));
  }

  @Test
  void normalisationKeepsBatchesApartWithLatentsOfAnyDistribution() {
    var normalised = new Backbone.Dcgan(8, 4, 3, 32, true);
    assertThat(normalised.batchesApart()).isTrue();
    assertThat(normalised.withUniformLatents().batchesApart()).isTrue();
    var critic = new Backbone.Dcgan(8, 4, 3, 32, false);
    assertThat(critic.withUniformLatents().batchesApart()).isFalse();
  }

  @Test
  void hasNoClassesAndIsGivenNone() {
    var backbone = new Backbone.Dcgan(8, 4, 3, 32, true);
    assertThat(backbone.withClasses(0)).isSameAs(backbone);
    assertThatThrownBy(() -> backbone.withClasses(10))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageEndingWith("is not changed to 10 classes: describe it anew by backbone(...)");
  }

  @Test
  void refusesAResolutionThatCannotBeHalvedOftenEnough() {
    for (int resolution : new int[] {4, 30, 50}) {
      assertThatThrownBy(() -> new DcganGenerator(100, 64, 3, resolution))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("but this is " + resolution);
    }
  }
}
