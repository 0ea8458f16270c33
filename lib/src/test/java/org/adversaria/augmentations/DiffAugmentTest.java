package org.adversaria.augmentations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The reference cases hold the numbers; here are the ranges of the draws and the gradients. */
class DiffAugmentTest {

  private static final DiffAugment ALL = new DiffAugment(true, true, true);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void drawsCoverTheirRangesAndNoMore() {
    Torch.setSeed(1);
    DiffAugment.Draws draws = ALL.draw(manager.zeros(new Shape(4000, 1, 12, 7)));
    assertThat(draws.color().getShape()).isEqualTo(new Shape(3, 4000));
    assertThat(draws.color().min().getFloat()).isBetween(0f, 0.01f);
    assertThat(draws.color().max().getFloat()).isBetween(0.99f, Math.nextDown(1f));
    // 12 / 8 and 7 / 8 pixels round to 2 and 1.
    assertThat(distinct(draws.translation().get(0))).containsExactly(-2, -1, 0, 1, 2);
    assertThat(distinct(draws.translation().get(1))).containsExactly(-1, 0, 1);
    // A rectangle of 6 rows is even and may be centred on row 12; one of 4 columns on column 7.
    assertThat(distinct(draws.cutout().get(0)))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(distinct(draws.cutout().get(1))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void anOddRectangleIsCentredOnAPixel() {
    Torch.setSeed(2);
    var cutout = new DiffAugment(false, false, true);
    NDArray images = manager.ones(new Shape(500, 1, 5, 6));
    assertThat(distinct(cutout.draw(images).cutout().get(0))).containsExactly(0, 1, 2, 3, 4);
    NDArray middle = manager.create(new long[] {2, 3}, new Shape(2, 1));
    NDArray one = cutout.apply(images.get("0:1"), new DiffAugment.Draws(null, null, middle));
    assertThat(one.sum(new int[] {3}).toFloatArray()).containsExactly(6, 3, 3, 3, 6);
    assertThat(one.sum(new int[] {2}).toFloatArray()).containsExactly(5, 5, 2, 2, 2, 5);
  }

  @Test
  void translationBringsZerosIn() {
    var translation = new DiffAugment(false, true, false);
    NDArray image = manager.arange(1, 10, 1, DataType.FLOAT32).reshape(1, 1, 3, 3);
    NDArray by = manager.create(new long[] {1, -1}, new Shape(2, 1));
    NDArray moved = translation.apply(image, new DiffAugment.Draws(null, by, null));
    assertThat(moved.toFloatArray()).containsExactly(0, 4, 5, 0, 7, 8, 0, 0, 0);
  }

  @Test
  void colorKeepsWhatItShould() {
    NDArray images = manager.randomUniform(-1, 1, new Shape(2, 3, 4, 4));
    var color = new DiffAugment(true, false, false);
    float[] neutral = {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f};
    NDArray same =
        color.apply(
            images, new DiffAugment.Draws(manager.create(neutral, new Shape(3, 2)), null, null));
    assertThat(same.toFloatArray()).containsExactly(images.toFloatArray(), within(1e-6f));
    float[] grey = {0.75f, 0.5f, 0, 0, 0.5f, 0.5f};
    NDArray other =
        color.apply(
            images, new DiffAugment.Draws(manager.create(grey, new Shape(3, 2)), null, null));
    float[] mean =
        images
            .mean(new int[] {1})
            .add(manager.create(new float[] {0.25f, 0}).reshape(2, 1, 1))
            .toFloatArray();
    assertThat(other.get(":, 0").toFloatArray()).containsExactly(mean, within(1e-6f));
    assertThat(other.get(":, 2").toFloatArray()).containsExactly(mean, within(1e-6f));
  }

  @Test
  void aSeedGivesTheSameImagesAndEachImageItsOwnChange() {
    NDArray images = manager.randomUniform(-1, 1, new Shape(1, 3, 8, 8)).repeat(0, 6);
    Torch.setSeed(3);
    float[] first = ALL.apply(images).toFloatArray();
    Torch.setSeed(3);
    assertThat(ALL.apply(images).toFloatArray()).isEqualTo(first);
    assertThat(ALL.apply(images).toFloatArray()).isNotEqualTo(first);
    int size = first.length / 6;
    assertThat(Arrays.copyOfRange(first, 0, size))
        .isNotEqualTo(Arrays.copyOfRange(first, size, 2 * size));
    assertThat(new DiffAugment(false, false, false).apply(images).toFloatArray())
        .isEqualTo(images.toFloatArray());
  }

  @Test
  void gradientsOfBothOrdersFlowToTheImages() {
    NDArray images = manager.randomUniform(-1, 1, new Shape(2, 2, 6, 6));
    images.setRequiresGradient(true);
    DiffAugment.Draws draws = ALL.draw(images);
    try (var recording = Autograd.record()) {
      // The augmentation is affine: along its gradient g the sum of squares has curvature 2 |A
      // g|^2.
      NDArray loss = ALL.apply(images, draws).square().sum();
      NDArray slope = Autograd.grad(loss, new NDList(images), true).get(0);
      NDArray fixed = slope.stopGradient();
      NDArray second =
          Autograd.grad(slope.mul(fixed).sum(), new NDList(images)).get(0).mul(fixed).sum();
      NDArray linear =
          ALL.apply(fixed, draws).sub(ALL.apply(fixed.zerosLike(), draws)).square().sum().mul(2);
      assertThat(second.getFloat()).isEqualTo(linear.getFloat(), within(1e-3f * linear.getFloat()));
    }
  }

  @Test
  void doublesStayDoubles() {
    NDArray images = manager.zeros(new Shape(2, 3, 8, 8), DataType.FLOAT64);
    assertThat(ALL.apply(images).getDataType()).isEqualTo(DataType.FLOAT64);
    assertThat(new FlipTranslate().apply(images).getDataType()).isEqualTo(DataType.FLOAT64);
  }

  private static int[] distinct(NDArray numbers) {
    return Arrays.stream(numbers.toLongArray())
        .mapToInt(n -> (int) n)
        .distinct()
        .sorted()
        .toArray();
  }
}
