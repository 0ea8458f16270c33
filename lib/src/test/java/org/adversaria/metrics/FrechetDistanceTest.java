package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.adversaria.torch.LinearAlgebra;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(1);

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray normal(int rows, int width) {
    double[] values = random.doubles((long) rows * width).map(u -> random.nextGaussian()).toArray();
    return manager.create(values, new Shape(rows, width));
  }

  private static double fid(NDArray a, NDArray b) {
    try (var x = Moments.of(a);
        var y = Moments.of(b)) {
      return FrechetDistance.between(x, y);
    }
  }

  private NDArray diagonal(double... values) {
    return manager
        .create(values)
        .reshape(-1, 1)
        .mul(manager.eye(values.length).toType(DataType.FLOAT64, true));
  }

  @Test
  void commutingCovariancesHaveAClosedForm() {
    // sum of squared differences of means and of standard deviations
    double distance =
        FrechetDistance.between(
            manager.create(new double[] {1, 0, 2}),
            diagonal(4, 9, 1),
            manager.create(new double[] {0, 0, 4}),
            diagonal(1, 16, 1));
    assertThat(distance).isCloseTo(1 + 4 + 1 + 1, within(1e-12));
  }

  @Test
  void twoByTwoHasAClosedForm() {
    // tr sqrt(M) of a 2 by 2 matrix M is sqrt(tr M + 2 sqrt(det M)).
    NDArray a = manager.create(new double[] {3, 1, 1, 2}, new Shape(2, 2));
    NDArray b = manager.create(new double[] {1, -0.5, -0.5, 4}, new Shape(2, 2));
    double trace = 3 - 0.5 + -0.5 + 8;
    double determinant = 5 * 3.75;
    assertThat(FrechetDistance.traceOfSqrt(a, b))
        .isCloseTo(Math.sqrt(trace + 2 * Math.sqrt(determinant)), within(1e-12));
  }

  @Test
  void directionsThatOneSetLacksCountInFull() {
    double distance =
        FrechetDistance.between(
            manager.zeros(new Shape(3), DataType.FLOAT64),
            diagonal(4, 0, 0),
            manager.zeros(new Shape(3), DataType.FLOAT64),
            diagonal(1, 9, 0));
    assertThat(distance).isCloseTo(1 + 9, within(1e-12));
    assertThat(FrechetDistance.traceOfSqrt(diagonal(0, 0), diagonal(1, 2))).isZero();
  }

  @Test
  void bothRoutesAgreeWhereBothAreExact() {
    // A further feature that is constant makes the covariance singular and changes no distance.
    NDArray x = normal(200, 6);
    NDArray y = normal(300, 6).mul(1.5).add(0.1);
    NDArray constantX = NDArrays.concat(new NDList(x, x.get(":, :1").zerosLike()), 1);
    NDArray constantY = NDArrays.concat(new NDList(y, y.get(":, :1").zerosLike()), 1);
    assertThat(fid(constantX, constantY)).isCloseTo(fid(x, y), within(1e-12));
  }

  @Test
  void symmetricAndInvariantUnderRotationAndShift() {
    NDArray x = normal(120, 5).matMul(normal(5, 5));
    NDArray y = normal(80, 5).matMul(normal(5, 5)).add(1);
    double distance = fid(x, y);
    NDArray rotation = LinearAlgebra.orthonormalColumns(normal(5, 5));
    assertThat(fid(y, x)).isCloseTo(distance, within(1e-10 * distance));
    assertThat(fid(x.matMul(rotation).add(3), y.matMul(rotation).add(3)))
        .isCloseTo(distance, within(1e-10 * distance));
    assertThat(fid(x.mul(2), y.mul(2))).isCloseTo(4 * distance, within(1e-10 * distance));
  }

  @Test
  void equalSetsAreAtDistanceZeroWhateverTheirRank() {
    for (NDArray x :
        new NDArray[] {
          normal(100, 8), normal(5, 40), normal(2, 3), manager.ones(new Shape(4, 3)).mul(7)
        }) {
      assertThat(fid(x, x)).isBetween(0d, 1e-11);
    }
  }

  @Test
  void repeatedFeaturesScaleTheDistance() {
    // A feature twice is one feature times the root of 2, seen in rotated axes.
    NDArray x = normal(50, 4);
    NDArray y = normal(60, 4).mul(0.7);
    var twiceX = NDArrays.concat(new NDList(x, x), 1);
    var twiceY = NDArrays.concat(new NDList(y, y), 1);
    assertThat(fid(twiceX, twiceY)).isCloseTo(2 * fid(x, y), within(1e-11));
  }

  @Test
  void fewerSamplesThanFeaturesAgreeWithTheSpaceTheySpan() {
    // Both sets lie in the same 3 dimensions of 30.
    NDArray basis = LinearAlgebra.orthonormalColumns(normal(30, 3)).transpose();
    NDArray x = normal(10, 3);
    NDArray y = normal(12, 3).add(0.5);
    assertThat(fid(x.matMul(basis), y.matMul(basis))).isCloseTo(fid(x, y), within(1e-11));
  }

  @Test
  void singlePrecisionArgumentsAreComputedInDouble() {
    NDArray mean = manager.create(new float[] {0, 0});
    NDArray covariance = manager.create(new float[] {1e-3f, 0, 0, 1}, new Shape(2, 2));
    assertThat(FrechetDistance.between(mean, covariance, mean, covariance)).isBetween(0d, 1e-15);
  }

  @Test
  void refusesShapesThatDoNotFit() {
    NDArray mean = manager.zeros(new Shape(2), DataType.FLOAT64);
    assertThatThrownBy(() -> FrechetDistance.between(mean, diagonal(1, 1), mean, diagonal(1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A covariance has shape (3, 3); expected (2, 2)");
    assertThatThrownBy(
            () -> FrechetDistance.between(mean, diagonal(1, 1), mean.reshape(2, 1), diagonal(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A mean has shape (2, 1); expected (2)");
    try (var two = Moments.of(normal(4, 2));
        var three = Moments.of(normal(4, 3))) {
      assertThatThrownBy(() -> FrechetDistance.between(two, three))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 and 3 columns");
    }
  }

  @Test
  void refusesNumbersThatAreNotFinite() {
    NDArray mean = manager.zeros(new Shape(2), DataType.FLOAT64);
    NDArray bad = manager.create(new double[] {0, Double.NaN});
    assertThatThrownBy(() -> FrechetDistance.between(mean, diagonal(1, 1), bad, diagonal(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A mean is not finite");
    assertThatThrownBy(
            () -> FrechetDistance.between(mean, diagonal(1, Double.NaN), mean, diagonal(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not finite");
  }
}
