package org.adversaria.regularizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.adversaria.regularizers.LatentOptimisation.GradientAscent;
import org.adversaria.regularizers.LatentOptimisation.Mask;
import org.adversaria.regularizers.LatentOptimisation.Moved;
import org.adversaria.regularizers.LatentOptimisation.NaturalGradient;
import org.adversaria.torch.Autograd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Steps of latents whose scores have gradients in closed form. */
class LatentOptimisationTest {

  private static final float TOLERANCE = 1e-6f;

  private final NDManager manager = NDManager.newBaseManager();

  /** Two vectors of two elements. */
  private final NDArray z = manager.create(new float[] {0.1f, -0.2f, 0.3f, 0.4f}, new Shape(2, 2));

  private final NDArray all = manager.ones(new Shape(2, 1));

  @AfterEach
  void close() {
    manager.close();
  }

  /** w . z, whose gradient is w, here of length 5. */
  private NDArray linear(NDArray latents) {
    return latents.matMul(manager.create(new float[] {3, 4}, new Shape(2, 1)));
  }

  /** a |z|^2 / 2, whose gradient is a z. */
  private static UnaryOperator<NDArray> quadratic(NDArray a) {
    return latents -> latents.square().sum(new int[] {1}).mul(a).div(2);
  }

  @Test
  void gradientAscentGoesAlphaTimesTheGradient() {
    Moved moved = new LatentOptimisation(new GradientAscent(0.01)).move(z, all, this::linear);
    assertThat(moved.z().toFloatArray())
        .containsExactly(new float[] {0.13f, -0.16f, 0.33f, 0.44f}, within(TOLERANCE));
    assertThat(moved.cost().getFloat()).isEqualTo(0.01f * 0.01f * 25, within(TOLERANCE));
    assertThat(moved.scores().toFloatArray())
        .containsExactly(new float[] {-0.5f, 2.5f}, within(TOLERANCE));
  }

  /** d = 0.5 (3, 4) / (7 + 25), of length 2.5 / 32. */
  @Test
  void theNaturalGradientShortensStepsOfLongGradients() {
    Moved moved = new LatentOptimisation(new NaturalGradient(0.5, 7)).move(z, all, this::linear);
    assertThat(moved.z().toFloatArray())
        .containsExactly(
            new float[] {0.1f + 1.5f / 32, -0.2f + 2f / 32, 0.3f + 1.5f / 32, 0.4f + 2f / 32},
            within(TOLERANCE));
    assertThat(moved.cost().getFloat()).isEqualTo(6.25f / 1024, within(TOLERANCE));
  }

  /** (g g^T + beta I) d = alpha g. */
  @Test
  void theNaturalGradientSolvesTheDampedFisherSystem() {
    double alpha = 0.9;
    double beta = 0.3;
    NDArray g = manager.create(new float[] {0.5f, -1.5f, 2, 1}, new Shape(2, 2));
    float[] d = new NaturalGradient(alpha, beta).step(g).toFloatArray();
    float[] of = g.toFloatArray();
    for (int i = 0; i < 4; i += 2) {
      double along = of[i] * d[i] + of[i + 1] * d[i + 1]; // g . d
      assertThat(along * of[i] + beta * d[i]).isEqualTo(alpha * of[i], within(1e-6));
      assertThat(along * of[i + 1] + beta * d[i + 1]).isEqualTo(alpha * of[i + 1], within(1e-6));
    }
  }

  @Test
  void aNaturalStepIsLongestWhereTheGradientIsTheRootOfBeta() {
    NDArray gradients = manager.arange(0.05f, 20, 0.05f).reshape(-1, 1);
    NDArray lengths = new NaturalGradient(0.9, 4).step(gradients).abs();
    assertThat(lengths.max().getFloat()).isEqualTo(0.9f / (2 * 2), within(TOLERANCE));
    assertThat(gradients.get(lengths.argMax().getLong()).toFloatArray()[0])
        .isEqualTo(2, within(0.06f));
  }

