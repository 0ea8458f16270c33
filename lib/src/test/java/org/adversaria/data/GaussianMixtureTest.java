package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.adversaria.data.GaussianMixture.Component;
import org.adversaria.data.GaussianMixture.Points;
import org.junit.jupiter.api.Test;

class GaussianMixtureTest {

  private static double normal(double x, double mean, double std) {
    double z = (x - mean) / std;
    return Math.exp(-z * z / 2) / (std * Math.sqrt(2 * Math.PI));
  }

  @Test
  void densityIsTheWeightedSumOfNormalDensities() {
    GaussianMixture mixture = GaussianMixture.overlapping1d();
    double expected = (normal(2, 0, 1) + normal(2, 3, 2) + normal(2, 6, 3)) / 3;
    assertThat(mixture.density(2)).isCloseTo(expected, within(1e-15));
    assertThat(mixture.classDensity(1, 2)).isCloseTo(normal(2, 3, 2), within(1e-15));
    assertThat(mixture.classProbability(2)).isCloseTo(1 / 3.0, within(1e-15));
    double mass = IntStream.range(-2000, 3000).mapToDouble(i -> mixture.density(i / 100.0)).sum();
    assertThat(mass / 100).isCloseTo(1, within(1e-9));
  }

  @Test
  void overlappingClassesHaveThePapersMoments() {
    double[][] moments = {{0, 1}, {3, 2}, {6, 3}};
    for (int label = 0; label < 3; label++) {
      Points points = GaussianMixture.overlapping1d().sampleClass(label, 50_000, 1);
      double mean = 0;
      double square = 0;
      for (float value : points.values()) {
        mean += value / 50_000.0;
        square += value * (double) value / 50_000;
      }
      assertThat(mean).isCloseTo(moments[label][0], within(0.05));
      assertThat(Math.sqrt(square - mean * mean)).isCloseTo(moments[label][1], within(0.05));
      assertThat(points.labels()).containsOnly(label);
    }
  }

