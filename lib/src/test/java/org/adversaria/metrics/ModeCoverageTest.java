package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.GaussianMixture.Component;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Samples whose modes and quality are known. */
class ModeCoverageTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final GaussianMixture ring = GaussianMixture.ring(8, 2, 0.02);

  @AfterEach
  void close() {
    manager.close();
  }

  /** Of a Gaussian in the plane 1 - exp(-9/2) lies within three standard deviations. */
  @Test
  void theMixturesOwnPointsCoverIt() {
    NDArray points = ring.sample(5000, 1).batch(manager).x();
    ModeCoverage coverage = ModeCoverage.of(ring, points);
    assertThat(coverage.modes()).isEqualTo(8);
    assertThat(coverage.covered()).isEqualTo(8);
    assertThat(coverage.quality()).isCloseTo(1 - Math.exp(-4.5), within(0.01));
    // (8 - 1) / (2 n) on average
    assertThat(coverage.reverseKl()).isBetween(0.0, 0.005);
  }

  @Test
  void oneModeHasAll() {
    ModeCoverage coverage = ModeCoverage.of(ring, ring.sampleClass(3, 1000, 1).batch(manager).x());
    assertThat(coverage.covered()).isEqualTo(1);
    assertThat(coverage.reverseKl()).isCloseTo(Math.log(8), within(1e-12));
  }

  /** Three points near the first mode, one near the second, and one that is 3.1 deviations away. */
  @Test
  void countsByHand() {
    GaussianMixture mixture =
        GaussianMixture.of(
            List.of(
                new Component(0, 1, List.of(0.0), 1),
                new Component(1, 1, List.of(10.0), 1),
                new Component(2, 2, List.of(20.0), 0.5)));
    NDArray points = manager.create(new float[] {0, -2.9f, 1, 10, 13.1f}, new Shape(5, 1));
    ModeCoverage coverage = ModeCoverage.of(mixture, points, 1);
    assertThat(coverage.modes()).isEqualTo(3);
    assertThat(coverage.covered()).isEqualTo(2);
    assertThat(coverage.quality()).isCloseTo(0.8, within(1e-12));
    double divergence = 0.6 * Math.log(0.6 / 0.25) + 0.4 * Math.log(0.4 / 0.25);
    assertThat(coverage.reverseKl()).isCloseTo(divergence, within(1e-12));
    assertThat(ModeCoverage.of(mixture, points, 3).covered()).isEqualTo(1);
  }

  /** 15.5 is 5.5 deviations from the mean 10 and 9 from the mean 20, which is nearer in length. */
  @Test
  void theNearestModeIsTheNearestInDeviations() {
    GaussianMixture uneven =
        GaussianMixture.of(
            List.of(
                new Component(0, 3, List.of(10.0), 1), new Component(1, 1, List.of(20.0), 0.5)));
    NDArray points = manager.create(new float[] {15.5f}, new Shape(1, 1));
    assertThat(ModeCoverage.of(uneven, points, 1).reverseKl())
        .isCloseTo(Math.log(4 / 3.0), within(1e-12));
  }

  /**
   * 3 of 1,000 points are fewer than a twentieth of an eighth; by the papers' rule one is enough.
   */
  @Test
  void straysDoNotCoverAMode() {
    NDArray most = ring.sampleClass(0, 997, 1).batch(manager).x();
    NDArray strays = ring.sampleClass(5, 3, 1).batch(manager).x();
    NDArray points = most.concat(strays);
    assertThat(ModeCoverage.of(ring, points).covered()).isEqualTo(1);
    assertThat(ModeCoverage.of(ring, points, 1).covered()).isEqualTo(2);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> ModeCoverage.of(ring, manager.ones(new Shape(4, 3))))
        .hasMessage("The mixture has 2 dimensions, but the points have 3");
    assertThatThrownBy(() -> ModeCoverage.of(ring, manager.ones(new Shape(4, 2)), 0))
        .hasMessageContaining("at least one point");
    assertThatThrownBy(() -> ModeCoverage.of(ring, manager.full(new Shape(4, 2), Float.NaN)))
        .hasMessageContaining("not finite");
  }
}
