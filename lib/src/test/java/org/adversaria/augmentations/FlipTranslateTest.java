package org.adversaria.augmentations;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlipTranslateTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final FlipTranslate views = new FlipTranslate();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void mirrorsThenMovesWithAReflectedBorder() {
    NDArray images = manager.arange(0, 12, 1, DataType.FLOAT32).reshape(1, 1, 3, 4).repeat(0, 2);
    var draws =
        new FlipTranslate.Draws(
            manager.create(new float[] {0.5f, 0.4f}),
            manager.create(new long[] {1, -1, 0, 2}, new Shape(2, 2)));
    NDArray moved = views.apply(images, draws);
    assertThat(moved.get(0).toFloatArray()).containsExactly(4, 5, 6, 7, 8, 9, 10, 11, 4, 5, 6, 7);
    // Mirrored, the rows are 3 2 1 0, 7 6 5 4, 11 10 9 8; moved by (-1, 2) they begin 5 4 5 6.
    assertThat(moved.get(1).toFloatArray()).containsExactly(5, 4, 5, 6, 1, 0, 1, 2, 5, 4, 5, 6);
  }

  @Test
  void halfAreMirroredAndShiftsAreAnEighthAtMost() {
    Torch.setSeed(4);
    FlipTranslate.Draws draws = views.draw(manager.zeros(new Shape(4000, 1, 15, 24)));
    NDArray mirrored = draws.flip().lt(0.5f).toType(DataType.INT64, false).sum();
    // The standard deviation of the count is 32.
    assertThat(mirrored.getLong()).isBetween(1850L, 2150L);
    assertThat(distinct(draws.translation().get(0))).containsExactly(-1, 0, 1);
    assertThat(distinct(draws.translation().get(1))).containsExactly(-3, -2, -1, 0, 1, 2, 3);
  }

  @Test
  void gradientsFlowToTheImages() {
    NDArray images = manager.randomUniform(-1, 1, new Shape(3, 2, 8, 8));
    images.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray sum = views.apply(images).sum();
      NDArray slope = Autograd.grad(sum, new NDList(images)).get(0);
      // Each of the view's pixels comes from one pixel.
      assertThat(slope.sum().getFloat()).isEqualTo(3 * 2 * 8 * 8);
    }
  }

  @Test
  void settingsTravelAsJson() throws JsonProcessingException {
    var mapper = new ObjectMapper();
    for (Augmentation one : List.of(views, new DiffAugment(true, false, true))) {
      assertThat(mapper.readValue(mapper.writeValueAsString(one), Augmentation.class))
          .isEqualTo(one);
    }
  }

  private static long[] distinct(NDArray numbers) {
    return Arrays.stream(numbers.toLongArray()).distinct().sorted().toArray();
  }
}