  @Test
  void theMaskKeepsVectorsOrElementsAndTheCostCountsThem() {
    var ascent = new LatentOptimisation(new GradientAscent(0.01));
    Moved vectors =
        ascent.move(z, manager.create(new float[] {0, 1}, new Shape(2, 1)), this::linear);
    assertThat(vectors.z().toFloatArray())
        .containsExactly(new float[] {0.1f, -0.2f, 0.33f, 0.44f}, within(TOLERANCE));
    assertThat(vectors.cost().getFloat()).isEqualTo(0.0025f, within(TOLERANCE));

    NDArray elements = manager.create(new float[] {1, 0, 0, 1}, new Shape(2, 2));
    assertThat(ascent.move(z, elements, this::linear).z().toFloatArray())
        .containsExactly(new float[] {0.13f, -0.2f, 0.3f, 0.44f}, within(TOLERANCE));
  }

  @Test
  void latentsStayInTheirCube() {
    Moved moved = new LatentOptimisation(new GradientAscent(1)).move(z, all, this::linear);
    assertThat(moved.z().toFloatArray()).containsOnly(1f);
    assertThat(moved.cost().getFloat()).as("before the clamp").isEqualTo(25, within(1e-4f));
  }

  /** Each step multiplies z by 1 + alpha a. */
  @Test
  void eachOfSeveralStepsStartsWhereTheOneBeforeEnded() {
    NDArray a = manager.create(2f);
    var ascent = new LatentOptimisation(new GradientAscent(0.1)).withSteps(3);
    Moved moved = ascent.move(z, all, quadratic(a));
    for (int i = 0; i < 4; i++) {
      assertThat(moved.z().toFloatArray()[i])
          .isEqualTo((float) (z.toFloatArray()[i] * Math.pow(1.2, 3)), within(TOLERANCE));
    }
    // The mean of |z|^2 is 0.15; the steps are 0.2 z, 0.2 1.2 z, 0.2 1.44 z.
    double cost = 0.15 * 0.04 * (1 + 1.44 + 1.44 * 1.44);
    assertThat(moved.cost().getFloat()).isEqualTo((float) cost, within(TOLERANCE));
    assertThat(ascent.withoutGradient().move(z, all, quadratic(a)).z().toFloatArray())
        .containsExactly(moved.z().toFloatArray(), within(TOLERANCE));
  }

  /** d/da sum z (1 + alpha a)^n = n alpha (1 + alpha a)^(n - 1) sum z, and of the cost alike. */
  @Test
  void gradientsFlowThroughAllSteps() {
    NDArray a = manager.create(2f);
    a.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      Moved once = new LatentOptimisation(new GradientAscent(0.1)).move(z, all, quadratic(a));
      assertThat(slope(once.z().sum(), a)).isEqualTo(0.1f * 0.6f, within(TOLERANCE));
      Moved twice =
          new LatentOptimisation(new GradientAscent(0.1)).withSteps(2).move(z, all, quadratic(a));
      assertThat(slope(twice.z().sum(), a)).isEqualTo(2 * 0.1f * 1.2f * 0.6f, within(TOLERANCE));
      Moved again = new LatentOptimisation(new GradientAscent(0.1)).move(z, all, quadratic(a));
      // The cost is (alpha a)^2 0.15.
      assertThat(slope(again.cost(), a)).isEqualTo(2 * 0.01f * 2 * 0.15f, within(TOLERANCE));
    }
  }

  private static float slope(NDArray value, NDArray a) {
    return Autograd.grad(value, new NDList(a)).get(0).getFloat();
  }

  @Test
  void nothingFlowsThroughADetachedStep() {
    NDArray a = manager.create(2f);
    a.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      Moved moved =
          new LatentOptimisation(new GradientAscent(0.1))
              .withoutGradient()
              .move(z, all, quadratic(a));
      assertThat(moved.z().hasGradient()).isFalse();
      assertThat(moved.cost().hasGradient()).isFalse();
    }
  }

  @Test
  void aScoreIsOneNumberForEachVector() {
    var ascent = new LatentOptimisation(new GradientAscent(0.1));
    assertThatThrownBy(() -> ascent.move(z, all, latents -> latents.mul(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one score of each sample")
        .hasMessageContaining("(2, 2)");
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    var ascent = new LatentOptimisation(new GradientAscent(0.1));
    assertThatThrownBy(() -> ascent.withCost(-1)).hasMessageContaining("transport cost");
    assertThatThrownBy(() -> ascent.withMask(Mask.VECTORS, 1.2)).hasMessageContaining("1.2");
    assertThatThrownBy(() -> ascent.withSteps(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new NaturalGradient(0.9, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The natural gradient is damped by a number above 0, such as the paper's 5, not by 0.0");
  }
}
