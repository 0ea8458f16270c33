package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/** Samples as rows of a matrix: what every score asks of them. */
final class Samples {

  /** Rows looked at in one go, so that intermediate results stay small beside the samples. */
  static final int CHUNK = 1024;

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def finite_rows(self, x: Tensor) -> Tensor:
            # 0 times what is not finite is NaN; a sum of zeros cannot overflow.
            return torch.sum(torch.isfinite(torch.sum(torch.mul(x, 0), [1])))

          def sum(self, x: Tensor) -> Tensor:
            return torch.to(torch.sum(x), 7)

          def gather(self, x: Tensor, rows: Tensor) -> Tensor:
            return torch.index_select(x, 0, rows)
          """);

  private Samples() {}

  /**
   * Refuses what is not a matrix of finite numbers.
   *
   * @param x samples {@code (N, width)}
   * @param what the samples' name in messages, such as "real features"
   * @throws IllegalArgumentException if x is not float32 or float64, not a matrix, without rows, or
   *     has rows that are not finite
   */
  static void check(NDArray x, String what) {
    DataType type = x.getDataType();
    if (x.getShape().dimension() != 2 || x.getShape().size() == 0) {
      throw new IllegalArgumentException(
          Text.format(
              "The %s have shape %s; they are to be a matrix with a row for each sample",
              what, x.getShape()));
    }
    if (type != DataType.FLOAT32 && type != DataType.FLOAT64) {
      throw new IllegalArgumentException(
          Text.format("The %s are %s; they are to be float32 or float64", what, type));
    }
    requireFinite(badRows(x), count(x), what);
  }

  /**
   * Refuses rows that are not finite.
   *
   * @param bad how many there are
   * @param count of all rows
   * @param what the samples' name in messages
   * @throws IllegalArgumentException if there are any
   */
  static void requireFinite(long bad, long count, String what) {
    if (bad > 0) {
      throw new IllegalArgumentException(
          Text.format(
              "%d of %d rows of the %s are not finite (NaN or infinity)", bad, count, what));
    }
  }

  /** The number of rows that are not finite. */
  static long badRows(NDArray x) {
    return isFinite(x) ? 0 : count(x) - finiteRows(x);
  }

  /**
   * Refuses two sets of samples that have no common space, or that are no matrices.
   *
   * @param real {@code (N, width)}
   * @param fake {@code (M, width)}
   * @throws IllegalArgumentException as for one set, and if the widths differ
   */
  static void check(NDArray real, NDArray fake) {
    check(real, "real features");
    check(fake, "generated features");
    requireEqualWidths(width(real), width(fake));
  }

  /**
   * Refuses two sets of samples of different widths.
   *
   * @throws IllegalArgumentException if the widths differ
   */
  static void requireEqualWidths(int real, int fake) {
    if (real != fake) {
      throw new IllegalArgumentException(
          Text.format(
              "The real features have %d columns, the generated ones %d; both are to come from one extractor",
              real, fake));
    }
  }

  /**
   * Refuses sets that are too small.
   *
   * @param x samples {@code (N, width)}
   * @param least how many there are to be
   * @param which "real" or "generated"
   * @param purpose what needs them
   * @throws IllegalArgumentException if there are fewer
   */
  static void requireCount(NDArray x, int least, String which, String purpose) {
    requireCount(count(x), least, which, purpose);
  }

  /** The same for a set of which there is the number of its samples. */
  static void requireCount(long count, int least, String which, String purpose) {
    if (count < least) {
      throw new IllegalArgumentException(
          Text.format(
              "%s needs at least %d %s samples; there are %d",
              capitalised(purpose), least, which, count));
    }
  }

  private static String capitalised(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  static int count(NDArray x) {
    return Math.toIntExact(x.getShape().get(0));
  }

  static int width(NDArray x) {
    return Math.toIntExact(x.getShape().get(1));
  }

  /** The rows from a first one on, at most a number of them, as a view. */
  static NDArray rows(NDArray x, int first, int atMost) {
    return x.get(new NDIndex().addSliceDim(first, Math.min(first + atMost, x.getShape().get(0))));
  }

  /** Some rows, given by their numbers, as a copy. */
  static NDArray gather(NDArray x, int[] numbers) {
    try (NDArray indices = x.getManager().create(numbers).toDevice(x.getDevice(), false)) {
      return SCRIPT.method("gather").call(x, indices);
    }
  }

  /**
   * Whether the sum is finite, which it is not if any element is not: quicker than a look at each.
   */
  private static boolean isFinite(NDArray x) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      return Double.isFinite(SCRIPT.method("sum").call(x).getDouble());
    }
  }

  private static long finiteRows(NDArray x) {
    long finite = 0;
    for (int first = 0; first < count(x); first += CHUNK) {
      try (var scope = new NDScope();
          var paused = Autograd.pause()) {
        finite += SCRIPT.method("finite_rows").call(rows(x, first, CHUNK)).getLong();
      }
    }
    return finite;
  }
}