  @Test
  void momentsOfAClassAreThoseOfItsDensity() {
    GaussianMixture mixture =
        GaussianMixture.of(
            List.of(
                new Component(0, 1, List.of(-1.0), 0.5),
                new Component(1, 5, List.of(9.0), 1),
                new Component(0, 3, List.of(2.0), 1)));
    double mean = integral(x -> x * mixture.classDensity(0, x));
    double square = integral(x -> x * x * mixture.classDensity(0, x));
    assertThat(mixture.classMean(0)).hasSize(1);
    assertThat(mixture.classMean(0)[0]).isCloseTo(mean, within(1e-9));
    assertThat(mixture.classStd(0)).isCloseTo(Math.sqrt(square - mean * mean), within(1e-9));

    GaussianMixture plane =
        GaussianMixture.of(
            List.of(
                new Component(0, 1, List.of(0.0, -3.0), 1),
                new Component(0, 1, List.of(0.0, 5.0), 1)));
    assertThat(plane.classMean(0)).containsExactly(0, 1);
    // Variances 1 along the first axis and 1 + 16 along the second.
    assertThat(plane.classStd(0)).isCloseTo(3, within(1e-12));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plane.classStd(1))
        .withMessageContaining("no class 1");
  }

  private static double integral(DoubleUnaryOperator f) {
    return IntStream.range(-2000, 3000).mapToDouble(i -> f.applyAsDouble(i / 100.0)).sum() / 100;
  }

  @Test
  void ringRunsCounterClockwiseFromTheRight() {
    GaussianMixture ring = GaussianMixture.ring(4, 2, 0.1);
    List<List<Double>> means = ring.components().stream().map(Component::mean).toList();
    double[][] expected = {{2, 0}, {0, 2}, {-2, 0}, {0, -2}};
    for (int i = 0; i < 4; i++) {
      assertThat(means.get(i).get(0)).isCloseTo(expected[i][0], within(1e-12));
      assertThat(means.get(i).get(1)).isCloseTo(expected[i][1], within(1e-12));
    }
    assertThat(ring.density(2, 0)).isCloseTo(1 / (4 * 2 * Math.PI * 0.01), within(1e-9));
    assertThat(ring.numClasses()).isEqualTo(4);
    assertThat(ring.dimension()).isEqualTo(2);
  }

  @Test
  void gridIsCentredAndXGrowsFirst() {
    GaussianMixture grid = GaussianMixture.grid(3, 2, 0.05);
    assertThat(grid.components().stream().map(Component::mean))
        .containsExactly(
            List.of(-2.0, -2.0),
            List.of(0.0, -2.0),
            List.of(2.0, -2.0),
            List.of(-2.0, 0.0),
            List.of(0.0, 0.0),
            List.of(2.0, 0.0),
            List.of(-2.0, 2.0),
            List.of(0.0, 2.0),
            List.of(2.0, 2.0));
    assertThat(grid.numClasses()).isEqualTo(9);
  }

  @Test
  void pointsLieByTheMeanOfTheirClass() {
    GaussianMixture ring = GaussianMixture.ring(8, 2, 0.05);
    Points points = ring.sample(4_000, 7);
    var counts = new int[8];
    for (int i = 0; i < points.size(); i++) {
      List<Double> mean = ring.components().get(points.labels()[i]).mean();
      double dx = points.values()[2 * i] - mean.get(0);
      double dy = points.values()[2 * i + 1] - mean.get(1);
      assertThat(Math.sqrt(dx * dx + dy * dy)).isLessThan(0.3);
      counts[points.labels()[i]]++;
    }
    assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(400);
  }

  @Test
  void samplesArePinnedAndALargerOneContinuesASmallerOne() {
    Points three = GaussianMixture.ring(8, 2, 0.1).sample(3, 5);
    assertThat(three.values())
        .containsExactly(
            2.0461023f, -0.08601148f, 1.4940743f, 1.3639162f, -2.1367664f, -0.04251485f);
    assertThat(three.labels()).containsExactly(0, 1, 4);
    Points more = GaussianMixture.ring(8, 2, 0.1).sample(10, 5);
    assertThat(Arrays.copyOf(more.values(), 6)).isEqualTo(three.values());
    assertThat(GaussianMixture.ring(8, 2, 0.1).sample(3, 6).values()).isNotEqualTo(three.values());
  }

  @Test
  void aClassMayHaveSeveralComponentsAndWeights() {
    GaussianMixture mixture =
        GaussianMixture.of(
            List.of(
                new Component(0, 1, List.of(-5.0), 1),
                new Component(0, 3, List.of(5.0), 1),
                new Component(1, 4, List.of(0.0), 1)));
    assertThat(mixture.classProbability(0)).isCloseTo(0.5, within(1e-15));
    assertThat(mixture.classDensity(0, 5)).isCloseTo(0.75 * normal(0, 0, 1), within(1e-12));
    Points points = mixture.sampleClass(0, 10_000, 2);
    long right = IntStream.range(0, 10_000).filter(i -> points.values()[i] > 0).count();
    assertThat(right).isBetween(7_300L, 7_700L);
  }

  @Test
  void pointsBecomeArrays() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Points points = GaussianMixture.grid(2, 1, 0.1).sample(5, 0);
      Batch batch = points.batch(manager);
      assertThat(batch.images().getShape().getShape()).containsExactly(5, 2);
      assertThat(batch.images().toFloatArray()).isEqualTo(points.values());
      assertThat(batch.labels().toLongArray())
          .isEqualTo(IntStream.of(points.labels()).asLongStream().toArray());
    }
  }

  @Test
  void refusesWhatIsNoMixture() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GaussianMixture.ring(0, 1, 1))
        .withMessageContaining("at least one component");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GaussianMixture.ring(3, 1, 0))
        .withMessageContaining("positive std");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                GaussianMixture.of(
                    List.of(
                        new Component(0, 1, List.of(0.0), 1),
                        new Component(1, 1, List.of(0.0, 0.0), 1))))
        .withMessageContaining("one dimension in common");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GaussianMixture.overlapping1d().density(1, 2))
        .withMessage("The mixture has 1 dimensions, but the point has 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GaussianMixture.overlapping1d().sampleClass(3, 1, 0))
        .withMessageContaining("no class 3; its labels run from 0 to 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GaussianMixture.overlapping1d().sample(0, 0))
        .withMessageContaining("at least one point");
  }
}
