package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.Arrays;
import java.util.Random;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * The squared maximum mean discrepancy with a polynomial kernel, k(x, y) = (gamma x<sup>T</sup> y +
 * coefficient)<sup>degree</sup>; of features of images it is the KID (Bińkowski et al., 2018,
 * section 4).
 *
 * <p>Unlike the FID, its estimate is unbiased: it fluctuates around 0 for samples of one
 * distribution, and so may be below 0.
 *
 * @param degree the exponent, at least 1
 * @param gamma the factor of the inner product; 0 for 1 / width
 * @param coefficient what is added to it
 */
public record KernelDistance(int degree, double gamma, double coefficient) {

  /** Rows and columns of the kernel matrix that are in memory at once. */
  private static final int BLOCK = 2048;

  /**
   * A kernel.
   *
   * @param degree the exponent, at least 1
   * @param gamma the factor of the inner product; 0 for 1 / width
   * @param coefficient what is added to it
   * @throws IllegalArgumentException if a setting is out of its bounds or not finite
   */
  public KernelDistance {
    if (degree < 1 || !(gamma >= 0) || !Double.isFinite(gamma + coefficient)) {
      throw new IllegalArgumentException(
          Text.format(
              "A kernel has degree >= 1, finite gamma >= 0 and coefficient, not %d, %s, %s",
              degree, gamma, coefficient));
    }
  }

  /**
   * Returns the kernel of the KID: (x<sup>T</sup> y / width + 1)<sup>3</sup>.
   *
   * @return degree 3, gamma 1 / width, coefficient 1
   */
  public static KernelDistance standard() {
    return new KernelDistance(3, 0, 1);
  }

  /**
   * Returns the unbiased estimate from all pairs (Gretton et al., 2012, equation 3). The kernel
   * matrix is computed in blocks and never held.
   *
   * @param x samples of one distribution, float32 or float64 {@code (M, width)}
   * @param y samples of the other, {@code (N, width)}; N may differ from M
   * @return the estimate
   * @throws IllegalArgumentException if the widths differ, a row is not finite, or there are fewer
   *     than 2 samples of either
   */
  public double unbiased(NDArray x, NDArray y) {
    return unbiased(x, y, BLOCK);
  }

  double unbiased(NDArray x, NDArray y, int block) {
    Samples.check(x, y);
    Samples.requireCount(x, 2, "real", "an unbiased estimate");
    Samples.requireCount(y, 2, "generated", "an unbiased estimate");
    return checked(x, y, block);
  }

  /**
   * Returns mean and deviation of the unbiased estimates from random subsets, as KID is reported:
   * 100 subsets of 1000 are usual. A subset takes no sample twice.
   *
   * @param x samples of one distribution, float32 or float64 {@code (M, width)}
   * @param y samples of the other, {@code (N, width)}
   * @param subsets how many estimates
   * @param size samples of each distribution in a subset
   * @param seed of the choice; the same seed chooses the same rows on every platform
   * @return their mean and standard deviation
   * @throws IllegalArgumentException if the widths differ, a row is not finite, a size is greater
   *     than a number of samples or less than 2, or there are no subsets
   */
  public Estimate subsets(NDArray x, NDArray y, int subsets, int size, long seed) {
    Samples.check(x, y);
    if (subsets < 1 || size < 2) {
      throw new IllegalArgumentException(
          Text.format(
              "KID takes at least 1 subset of at least 2 samples, not %d of %d", subsets, size));
    }
    Samples.requireCount(x, size, "real", "a subset of " + size);
    Samples.requireCount(y, size, "generated", "a subset of " + size);
    var random = new Random(seed);
    var values = new double[subsets];
    for (int i = 0; i < subsets; i++) {
      try (var scope = new NDScope()) {
        NDArray chosenX = choose(x, size, random);
        NDArray chosenY = choose(y, size, random);
        values[i] = checked(chosenX, chosenY, BLOCK);
      }
    }
    return Estimate.of(values);
  }

  /** Different rows, by the first steps of Fisher and Yates's shuffle. */
  private static NDArray choose(NDArray x, int size, Random random) {
    var order = new int[Samples.count(x)];
    Arrays.setAll(order, i -> i);
    for (int i = 0; i < size; i++) {
      int j = i + random.nextInt(order.length - i);
      int chosen = order[j];
      order[j] = order[i];
      order[i] = chosen;
    }
    return Samples.gather(x, Arrays.copyOf(order, size));
  }

  private double checked(NDArray x, NDArray y, int block) {
    TorchScript script = script(Samples.width(x));
    double m = Samples.count(x);
    double n = Samples.count(y);
    return within(script, x, block) / (m * (m - 1))
        + within(script, y, block) / (n * (n - 1))
        - 2 * between(script, x, y, block) / (m * n);
  }

  /** The sum over ordered pairs of different samples. */
  private static double within(TorchScript script, NDArray x, int block) {
    double sum = 0;
    for (int row = 0; row < Samples.count(x); row += block) {
      try (var scope = new NDScope()) {
        NDArray rows = Samples.rows(x, row, block);
        sum += sum(script, "sum_off_diagonal", rows, rows);
        for (int column = row + block; column < Samples.count(x); column += block) {
          sum += 2 * sum(script, "sum", rows, Samples.rows(x, column, block));
        }
      }
    }
    return sum;
  }

  private static double between(TorchScript script, NDArray x, NDArray y, int block) {
    double sum = 0;
    for (int row = 0; row < Samples.count(x); row += block) {
      for (int column = 0; column < Samples.count(y); column += block) {
        try (var scope = new NDScope()) {
          sum += sum(script, "sum", Samples.rows(x, row, block), Samples.rows(y, column, block));
        }
      }
    }
    return sum;
  }

  private static double sum(TorchScript script, String method, NDArray x, NDArray y) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      return script.method(method).call(x, y).getDouble();
    }
  }

  private TorchScript script(int width) {
    return TorchScript.of(
        Text.format(
            """
            def kernel(self, x: Tensor, y: Tensor) -> Tensor:
              k = torch.matmul(torch.to(x, 7), torch.t(torch.to(y, 7)))
              torch.add_(torch.mul_(k, %s), %s)
              return torch.pow_(k, %d)

            def sum(self, x: Tensor, y: Tensor) -> Tensor:
              return torch.sum(self.kernel(x, y))

            def sum_off_diagonal(self, x: Tensor, y: Tensor) -> Tensor:
              return torch.sum(torch.fill_diagonal_(self.kernel(x, y), 0.))
            """,
            gamma == 0 ? 1d / width : gamma, coefficient, degree));
  }
}
