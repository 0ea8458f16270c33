package org.adversaria.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/**
 * Shuffled batches of a data set.
 *
 * <p>The batch of a step is a pure function of (seed, step): a run that is resumed at step 1,000
 * has the batches of an uninterrupted one. An epoch is {@code size / batchSize} batches in the
 * order of a permutation drawn from (seed, epoch); images that do not fill a batch are dropped.
 * With {@link Builder#flip flip} every image is mirrored with probability one half, drawn from
 * (seed, step).
 *
 * <pre>{@code
 * try (var loader = Loader.builder(data).batchSize(64).seed(1).flip(true).build()) {
 *   for (long step = 0; step < 1000; step++) {
 *     try (NDManager manager = root.newSubManager()) {
 *       Batch batch = loader.batch(step, manager);
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>A background thread collects the bytes of the following steps; arrays are created on the
 * caller's thread only. Steps may be requested in any order; ascending order is fastest. Safe for
 * use from several threads.
 */
public final class Loader implements BatchSource {

  private static final long ORDER_STREAM = 1;
  private static final long FLIP_STREAM = 2;

  private final ImageData data;
  private final int batchSize;
  private final long seed;
  private final boolean shuffle;
  private final boolean flip;
  private final int prefetch;
  private final ExecutorService worker;
  private final Map<Long, Future<Pixels>> ahead = new HashMap<>();
  private final Map<Long, int[]> orders = new HashMap<>();
  private final Deque<ByteBuffer> spare = new ArrayDeque<>();
  private boolean closed;

  /** The bytes of a step's batch. */
  private record Pixels(ByteBuffer bytes, long[] labels) {}

  private Loader(Builder builder) {
    data = builder.data;
    batchSize = builder.batchSize;
    seed = builder.seed;
    shuffle = builder.shuffle;
    flip = builder.flip;
    prefetch = builder.prefetch;
    worker = prefetch == 0 ? null : Executors.newSingleThreadExecutor(Loader::daemon);
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task, "adversaria-loader");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Returns a builder of a loader.
   *
   * @param data the data set
   * @return a builder; every setting has a default
   */
  public static Builder builder(ImageData data) {
    return new Builder(data);
  }

  /**
   * Returns the data set.
   *
   * @return the data set
   */
  public ImageData data() {
    return data;
  }

  /**
   * Returns the number of images in a batch.
   *
   * @return the batch size
   */
  public int batchSize() {
    return batchSize;
  }

  /**
   * Returns the number of whole batches in an epoch.
   *
   * @return {@code size / batchSize}, rounded down
   */
  public long batchesPerEpoch() {
    return data.size() / batchSize;
  }

  /**
   * Returns the batch of a step.
   *
   * @param step the step, from 0
   * @param manager the owner of the arrays, on whose device they are
   * @return {@code (batchSize, C, H, W)} images in [-1, 1] and their labels
   * @throws IllegalArgumentException if the step is negative
   * @throws IllegalStateException if the loader is closed
   */
  @Override
  public Batch batch(long step, NDManager manager) {
    if (step < 0) {
      throw new IllegalArgumentException("Steps count from 0, but the step is " + step);
    }
    Pixels pixels = take(step);
    var shape = new Shape(batchSize, data.channels(), data.height(), data.width());
    Batch batch = Batch.of(pixels.bytes, shape, pixels.labels, manager);
    recycle(pixels.bytes);
    return batch;
  }

  /** Stops the background thread and drops prepared batches. */
  @Override
  public synchronized void close() {
    closed = true;
    ahead.clear();
    spare.clear();
    if (worker != null) {
      worker.shutdown();
    }
  }

