package org.adversaria.torch;

import ai.djl.ndarray.NDArray;

/** Eigenvalues, computed by PyTorch's LAPACK. */
public final class LinearAlgebra {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def symmetric(self, a: Tensor) -> Tensor:
            return torch.linalg_eigvalsh(a)

          def general(self, a: Tensor) -> Tensor:
            return torch.view_as_real(torch.linalg_eigvals(a))
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
}
