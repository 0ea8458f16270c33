package org.adversaria.augmentations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CutMixTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray number(float... values) {
    return manager.create(values);
  }

  /** Of 4x4 pixels; sides are 4 sqrt(3/4) = 3.46 and 4, rounded down to 3 and 4, halves 1 and 2. */
  @Test
  void aBoxIsCutOffAtTheBorderAndMayBeTheRealPart() {
    var draws = new CutMix.Draws(number(0.25f, 0), number(1, 3), number(2, 0), number(0.2f, 0.9f));
    NDArray masks = CutMix.masks(draws, 4);
    assertThat(masks.get(0).toFloatArray())
        .containsExactly(1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    assertThat(masks.get(1).toFloatArray())
        .containsExactly(0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0);
  }

  @Test
  void halfOfAllPixelsAreRealAndPartsHaveAllSizes() {
    Torch.setSeed(6);
    NDArray images = manager.zeros(new Shape(4000, 3, 16, 16));
    NDArray areas = CutMix.masks(CutMix.draw(images), 16).reshape(4000, -1).mean(new int[] {1});
    // Six standard deviations of the mean of numbers in [0, 1] are at most 3 / sqrt(4000).
    assertThat(areas.mean().getFloat()).isCloseTo(0.5f, within(0.048f));
    for (int tenth = 0; tenth < 10; tenth++) {
      NDArray within = areas.gte(tenth / 10f).logicalAnd(areas.lte((tenth + 1) / 10f));
      assertThat(within.toBooleanArray()).contains(true);
    }
  }

  @Test
  void mixesByPixelsAndGradientsFlowToBoth() {
    NDArray real = manager.arange(8f).reshape(1, 2, 2, 2);
    NDArray fake = real.add(10);
    NDArray mask = manager.create(new float[] {1, 0, 0, 1}, new Shape(1, 1, 2, 2));
    real.setRequiresGradient(true);
    fake.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray mixed = CutMix.mix(real, fake, mask);
      assertThat(mixed.toFloatArray()).containsExactly(0, 11, 12, 3, 4, 15, 16, 7);
      NDList slopes = Autograd.grad(mixed.sum(), new NDList(real, fake));
      assertThat(slopes.get(0).toFloatArray()).containsExactly(1, 0, 0, 1, 1, 0, 0, 1);
      assertThat(slopes.get(1).toFloatArray()).containsExactly(0, 1, 1, 0, 0, 1, 1, 0);
    }
  }
}