  private Pixels take(long step) {
    Future<Pixels> prepared = schedule(step);
    if (prepared == null) {
      return gather(step);
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return prepared.get();
        } catch (InterruptedException e) {
          // Collecting the bytes takes milliseconds; the interrupt is restored afterwards.
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("Preparing the batch of step " + step + " failed", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Submits the following steps, drops others, and returns the task of this step, or null. */
  private synchronized Future<Pixels> schedule(long step) {
    if (closed) {
      throw new IllegalStateException("The loader of '" + data.name() + "' is closed");
    }
    Future<Pixels> prepared = ahead.remove(step);
    if (worker != null) {
      ahead.keySet().removeIf(other -> other < step || other > step + prefetch);
      for (long next = step + 1; next <= step + prefetch; next++) {
        ahead.computeIfAbsent(next, n -> worker.submit(() -> gather(n)));
      }
    }
    return prepared;
  }

  private Pixels gather(long step) {
    int[] order = order(step / batchesPerEpoch());
    int first = (int) (step % batchesPerEpoch()) * batchSize;
    ByteBuffer bytes = buffer();
    var labels = new long[batchSize];
    var image = new byte[data.imageLength()];
    var flips = new SplitMix(seed, FLIP_STREAM, step);
    for (int i = 0; i < batchSize; i++) {
      data.copyImage(order[first + i], image, 0);
      labels[i] = data.label(order[first + i]);
      if (flip && flips.nextLong() < 0) {
        mirror(image, data.width());
      }
      bytes.put(image);
    }
    return new Pixels(bytes.flip(), labels);
  }

  /** Mirrors an image of any number of channels left to right. */
  static void mirror(byte[] image, int width) {
    for (int row = 0; row < image.length; row += width) {
      for (int left = row, right = row + width - 1; left < right; left++, right--) {
        byte swapped = image[left];
        image[left] = image[right];
        image[right] = swapped;
      }
    }
  }

  private synchronized int[] order(long epoch) {
    // The worker may be one epoch ahead of the caller, so two orders are stored.
    orders.keySet().removeIf(other -> Math.abs(other - epoch) > 1);
    return orders.computeIfAbsent(epoch, this::drawOrder);
  }

  private int[] drawOrder(long epoch) {
    if (shuffle) {
      return new SplitMix(seed, ORDER_STREAM, epoch).permutation(data.size());
    }
    return IntStream.range(0, data.size()).toArray();
  }

  private synchronized ByteBuffer buffer() {
    ByteBuffer buffer = spare.poll();
    return buffer == null
        ? ByteBuffer.allocateDirect(batchSize * data.imageLength())
        : buffer.clear();
  }

  private synchronized void recycle(ByteBuffer buffer) {
    if (spare.size() <= prefetch) {
      spare.add(buffer);
    }
  }

  /** The settings of a {@link Loader}. */
  public static final class Builder {

    private final ImageData data;
    private int batchSize = 64;
    private long seed;
    private boolean shuffle = true;
    private boolean flip;
    private int prefetch = 2;

    private Builder(ImageData data) {
      this.data = Objects.requireNonNull(data, "data");
    }

    /**
     * Sets the number of images in a batch; 64 unless set.
     *
     * @param value at least 1 and at most the size of the data set
     * @return this builder
     */
    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    /**
     * Sets the seed of the order and the flips; 0 unless set.
     *
     * @param value any value
     * @return this builder
     */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * Sets whether each epoch has a random order; true unless set.
     *
     * @param value false for the order of the data set
     * @return this builder
     */
    public Builder shuffle(boolean value) {
      shuffle = value;
      return this;
    }

    /**
     * Sets whether images are mirrored left to right at random; false unless set.
     *
     * @param value true for data whose mirror image is as likely as itself (not digits)
     * @return this builder
     */
    public Builder flip(boolean value) {
      flip = value;
      return this;
    }

    /**
     * Sets the number of steps that the background thread prepares in advance; 2 unless set.
     *
     * @param value at least 0; 0 means no background thread
     * @return this builder
     */
    public Builder prefetch(int value) {
      prefetch = value;
      return this;
    }

    /**
     * Creates the loader.
     *
     * @return the loader
     * @throws IllegalArgumentException if the batch size or the prefetching is out of range
     */
    public Loader build() {
      if (batchSize < 1 || batchSize > data.size()) {
        throw new IllegalArgumentException(
            Text.format(
                "The batch size is %d, but '%s' has %d images; choose 1 to %d",
                batchSize, data.name(), data.size(), data.size()));
      }
      if (prefetch < 0) {
        throw new IllegalArgumentException(
            "Prefetching cannot be negative, but is " + prefetch + "; 0 switches it off");
      }
      if ((long) batchSize * data.imageLength() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            Text.format(
                "A batch of %d images of %d bytes is larger than 2 GiB; choose a smaller batch size",
                batchSize, data.imageLength()));
      }
      return new Loader(this);
    }
  }
}
