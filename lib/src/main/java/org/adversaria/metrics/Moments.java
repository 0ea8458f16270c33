package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * Number, mean and covariance of features that arrive bit by bit, in double precision.
 *
 * <p>Kept are the count n, the mean m and the co-moment C = sum (x - m)(x - m)<sup>T</sup>. Parts
 * are put together by the update of Chan, Golub and LeVeque (The American Statistician, 1983):
 * C<sub>ab</sub> = C<sub>a</sub> + C<sub>b</sub> + n<sub>a</sub> n<sub>b</sub> / (n<sub>a</sub> +
 * n<sub>b</sub>) d d<sup>T</sup>, d = m<sub>b</sub> - m<sub>a</sub>. Each part is centred on its
 * own mean first, so that a large mean costs no digits. However the features are divided, into
 * batches or among several {@code Moments} that are merged, the result is the same up to rounding.
 *
 * <p>Beside three arrays of the size of the covariance, memory holds one part of at most 1024 rows
 * in double precision, whatever the number of features.
 */
public final class Moments implements AutoCloseable {

  /** Columns of a block; of C only blocks on and right of the diagonal are computed. */
  private static final int BLOCK = 256;

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def add(self, x: Tensor, scratch: Tensor, mean: Tensor, comoment: Tensor, before: float,
                  block: int) -> None:
            rows = torch.size(x, 0)
            centred = torch.slice(scratch, 0, 0, rows, 1)
            torch.copy_(centred, x)
            own = torch.mean(centred, [0])
            torch.sub_(centred, own, alpha=1)
            width = torch.size(centred, 1)
            start = 0
            while start < width:
              left = torch.slice(centred, 1, start, start + block, 1)
              right = torch.slice(centred, 1, start, width, 1)
              target = torch.slice(comoment, 0, start, start + block, 1)
              target = torch.slice(target, 1, start, width, 1)
              torch.addmm_(target, torch.t(left), right, beta=1, alpha=1)
              start = start + block
            self.shift(mean, comoment, own, before, float(rows))

          def merge(self, mean: Tensor, comoment: Tensor, other_mean: Tensor,
                    other_comoment: Tensor, before: float, rows: float) -> None:
            torch.add_(comoment, other_comoment, alpha=1)
            self.shift(mean, comoment, other_mean, before, rows)

          def shift(self, mean: Tensor, comoment: Tensor, own: Tensor, before: float,
                    rows: float) -> None:
            delta = torch.sub(own, mean)
            torch.addr_(comoment, delta, delta, beta=1, alpha=before * rows / (before + rows))
            torch.add_(mean, delta, alpha=rows / (before + rows))

