package org.adversaria.augmentations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RandomViewsTest {

  private static final RandomViews VIEWS = new RandomViews(0.5, Math.PI / 2, 0.5);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Draws that change nothing, unless a row is set: the whole image, saturation 1. */
  private NDArray draws(int row, float value) {
    var u = new float[] {0, 0.5f, 0.5f, 0.5f, 0.5f, 2 / 3f, 0.5f, 0.5f};
    u[row] = value;
    return manager.create(u, new Shape(8, 1));
  }

  /** One image of 2x2 pixels of one colour, or of 4 greys. */
  private NDArray greys() {
    return manager.create(new float[] {0.1f, 0.2f, 0.3f, 0.4f}, new Shape(1, 1, 2, 2));
  }

  private NDArray red() {
    return manager.create(new float[] {0.6f, 0, 0}, new Shape(1, 3, 1, 1));
  }

  private static void assertValues(NDArray view, double... expected) {
    float[] values = view.toFloatArray();
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(values[i]).isCloseTo((float) expected[i], within(1e-6f));
    }
  }

  @Test
  void turnsTheHueAboutTheGreyAxis() {
    assertValues(VIEWS.apply(red(), draws(4, 0.5f)), 0.6, 0, 0);
    // A third of the circle leads from one of the primary colours to another.
    assertValues(VIEWS.apply(red(), draws(4, 0.5f + 1 / 3f)), 0, 0.6, 0);
    assertValues(VIEWS.apply(red(), draws(4, 0.5f - 1 / 3f)), 0, 0, 0.6);
    assertValues(VIEWS.apply(red(), draws(5, 0)), 0.2, 0.2, 0.2);
    assertValues(VIEWS.apply(greys(), draws(4, 0.9f)), 0.1, 0.2, 0.3, 0.4);
  }

  @Test
  void changesLight() {
    assertValues(VIEWS.apply(greys(), draws(6, 1)), 0.6, 0.7, 0.8, 0.9);
    // Contrast 1.5 about the mean 0.25.
    assertValues(VIEWS.apply(greys(), draws(7, 1)), 0.025, 0.175, 0.325, 0.475);
  }

  @Test
  void takesAPartAndTurnsIt() {
    // Side 1/2 in the middle: the pixels' centres come from a quarter of the way to the middle.
    double[] half = {0.175, 0.225, 0.275, 0.325};
    assertValues(VIEWS.apply(greys(), draws(0, 1)), half);
    // A quarter turn.
    NDArray turned = VIEWS.apply(greys(), draws(3, 1));
    assertValues(turned, 0.2, 0.4, 0.1, 0.3);
    // The whole image has no room to move.
    assertValues(VIEWS.apply(greys(), draws(1, 0.9f)), 0.1, 0.2, 0.3, 0.4);
  }

  @Test
  void viewsOfABatchDifferAndKeepItsShape() {
    NDArray images = manager.randomUniform(-1, 1, new Shape(5, 3, 8, 6));
    NDArray view = RandomViews.standard().apply(images);
    assertThat(view.getShape()).isEqualTo(images.getShape());
    assertThat(RandomViews.standard().apply(images).toFloatArray())
        .isNotEqualTo(view.toFloatArray());
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomViews(0, 0.3, 0.6))
        .withMessageContaining("a smallest side in (0, 1], not 0.0");
    assertThatIllegalArgumentException().isThrownBy(() -> new RandomViews(0.5, -1, 0.6));
    assertThatIllegalArgumentException().isThrownBy(() -> new RandomViews(0.5, 0, 1.5));
  }
}
