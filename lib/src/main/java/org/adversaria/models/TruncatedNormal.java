package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.TorchScript;

/**
 * The standard normal distribution, each element conditioned on |z| &lt;= threshold.
 *
 * <p>Sampled by the inverse of its distribution function: with u uniform in [-1, 1], {@code z =
 * sqrt(2) erfinv(u erf(threshold / sqrt(2)))}. Computed in double precision, in which the error
 * function is below 1 up to 8 standard deviations.
 */
final class TruncatedNormal {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def sample(self, u: Tensor, threshold: Tensor) -> Tensor:
            root = 1.4142135623730951
            limit = torch.erf(torch.div(threshold, root))
            z = torch.mul(torch.erfinv(torch.mul(u, limit)), root)
            z = torch.minimum(torch.maximum(z, torch.neg(threshold)), threshold)
            return torch.to(z, dtype=6)
          """);

  private TruncatedNormal() {}

  /**
   * Draws float32 numbers of PyTorch's generator; the number of draws does not depend on the
   * threshold.
   */
  static NDArray sample(NDManager manager, Shape shape, double threshold) {
    try (var scope = new NDScope()) {
      NDArray u = manager.randomUniform(-1, 1, shape, DataType.FLOAT64);
      NDArray z = SCRIPT.method("sample").call(u, manager.create(threshold));
      NDScope.unregister(z);
      return z;
    }
  }
}
