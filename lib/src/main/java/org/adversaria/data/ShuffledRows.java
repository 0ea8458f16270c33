package org.adversaria.data;

import java.util.Arrays;
import java.util.function.LongFunction;
import org.adversaria.torch.Text;

/**
 * Which rows of a data set are in a batch: each epoch has a new random order, without the rows that
 * do not fill a batch. A batch's rows depend on (seed, number) only.
 */
final class ShuffledRows {

  private final int size;
  private final int batchSize;
  private final LongFunction<SplitMix> random;

  /** The epoch that was asked for last: its order takes longer to draw than a batch. */
  private volatile Epoch epoch;

  /** The order of the rows, which is not changed. */
  private record Epoch(long number, int[] order) {}

  /**
   * Creates the batches of a data set.
   *
   * @throws IllegalArgumentException if a batch is empty or larger than the data set
   */
  ShuffledRows(TrainingData data, int batchSize, long seed) {
    size = data.size();
    if (batchSize < 1 || batchSize > size) {
      throw new IllegalArgumentException(
          Text.format("A batch has 1 to %d samples of %s, not %d", size, data.name(), batchSize));
    }
    this.batchSize = batchSize;
    random = number -> new SplitMix(seed, number);
    epoch = newEpoch(0);
  }

  /**
   * Creates the batches of rows in an order of one's own.
   *
   * @param size the number of rows, at least a batch
   * @param batchSize rows in a batch, at least 1
   * @param random numbers of an epoch
   */
  ShuffledRows(int size, int batchSize, LongFunction<SplitMix> random) {
    this.size = size;
    this.batchSize = batchSize;
    this.random = random;
    epoch = newEpoch(0);
  }

  private Epoch newEpoch(long number) {
    return new Epoch(number, random.apply(number).permutation(size));
  }

  private int[] order(long number) {
    Epoch current = epoch;
    if (current.number != number) {
      current = newEpoch(number);
      epoch = current;
    }
    return current.order;
  }

  /** The rows of a batch, by its number from 0. */
  int[] batch(long number) {
    long perEpoch = size / batchSize;
    int first = (int) (number % perEpoch) * batchSize;
    return Arrays.copyOfRange(order(number / perEpoch), first, first + batchSize);
  }
}
