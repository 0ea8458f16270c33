package org.adversaria.regularizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.Autograd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class R1Test {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void penalisesTheSlopeAndIsDifferentiable() {
    NDArray images = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 1, 1, 2));
    NDArray w = manager.create(new float[] {3});
    w.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray x = R1.input(images);
      // D(x) = w sum x^2: grad = 2 w x, and gamma / 2 times its mean squared norm is
      // 0.5 / 2 * 4 w^2 (1 + 4 + 9 + 16) / 2 = 15 w^2
      NDArray logits = x.square().sum(new int[] {1, 2, 3}).mul(w);
      NDArray penalty = new R1(0.5).penalty(logits, x);
      assertThat(penalty.getFloat()).isEqualTo(15 * 9);
      NDArray slope = Autograd.grad(penalty, new NDList(w)).singletonOrThrow();
      assertThat(slope.toFloatArray()).containsExactly(2 * 15 * 3);
    }
    assertThat(images.hasGradient()).isFalse();
  }

  @Test
  void logitsOfClassesAreRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = manager.ones(new Shape(2, 1, 2, 2));
      assertThatThrownBy(() -> new R1(1).penalty(manager.ones(new Shape(2, 3)), images))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "R1 needs one logit of each sample, but D's first output is (2, 3): leave the term out,"
                  + " or take a method whose D has one");
    }
  }
}
