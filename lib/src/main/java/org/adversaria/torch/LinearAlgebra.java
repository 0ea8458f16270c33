package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;

/** Decompositions of matrices, computed by PyTorch's LAPACK. */
public final class LinearAlgebra {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def symmetric(self, a: Tensor) -> Tensor:
            return torch.linalg_eigvalsh(a)

          def decompose(self, a: Tensor) -> Tuple[Tensor, Tensor]:
            return torch.linalg_eigh(a)

          def cholesky(self, a: Tensor) -> Tuple[Tensor, Tensor]:
            return torch.linalg_cholesky_ex(a)

          def singular(self, a: Tensor) -> Tensor:
            return torch.linalg_svdvals(a)

          def general(self, a: Tensor) -> Tensor:
            return torch.view_as_real(torch.linalg_eigvals(a))

          def orthonormal(self, a: Tensor) -> Tensor:
            q, r = torch.linalg_qr(a, mode="reduced")
            return torch.mul(q, torch.sign(torch.diagonal(r)))
          """);

  /**
   * A symmetric matrix as V diag(values) V<sup>T</sup>.
   *
   * @param values {@code (n)}, ascending
   * @param vectors {@code (n, n)}, orthonormal columns in the order of the values
   */
  public record Eigen(NDArray values, NDArray vectors) {}

  private LinearAlgebra() {}

  /**
   * Returns the eigenvalues of a symmetric matrix.
   *
   * @param matrix {@code (..., n, n)}, float32 or float64; only the lower triangle is read
   * @return {@code (..., n)}, ascending
   * @throws TorchScriptException if the matrix is not square or the iteration does not converge
   */
  public static NDArray symmetricEigenvalues(NDArray matrix) {
    return SCRIPT.method("symmetric").call(matrix);
  }

  /**
   * Decomposes a symmetric matrix.
   *
   * @param matrix {@code (n, n)}, float32 or float64; only the lower triangle is read
   * @return its eigenvalues and eigenvectors
   * @throws TorchScriptException if the matrix is not square or the iteration does not converge
   */
  public static Eigen symmetricEigen(NDArray matrix) {
    NDList parts = SCRIPT.method("decompose").callList(matrix);
    return new Eigen(parts.get(0), parts.get(1));
  }

  /**
   * Returns the Cholesky factor of a symmetric matrix, if it has one.
   *
   * @param matrix {@code (n, n)}, float32 or float64; only the lower triangle is read
   * @return the lower triangular L {@code (n, n)} with L L<sup>T</sup> = matrix; empty if the
   *     matrix is, to its precision, not positive definite
   * @throws TorchScriptException if the matrix is not square
   */
  public static Optional<NDArray> cholesky(NDArray matrix) {
    NDList parts = SCRIPT.method("cholesky").callList(matrix);
    try (NDArray info = parts.get(1)) {
      if (info.getInt() == 0) {
        return Optional.of(parts.get(0));
      }
    }
    parts.get(0).close();
    return Optional.empty();
  }

  /**
   * Returns the singular values of a matrix.
   *
   * @param matrix {@code (m, n)}, float32 or float64
   * @return {@code (min(m, n))}, descending
   * @throws TorchScriptException if the iteration does not converge
   */
  public static NDArray singularValues(NDArray matrix) {
    return SCRIPT.method("singular").call(matrix);
  }

  /**
   * Returns the eigenvalues of any square matrix.
   *
   * @param matrix {@code (..., n, n)}, float32 or float64
   * @return {@code (..., n, 2)}: real and imaginary part, in no particular order
   * @throws TorchScriptException if the matrix is not square or the iteration does not converge
   */
  public static NDArray eigenvalues(NDArray matrix) {
    return SCRIPT.method("general").call(matrix);
  }

  /**
   * Returns an orthonormal basis of a matrix's columns: Q of its QR decomposition, with the signs
   * that make R's diagonal positive. For normal entries it is uniform among all such bases.
   *
   * @param matrix {@code (m, n)}, m at least n
   * @return {@code (m, n)}
   */
  public static NDArray orthonormalColumns(NDArray matrix) {
    return SCRIPT.method("orthonormal").call(matrix);
  }
}