          def mirrored(self, comoment: Tensor) -> Tensor:
            return torch.add(torch.triu(comoment, 0), torch.t(torch.triu(comoment, 1)))
          """);

  private final NDManager manager;
  private final NDArray mean;

  /** Only the blocks on and right of the diagonal hold what they should. */
  private final NDArray comoment;

  /**
   * A part in double precision; made once, since fresh memory takes longer than what is done in it.
   */
  private NDArray scratch;

  private long count;

  /**
   * Begins without features.
   *
   * @param width the length of a feature vector
   * @param device where to compute; features have to be there
   * @throws IllegalArgumentException if the width is less than 1
   */
  public Moments(int width, Device device) {
    if (width < 1) {
      throw new IllegalArgumentException("Features have at least 1 column, not " + width);
    }
    manager = NDManager.newBaseManager(device, "PyTorch");
    mean = manager.zeros(new Shape(width), DataType.FLOAT64);
    comoment = manager.zeros(new Shape(width, width), DataType.FLOAT64);
    NDScope.unregister(mean, comoment);
  }

  /**
   * Returns the moments of one set of features, on its device.
   *
   * @param features float32 or float64 {@code (N, width)}
   * @return the moments, to be closed
   * @throws IllegalArgumentException as {@link #add} does
   */
  public static Moments of(NDArray features) {
    Samples.check(features, "features");
    var moments = new Moments(Samples.width(features), features.getDevice());
    moments.addChecked(features);
    return moments;
  }

  /**
   * Adds features.
   *
   * @param features float32 or float64 {@code (N, width)}, on the device of these moments
   * @throws IllegalArgumentException if the width is another or a row is not finite; the moments
   *     are then as before
   */
  public void add(NDArray features) {
    Samples.check(features, "features");
    requireWidth(Samples.width(features), "features");
    addChecked(features);
  }

  private void addChecked(NDArray features) {
    if (scratch == null) {
      scratch = kept(() -> manager.zeros(new Shape(Samples.CHUNK, width()), DataType.FLOAT64));
    }
    for (int first = 0; first < Samples.count(features); first += Samples.CHUNK) {
      try (var scope = new NDScope();
          var paused = Autograd.pause()) {
        NDArray chunk = Samples.rows(features, first, Samples.CHUNK);
        SCRIPT.method("add").update(chunk, scratch, mean, comoment, (double) count, (long) BLOCK);
        count += Samples.count(chunk);
      }
    }
  }

  /**
   * Adds what other moments have seen; they stay as they are.
   *
   * @param other moments of features of the same width, on the same device
   * @throws IllegalArgumentException if the width is another
   */
  public void merge(Moments other) {
    requireWidth(other.width(), "other moments");
    if (other.count == 0) {
      return;
    }
    try (var paused = Autograd.pause()) {
      SCRIPT
          .method("merge")
          .update(mean, comoment, other.mean, other.comoment, (double) count, (double) other.count);
    }
    count += other.count;
  }

  private void requireWidth(int width, String what) {
    if (width != width()) {
      throw new IllegalArgumentException(
          Text.format(
              "The %s have %d columns, these moments have %d; both are to come from one extractor",
              what, width, width()));
    }
  }

  /**
   * Returns how many features were added.
   *
   * @return the number of rows
   */
  public long count() {
    return count;
  }

  /**
   * Returns the length of a feature vector.
   *
   * @return the number of columns
   */
  public int width() {
    return Math.toIntExact(mean.size());
  }

  /**
   * Returns the mean.
   *
   * @return float64 {@code (width)}, a copy that belongs to these moments
   * @throws IllegalStateException if no features were added
   */
  public NDArray mean() {
    requireCount(1, "A mean");
    return kept(mean::duplicate);
  }

  /**
   * Returns the unbiased covariance: the co-moment divided by count - 1, as {@code numpy.cov} has
   * it.
   *
   * @return float64 {@code (width, width)}, symmetric to the bit, a copy that belongs to these
   *     moments
   * @throws IllegalStateException if fewer than 2 features were added
   */
  public NDArray covariance() {
    requireCount(2, "A covariance");
    return kept(() -> mirrored().divi(count - 1));
  }

  /**
   * Returns what {@link #from} makes the same moments of, such as for a safetensors file.
   *
   * @return {@code count} int64 {@code ()}, {@code mean} float64 {@code (width)}, {@code comoment}
   *     float64 {@code (width, width)}; copies that belong to these moments
   */
  public Map<String, NDArray> state() {
    return Map.of(
        "count", kept(() -> manager.create(count)),
        "mean", kept(mean::duplicate),
        "comoment", kept(this::mirrored));
  }

  /**
   * Makes moments of their state.
   *
   * @param state as {@link #state} returns it; it is copied
   * @return the moments, on the device of the arrays, to be closed
   * @throws IllegalArgumentException if an array is absent or has another shape, or if the count is
   *     negative
   */
  public static Moments from(Map<String, NDArray> state) {
    if (!state.keySet().containsAll(Set.of("count", "mean", "comoment"))) {
      throw new IllegalArgumentException(
          "Moments consist of count, mean and comoment; there are only " + state.keySet());
    }
    NDArray mean = state.get("mean");
    NDArray comoment = state.get("comoment");
    long count = state.get("count").toArray()[0].longValue();
    long width = mean.size();
    if (!mean.getShape().equals(new Shape(width))
        || !comoment.getShape().equals(new Shape(width, width))
        || count < 0) {
      throw new IllegalArgumentException(
          Text.format(
              "These are no moments: count %d, mean of shape %s, comoment of shape %s",
              count, mean.getShape(), comoment.getShape()));
    }
    var moments = new Moments(Math.toIntExact(width), mean.getDevice());
    try (var scope = new NDScope()) {
      moments.mean.addi(mean.toType(DataType.FLOAT64, false));
      moments.comoment.addi(comoment.toType(DataType.FLOAT64, false));
    }
    moments.count = count;
    return moments;
  }

  private NDArray mirrored() {
    return SCRIPT.method("mirrored").call(comoment);
  }

  /** A result without its intermediate arrays, which no scope of the caller closes early. */
  private NDArray kept(Supplier<NDArray> computation) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray result = computation.get();
      NDScope.unregister(result);
      result.attach(manager);
      return result;
    }
  }

  private void requireCount(long least, String what) {
    if (count < least) {
      throw new IllegalStateException(
          Text.format("%s needs at least %d samples, there are %d", what, least, count));
    }
  }

  /** Frees the arrays, among them those that the methods returned. */
  @Override
  public void close() {
    manager.close();
  }
}
