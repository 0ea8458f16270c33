package org.adversaria.torch;

import ai.djl.ndarray.NDArray;

/** Eigenvalues and orthonormal bases, computed by PyTorch's LAPACK. */
public final class LinearAlgebra {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def symmetric(self, a: Tensor) -> Tensor:
            return torch.linalg_eigvalsh(a)

          def general(self, a: Tensor) -> Tensor:
            return torch.view_as_real(torch.linalg_eigvals(a))

          def orthonormal(self, a: Tensor) -> Tensor:
            q, r = torch.linalg_qr(a, mode="reduced")
            return torch.mul(q, torch.sign(torch.diagonal(r)))
          """);

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
