package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterpolationTest {

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray vector(float... values) {
    return manager.create(values);
  }

  @Test
  void linearTakesEqualSteps() {
    NDArray path = Interpolation.linear(vector(0, 1), vector(4, -1), 5);
    assertThat(path.getShape()).isEqualTo(new Shape(5, 2));
    assertThat(path.toFloatArray()).containsExactly(0, 1, 1, 0.5f, 2, 0, 3, -0.5f, 4, -1);
  }

  @Test
  void sphericalTakesEqualAnglesOnTheCircle() {
    float[] path = Interpolation.spherical(vector(2, 0), vector(0, 2), 4).toFloatArray();
    for (int s = 0; s < 4; s++) {
      double angle = s * Math.PI / 6;
      assertThat(path[2 * s]).isCloseTo((float) (2 * Math.cos(angle)), within(1e-6f));
      assertThat(path[2 * s + 1]).isCloseTo((float) (2 * Math.sin(angle)), within(1e-6f));
    }
  }

  @Test
  void endsAreExact() {
    NDArray a = manager.randomNormal(new Shape(1, 64));
    NDArray b = manager.randomNormal(new Shape(64));
    for (NDArray path :
        new NDArray[] {Interpolation.linear(a, b, 7), Interpolation.spherical(a, b, 7)}) {
      float[] values = path.toFloatArray();
      assertThat(Arrays.copyOf(values, 64)).containsExactly(a.toFloatArray());
      assertThat(Arrays.copyOfRange(values, 6 * 64, 7 * 64)).containsExactly(b.toFloatArray());
    }
  }

  @Test
  void sphericalIsLinearWhereThereIsNoCircle() {
    assertThat(Interpolation.spherical(vector(1, 1), vector(3, 3), 3).toFloatArray())
        .containsExactly(1, 1, 2, 2, 3, 3);
    assertThat(Interpolation.spherical(vector(1, 0), vector(-1, 0), 3).toFloatArray())
        .containsExactly(1, 0, 0, 0, -1, 0);
    assertThat(Interpolation.spherical(vector(0, 0), vector(2, 0), 3).toFloatArray())
        .containsExactly(0, 0, 1, 0, 2, 0);
  }

  @Test
  void refusesWhatDoesNotMatch() {
    assertThatThrownBy(() -> Interpolation.linear(vector(1, 2), vector(1, 2, 3), 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(2)")
        .hasMessageContaining("(3)");
    assertThatThrownBy(() -> Interpolation.spherical(vector(1, 2), vector(1), 3))
        .hasMessageContaining("different length");
    assertThatThrownBy(() -> Interpolation.linear(vector(1), vector(2), 1))
        .hasMessageContaining("at least 2 steps, not 1");
    assertThatThrownBy(
            () -> Interpolation.linear(manager.ones(new Shape(2, 3)), vector(1, 2, 3), 3))
        .hasMessageContaining("(2, 3)");
  }
}
