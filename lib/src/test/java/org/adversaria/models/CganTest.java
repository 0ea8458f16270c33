package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The networks of section 4.1; their values are checked by the reference cases. */
class CganTest {

  private static final Shape MNIST = new Shape(1, 28, 28);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static long size(TorchBlock network) {
    return network.trainable().stream().mapToLong(NDArray::size).sum();
  }

  @Test
  void generatorHasThePapersSizes() {
    var generator = new CganGenerator(CganGenerator.Sizes.PAPER, 10, MNIST);
    generator.initialize(manager);
    long expected =
        (100 * 200 + 200) + (10 * 1000 + 1000) + (1200 * 1200 + 1200) + (1200 * 784 + 784);
    assertThat(size(generator)).isEqualTo(expected);

    Torch.setSeed(0);
    NDArray z = generator.sampleLatents(manager, 1000);
    assertThat(z.min().getFloat()).isBetween(0f, 0.001f);
    assertThat(z.max().getFloat()).isBetween(0.999f, 1f);
    NDArray labels = manager.create(new long[] {3, 9});
    NDArray images = generator.forward(z.get("0:2"), labels, false);
    assertThat(images.getShape()).isEqualTo(new Shape(2, 1, 28, 28));
    assertThat(images.abs().max().getFloat()).isLessThanOrEqualTo(1);
  }

  @Test
  void discriminatorHasThePapersSizes() {
    var discriminator = new CganDiscriminator(CganDiscriminator.Sizes.PAPER, 10, MNIST);
    discriminator.initialize(manager);
    long expected = (784 * 1200 + 1200) + (10 * 250 + 250) + (290 * 960 + 960) + (240 + 1);
    assertThat(size(discriminator)).isEqualTo(expected);
    NDArray labels = manager.create(new long[] {3, 9});
    NDArray images = manager.zeros(new Shape(2, 1, 28, 28));
    assertThat(discriminator.forward(images, labels, false).getShape()).isEqualTo(new Shape(2));
  }

  @Test
  void labelsMatterAndDropoutDoesOnlyWhileTraining() {
    var discriminator = new CganDiscriminator(CganDiscriminator.Sizes.PAPER, 10, MNIST);
    discriminator.initialize(manager);
    NDArray same = manager.zeros(new Shape(2, 1, 28, 28));
    NDArray labels = manager.create(new long[] {3, 9});
    float[] once = discriminator.forward(same, labels, false).toFloatArray();
    float[] again = discriminator.forward(same, labels, false).toFloatArray();
    assertThat(once).isEqualTo(again);
    assertThat(once[0]).isNotEqualTo(once[1]);
    assertThat(discriminator.forward(same, labels, true).toFloatArray()).isNotEqualTo(once);
  }

  @Test
  void samplerIsRepeatableAndOrderedByClass() {
    var generator = new CganGenerator(CganGenerator.Sizes.PAPER, 10, MNIST);
    generator.initialize(manager);
    NDArray images = Sampler.byClass(generator, manager, 3, 5);
    assertThat(images.getShape()).isEqualTo(new Shape(30, 1, 28, 28));
    assertThat(Sampler.byClass(generator, manager, 3, 5).toFloatArray())
        .isEqualTo(images.toFloatArray());
    assertThat(images.hasGradient()).isFalse();
  }
}
