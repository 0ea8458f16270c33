package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.IntStream;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.GaussianMixture.Component;
import org.junit.jupiter.api.Test;

/** Distances that have a closed form. */
class WassersteinDistanceTest {

  private static GaussianMixture gaussian(double mean, double std) {
    return GaussianMixture.of(List.of(new Component(0, 1, List.of(mean), std)));
  }

  @Test
  void byHand() {
    double[] a = {0, 1, 3};
    double[] b = {6, 5, 8};
    assertThat(WassersteinDistance.between(a, b)).isCloseTo(5, within(1e-12));
    assertThat(WassersteinDistance.between(a, a)).isZero();
    // A half of the mass at 0 stays, a half moves by 1.
    assertThat(WassersteinDistance.between(new double[] {0}, new double[] {1, 0}))
        .isCloseTo(0.5, within(1e-12));
    // Of different sizes: three thirds against two halves.
    assertThat(WassersteinDistance.between(a, new double[] {0, 2}))
        .isCloseTo((0 + 1.0 / 6 * 1 + 1.0 / 6 * 1 + 1.0 / 3 * 1), within(1e-12));
  }

  @Test
  void weightsAreRepetitions() {
    double[] once = {1, 4, -2};
    double[] repeated = {1, 4, 4, 4, -2, -2};
    double[] other = {0.5, 7};
    assertThat(
            WassersteinDistance.between(
                once, new double[] {1, 3, 2}, other, new double[] {0.5, 0.5}))
        .isCloseTo(WassersteinDistance.between(repeated, other), within(1e-12));
  }

  /** The distance between a sample and itself moved is the shift, exactly. */
  @Test
  void aShift() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = gaussian(0, 1).sample(1000, 1).batch(manager).x();
      assertThat(WassersteinDistance.between(x, x.add(2.5))).isCloseTo(2.5, within(1e-5));
      assertThat(WassersteinDistance.between(x.flatten(), x.sub(2.5))).isCloseTo(2.5, within(1e-5));
      assertThatThrownBy(() -> WassersteinDistance.between(x.reshape(500, 2), x))
          .hasMessage("The distance is that of numbers (N) or (N, 1), but the shape is (500, 2)");
    }
  }

  private static double[] grid(GaussianMixture mixture) {
    return IntStream.range(0, 4001).mapToDouble(i -> mixture.density(-20 + 0.01 * i)).toArray();
  }

  /** W of N(0, 1) and N(0, 3) is E |(3 - 1) z| = 2 sqrt(2 / pi). */
  @Test
  void betweenDensities() {
    assertThat(
            WassersteinDistance.betweenDensities(grid(gaussian(-1, 2)), grid(gaussian(3, 2)), 0.01))
        .isCloseTo(4, within(1e-6));
    assertThat(
            WassersteinDistance.betweenDensities(grid(gaussian(0, 1)), grid(gaussian(0, 3)), 0.01))
        .isCloseTo(2 * Math.sqrt(2 / Math.PI), within(1e-4));
  }

  @Test
  void refusesWhatIsNoSample() {
    double[] one = {1};
    assertThatThrownBy(() -> WassersteinDistance.between(one, new double[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there are 0 numbers");
    assertThatThrownBy(() -> WassersteinDistance.between(one, new double[] {Double.NaN}))
        .hasMessageContaining("all finite");
    assertThatThrownBy(() -> WassersteinDistance.between(one, new double[] {-1}, one, one))
        .hasMessageContaining("weights have the sum -1.0");
    assertThatThrownBy(() -> WassersteinDistance.between(one, one, one, new double[2]))
        .hasMessage("Each number has a weight, but there are 1 numbers and 2 weights");
    assertThatThrownBy(() -> WassersteinDistance.betweenDensities(one, new double[2], 1))
        .hasMessageContaining("1 and 2 values");
  }
}
