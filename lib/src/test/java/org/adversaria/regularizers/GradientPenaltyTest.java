package org.adversaria.regularizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.Autograd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GradientPenaltyTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray array(Shape shape, float... values) {
    return manager.create(values, shape);
  }

  /** D(x) = w . x has the slope |w| everywhere: the penalty is lambda (|w| - 1)^2. */
  @Test
  void isThatOfTheSlopeOfPoints() {
    NDArray w = array(new Shape(2, 1), 3, 4);
    w.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray real = array(new Shape(3, 2), 1, 2, 3, 4, 5, 6);
      NDArray x =
          GradientPenalty.between(real, real.mul(2), manager.create(new float[] {0, 1, 0.5f}));
      assertThat(x.toFloatArray()).containsExactly(2, 4, 3, 4, 7.5f, 9);
      NDArray penalty = new GradientPenalty(10).penalty(x.matMul(w).reshape(-1), x);
      assertThat(penalty.getFloat()).isEqualTo(10 * 16, within(1e-4f));
      // lambda 2 (|w| - 1) w / |w|
      NDArray slope = Autograd.grad(penalty, new NDList(w)).singletonOrThrow();
      assertThat(slope.toFloatArray()).containsExactly(new float[] {48, 64}, within(1e-3f));
    }
  }

  /** A square root has no derivative at 0, but a critic of slope 0 is to be trained on. */
  @Test
  void isDifferentiableWhereTheSlopeIs0() {
    NDArray w = array(new Shape(2, 1), 0, 0);
    NDArray v = array(new Shape(1), 5);
    w.setRequiresGradient(true);
    v.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray x = R1.input(array(new Shape(3, 2), 1, 2, 3, 4, 5, 6));
      NDArray penalty = new GradientPenalty(10).penalty(x.matMul(w).mul(v).sum(new int[] {1}), x);
      assertThat(penalty.getFloat()).isEqualTo(10);
      for (NDArray gradient : Autograd.grad(penalty, new NDList(w, v))) {
        assertThat(gradient.toFloatArray()).containsOnly(0);
      }
    }
  }

  @Test
  void noGradientFlowsIntoTheGenerator() {
    NDArray g = array(new Shape(1), 2);
    g.setRequiresGradient(true);
    NDArray w = array(new Shape(1), 3);
    w.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray fake = manager.ones(new Shape(2, 1, 2, 2)).mul(g);
      NDArray real = manager.ones(new Shape(2, 1, 2, 2));
      NDArray x = GradientPenalty.between(real, fake, manager.zeros(new Shape(2, 1, 1, 1)));
      NDArray logits = x.square().sum(new int[] {1, 2, 3}).mul(w);
      NDArray penalty = new GradientPenalty(1).penalty(logits, x);
      // The slope at 4 pixels of brightness 2 is 2 * 3 * 2 each: (24 - 1)^2
      assertThat(penalty.getFloat()).isEqualTo(23 * 23, within(1e-3f));
      NDList gradients = Autograd.grad(penalty, new NDList(g, w));
      assertThat(gradients.get(0).getFloat()).isZero();
      assertThat(gradients.get(1).getFloat()).isEqualTo(2 * 23 * 8, within(1e-2f));
    }
  }

  @Test
  void draganTakesTheDeviationOfAllElementsTogether() {
    NDArray real = array(new Shape(2, 2), 1, 2, 3, 6);
    // mean 3, squares 4 + 1 + 0 + 9, divided by 3
    double deviation = Math.sqrt(14 / 3.0);
    NDArray u = array(new Shape(2, 2), 0, 1, 0.5f, 1);
    NDArray x = new Dragan(10, 2).around(real, manager.create(new float[] {1, 0.25f}), u);
    assertThat(x.toFloatArray())
        .containsExactly(
            new float[] {
              1,
              (float) (2 + 2 * deviation),
              (float) (3 + deviation / 4),
              (float) (6 + deviation / 2)
            },
            within(1e-5f));
    assertThat(x.hasGradient()).isTrue();
  }

  @Test
  void saysWhatDoesNotFit() {
    NDArray x = manager.ones(new Shape(2, 3));
    assertThatThrownBy(() -> new GradientPenalty(1).penalty(manager.ones(new Shape(2, 4)), x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The gradient penalty needs one logit of each sample, but")
        .hasMessageContaining("(2, 4)");
    assertThatThrownBy(() -> new Dragan().penalty(manager.ones(new Shape(2, 1, 4, 4)), x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("DRAGAN needs one logit of each sample");
    NDArray fewer = manager.ones(new Shape(1, 3));
    assertThatThrownBy(() -> GradientPenalty.between(x, fewer, manager.zeros(new Shape(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("are (2, 3) and (1, 3): draw batches of one size");
    assertThatThrownBy(() -> new WeightClip(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Weights are clipped to a bound above 0, such as the paper's 0.01, not to 0.0");
  }

  @Test
  void namesTheNumberThatIsOutOfRange() {
    assertThatThrownBy(() -> new GradientPenalty(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The weight of the gradient penalty is at least 0, not -1.0");
    assertThatThrownBy(() -> new Dragan(Double.NaN, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The weight of DRAGAN is at least 0, not NaN");
    assertThatThrownBy(() -> new Dragan(10, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("DRAGAN's noise has a scale above 0, such as 0.5, not 0.0");
  }
}
