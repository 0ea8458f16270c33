package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.GaussianMixture.Component;
import org.junit.jupiter.api.Test;

/** Divergences that have a closed form. */
class JensenShannonTest {

  private static final double LOG_2 = Math.log(2);

  private static DoubleUnaryOperator uniform(double from, double to) {
    return x -> x >= from && x < to ? 1 / (to - from) : 0;
  }

  private static GaussianMixture gaussian(double mean, double std) {
    return GaussianMixture.of(List.of(new Component(0, 1, List.of(mean), std)));
  }

  /** Uniform densities that overlap by the share s have the divergence (1 - s) log 2. */
  @Test
  void uniformDensities() {
    assertThat(JensenShannon.between(uniform(0, 1), uniform(2, 3), -1, 4))
        .isCloseTo(LOG_2, within(1e-9));
    assertThat(JensenShannon.between(uniform(0, 1), uniform(0, 1), -1, 4)).isZero();
    assertThat(JensenShannon.between(uniform(0, 1), uniform(0.75, 1.75), -1, 4))
        .isCloseTo(0.75 * LOG_2, within(1e-9));
  }

  @Test
  void gaussians() {
    DoubleUnaryOperator p = gaussian(0, 1)::density;
    DoubleUnaryOperator q = gaussian(1, 1)::density;
    double divergence = JensenShannon.between(p, q, -12, 12);
    assertThat(JensenShannon.between(q, p, -12, 12)).isCloseTo(divergence, within(1e-12));
    // JS is near KL / 4 = d^2 / 8 for a small shift d.
    double near = JensenShannon.between(p, gaussian(0.01, 1)::density, -12, 12);
    assertThat(near / (0.0001 / 8)).isCloseTo(1, within(1e-3));
    assertThat(JensenShannon.between(p, gaussian(40, 1)::density, -12, 52))
        .isCloseTo(LOG_2, within(1e-9));
  }

  /** With D = p / (p + q) the estimate is the divergence. */
  @Test
  void theOptimalDiscriminatorTellsIt() {
    try (NDManager manager = NDManager.newBaseManager()) {
      // log p(x) - log q(x) of N(0, 1) and N(1, 1)
      NDArray real = logits(gaussian(0, 1).sample(100_000, 1).batch(manager).x());
      NDArray fake = logits(gaussian(1, 1).sample(100_000, 2).batch(manager).x());
      double exact =
          JensenShannon.between(gaussian(0, 1)::density, gaussian(1, 1)::density, -12, 12);
      assertThat(JensenShannon.ofLogits(real, fake)).isCloseTo(exact, within(0.005));
      NDArray zeros = manager.zeros(new Shape(3));
      assertThat(JensenShannon.ofLogits(zeros, zeros)).isCloseTo(0, within(1e-6));
      assertThat(JensenShannon.ofLogits(zeros.add(50), zeros.sub(50)))
          .isCloseTo(LOG_2, within(1e-6));
    }
  }

  private static NDArray logits(NDArray x) {
    return x.neg().add(0.5);
  }

  @Test
  void refusesWhatIsNoDensity() {
    assertThatThrownBy(() -> JensenShannon.between(uniform(0, 1), uniform(0, 4), 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The integral of q from 0.0 to 2.0 is 0.500, not 1");
  }
}
