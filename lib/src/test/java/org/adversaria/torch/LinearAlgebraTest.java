package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinearAlgebraTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void symmetricEigenvaluesAscend() {
    NDArray matrix = manager.create(new double[] {2, 1, 1, 2}, new Shape(2, 2));
    assertThat(LinearAlgebra.symmetricEigenvalues(matrix).toDoubleArray())
        .containsExactly(new double[] {1, 3}, within(1e-12));
  }

  @Test
  void eigenvaluesOfARotationAreImaginary() {
    NDArray matrix = manager.create(new double[] {0, 1, -1, 0}, new Shape(2, 2));
    double[] parts = LinearAlgebra.eigenvalues(matrix).toDoubleArray();
    assertThat(new double[] {parts[0], Math.abs(parts[1]), parts[2], Math.abs(parts[3])})
        .containsExactly(new double[] {0, 1, 0, 1}, within(1e-12));
    assertThat(parts[1]).isEqualTo(-parts[3]);
  }

  @Test
  void eigenvectorsRebuildASymmetricMatrix() {
    NDArray matrix = manager.create(new double[] {2, 1, 0, 1, 3, -1, 0, -1, 5}, new Shape(3, 3));
    var eigen = LinearAlgebra.symmetricEigen(matrix);
    assertThat(eigen.values().toDoubleArray())
        .containsExactly(LinearAlgebra.symmetricEigenvalues(matrix).toDoubleArray(), within(1e-12));
    NDArray v = eigen.vectors();
    assertThat(v.mul(eigen.values()).matMul(v.transpose()).toDoubleArray())
        .containsExactly(matrix.toDoubleArray(), within(1e-12));
  }

  @Test
  void choleskyFactorOfAPositiveDefiniteMatrix() {
    NDArray matrix = manager.create(new double[] {4, 2, 2, 10}, new Shape(2, 2));
    assertThat(LinearAlgebra.cholesky(matrix).orElseThrow().toDoubleArray())
        .containsExactly(new double[] {2, 0, 1, 3}, within(1e-12));
  }

  @Test
  void anIndefiniteMatrixHasNoCholeskyFactor() {
    NDArray matrix = manager.create(new double[] {1, 2, 2, 1}, new Shape(2, 2));
    assertThat(LinearAlgebra.cholesky(matrix)).isEmpty();
  }

  @Test
  void singularValuesDescend() {
    NDArray matrix = manager.create(new double[] {0, -2, 0, 0, 0, 3}, new Shape(2, 3));
    assertThat(LinearAlgebra.singularValues(matrix).toDoubleArray())
        .containsExactly(new double[] {3, 2}, within(1e-12));
  }

  @Test
  void orthonormalColumnsSpanTheMatrix() {
    NDArray matrix = manager.create(new double[] {3, 1, 0, 2, 4, 0}, new Shape(3, 2));
    NDArray q = LinearAlgebra.orthonormalColumns(matrix);
    assertThat(q.transpose().matMul(q).toDoubleArray())
        .containsExactly(new double[] {1, 0, 0, 1}, within(1e-12));
    // R's diagonal is positive: the first column keeps its direction.
    assertThat(q.get(":, 0").toDoubleArray())
        .containsExactly(new double[] {0.6, 0, 0.8}, within(1e-12));
  }

  @Test
  void refusesAMatrixThatIsNotSquare() {
    NDArray matrix = manager.ones(new Shape(2, 3));
    assertThatThrownBy(() -> LinearAlgebra.symmetricEigenvalues(matrix))
        .isInstanceOf(TorchScriptException.class)
        .hasMessageContaining("square");
  }
}
