package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.adversaria.models.Condition;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchOps;

/**
 * Arrays as a data set, as PyTorch's {@code TensorDataset}: row i of y is the condition of row i of
 * x. Examples are points and labels, images and tags, pairs of images of two domains.
 */
public final class ArrayData implements TrainingData {

  private final String name;
  private final NDArray x;
  private final NDArray y;
  private final Condition condition;

  /**
   * Creates a data set of labels or values.
   *
   * @param name for records
   * @param x samples {@code (size, ...)}; both arrays must stay open while the data are in use
   * @param y labels int64 {@code (size)}, or values {@code (size, ...)}
   * @throws IllegalArgumentException if the numbers of rows differ
   */
  public ArrayData(String name, NDArray x, NDArray y) {
    requireEqualRows(x, y);
    this.name = name;
    this.x = x;
    this.y = y;
    condition = conditionOf(y);
  }

  /**
   * Creates a data set of conditions of a given kind, such as instances.
   *
   * @param name for records
   * @param x samples {@code (size, ...)}; both arrays must stay open while the data are in use
   * @param y conditions {@code (size, ...)}
   * @param condition their kind
   * @throws IllegalArgumentException if the numbers of rows differ, or y is not of that kind
   */
  public ArrayData(String name, NDArray x, NDArray y, Condition condition) {
    requireEqualRows(x, y);
    if (!y.getShape().slice(1).equals(condition.shape())
        || y.getDataType() != condition.dataType()) {
      throw new IllegalArgumentException(
          Text.format(
              "Conditions %s are %s of %s, but y has %s of %s: convert it by reshape and toType",
              condition,
              condition.shape(),
              condition.dataType(),
              y.getShape().slice(1),
              y.getDataType()));
    }
    this.name = name;
    this.x = x;
    this.y = y;
    this.condition = condition;
  }

  private static void requireEqualRows(NDArray x, NDArray y) {
    if (x.getShape().get(0) != y.getShape().get(0)) {
      throw new IllegalArgumentException(
          Text.format(
              "Row i of x goes with row i of y, but x has %d rows and y has %d",
              x.getShape().get(0), y.getShape().get(0)));
    }
  }

  private static Condition conditionOf(NDArray y) {
    boolean labels = y.getDataType() == DataType.INT64 && y.getShape().dimension() == 1;
    return labels
        ? new Condition.Classes((int) y.max().getLong() + 1)
        : new Condition.Values(y.getShape().slice(1));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return (int) x.getShape().get(0);
  }

  @Override
  public Shape sampleShape() {
    return x.getShape().slice(1);
  }

  /** {@inheritDoc} The largest label plus one, unless the number was given. */
  @Override
  public int numClasses() {
    return condition instanceof Condition.Classes classes ? classes.count() : 0;
  }

  @Override
  public Condition condition() {
    return condition;
  }

  /** {@inheritDoc} SHA-256 of the values of x, then of y. */
  @Override
  public String checksum() {
    return Checksums.of(x, y);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Each epoch has a new random order, without the samples that do not fill a batch.
   */
  @Override
  public BatchSource batches(int batchSize, long seed, boolean flip) {
    if (flip) {
      throw new IllegalArgumentException(name + " is not known to be images: they are not flipped");
    }
    var shuffled = new ShuffledRows(this, batchSize, seed);
    return (number, manager) -> {
      long[] rows = Arrays.stream(shuffled.batch(number)).asLongStream().toArray();
      return new Batch(TorchOps.rows(x, rows, manager), TorchOps.rows(y, rows, manager));
    };
  }

  @Override
  public NDArray conditions(NDManager manager) {
    boolean here = y.getDevice().equals(manager.getDevice());
    NDArray copy = here ? y.duplicate() : y.toDevice(manager.getDevice(), false);
    copy.attach(manager);
    return copy;
  }
}
