package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.adversaria.nn.StandingStatistics;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;
import org.adversaria.torch.TorchOps;

/**
 * The settings by which images of an evaluation are generated: batch by batch, in evaluation mode,
 * without gradients.
 *
 * <p>A batch's random numbers depend on the seed and the batch's index only. At most one batch is
 * in memory.
 *
 * <pre>{@code
 * var sampling = Sampling.ofSeed(1).truncated(0.5);
 * long[] labels = Sampling.labels(generator.numClasses(), 10_000, 1);
 * sampling.forEachBatch(generator, labels, (images, y) -> score.add(images));
 * }</pre>
 *
 * @param seed of all random numbers
 * @param batchSize images in a batch, at least 1; the last one may have fewer
 * @param truncation the threshold of {@link Generator#truncatedLatents}, or {@link #UNTRUNCATED}
 * @param standingPasses the forward passes for {@link StandingStatistics}; 0 for the generator's
 *     own running statistics
 * @param standingBatchSize images in each of these passes
 */
public record Sampling(
    long seed, int batchSize, double truncation, int standingPasses, int standingBatchSize) {

  /** The threshold for latents without truncation. */
  public static final double UNTRUNCATED = Double.POSITIVE_INFINITY;

  /** Streams that are not batches; batches are numbered from 0. */
  private static final long STANDING = -1;

  private static final long STANDING_LABELS = -2;
  private static final long ORDER = -3;

  /**
   * Checks the ranges.
   *
   * @param seed of all random numbers
   * @param batchSize at least 1
   * @param truncation above 0
   * @param standingPasses at least 0
   * @param standingBatchSize at least 1 where there are passes
   * @throws IllegalArgumentException if one is out of range
   */
  public Sampling {
    require(batchSize > 0, "A batch needs at least one image, not " + batchSize);
    require(
        truncation > 0,
        "Latents are truncated at a positive number such as 0.5, not at " + truncation);
    require(standingPasses >= 0, "Passes cannot be negative, but are " + standingPasses);
    require(
        standingPasses == 0 || standingBatchSize > 0,
        "A pass for standing statistics needs at least one image, not " + standingBatchSize);
  }

  /**
   * Returns a sampling with batches of 100, untruncated latents and the generator's own running
   * statistics.
   *
   * @param seed of all random numbers
   * @return the sampling
   */
  public static Sampling ofSeed(long seed) {
    return new Sampling(seed, 100, UNTRUNCATED, 0, 0);
  }

  /**
   * Changes the number of images in a batch, which changes the images.
   *
   * @param size at least 1
   * @return the changed sampling
   * @throws IllegalArgumentException if the size is not positive
   */
  public Sampling batches(int size) {
    return new Sampling(seed, size, truncation, standingPasses, standingBatchSize);
  }

  /**
   * Truncates the latents, those for standing statistics too.
   *
   * @param threshold positive, or {@link #UNTRUNCATED}
   * @return the changed sampling
   * @throws IllegalArgumentException if the threshold is not positive
   */
  public Sampling truncated(double threshold) {
    return new Sampling(seed, batchSize, threshold, standingPasses, standingBatchSize);
  }

  /**
   * Collects new batch-norm statistics before the first batch, with labels drawn from those of the
   * call. The generator's own are restored after the last batch.
   *
   * @param passes the number of forward passes; 100 in Brock et al., 2019, appendix C.1; 0 for the
   *     generator's own running statistics
   * @param size the images in each pass, at least 1; the batch size of training is suitable
   * @return the changed sampling
   * @throws IllegalArgumentException if a number is out of range
   */
  public Sampling standing(int passes, int size) {
    return new Sampling(seed, batchSize, truncation, passes, size);
  }

  /**
   * Generates an image for each label and passes them to a consumer in batches.
   *
   * <p>Images and labels are on the generator's device and freed when the consumer returns.
   *
   * @param generator an initialised generator; not changed
   * @param labels a class for each image, see {@link #labels(long[], int, long)}; an unconditional
   *     generator uses their number only
   * @param consumer accepts images {@code (N, C, H, W)} in [-1, 1] and their labels, int64 {@code
   *     (N)}; null labels of an unconditional generator
   * @throws IllegalArgumentException if a label is not a class of the generator, or the generator
   *     is told values
   * @throws UnsupportedOperationException if latents are truncated and the generator's are not
   *     normal
   */
  public void forEachBatch(
      Generator generator, long[] labels, BiConsumer<NDArray, NDArray> consumer) {
    forEachBatch(generator, labels, 0, numBatches(labels.length), consumer);
  }

  /**
   * Generates some of the batches that {@link #forEachBatch(Generator, long[], BiConsumer)}
   * generates of all labels, to the same bits: a part of the images, such as one for each machine.
   *
   * @param generator an initialised generator; not changed
   * @param labels the classes of the images of all batches
   * @param first the first batch, from 0
   * @param end the batch after the last one, at most {@link #numBatches}
   * @param consumer as for all batches
   * @throws IllegalArgumentException if a label is not a class of the generator, or the generator
   *     is told values
   * @throws IndexOutOfBoundsException if there are no such batches
   * @throws UnsupportedOperationException if latents are truncated and the generator's are not
   *     normal
   */
  public void forEachBatch(
      Generator generator,
      long[] labels,
      int first,
      int end,
      BiConsumer<NDArray, NDArray> consumer) {
    requireClasses(generator, labels);
    forEachBatch(generator, labels, Sampling::labels, first, end, consumer);
  }

  /**
   * Generates the batches from one on by their labels alone, to the bits that {@link
   * #forEachBatch(Generator, long[], int, int, BiConsumer)} generates of all labels.
   *
   * @param generator an initialised generator; not changed
   * @param first the first batch, from 0
   * @param labels the classes of the images of this batch and of those after it
   * @param consumer as for all batches
   * @throws IllegalArgumentException if a label is not a class of the generator, or the generator
   *     is told values
   * @throws UnsupportedOperationException if standing statistics are asked for, which are of all
   *     labels, or latents are truncated and the generator's are not normal
   */
  public void forEachBatchFrom(
      Generator generator, int first, long[] labels, BiConsumer<NDArray, NDArray> consumer) {
    if (standingPasses > 0) {
      throw new UnsupportedOperationException(
          "Standing statistics are of the labels of all batches: give these to forEachBatch");
    }
    requireClasses(generator, labels);
    try (NDManager manager = managerFor(generator);
        var paused = Autograd.pause()) {
      for (int batch = 0; batch < numBatches(labels.length); batch++) {
        draw(generator, manager, labels, Sampling::labels, batch, first + batch, consumer);
      }
    }
  }

  /**
   * Generates an image for each of a number of conditions and passes them to a consumer in batches.
   *
   * <p>Images and conditions are on the generator's device and freed when the consumer returns.
   *
   * @param generator an initialised generator that is told values or instances; not changed
   * @param conditions {@code (M, ...)}
   * @param rows the condition of each image, in [0, M), see {@link #rows}
   * @param consumer accepts images {@code (N, C, H, W)} in [-1, 1] and their conditions, {@code (N,
   *     ...)}
   * @throws IllegalArgumentException if the conditions are not the generator's, in shape or class
   * @throws IndexOutOfBoundsException if there is no such row
   * @throws UnsupportedOperationException if latents are truncated and the generator's are not
   *     normal
   */
  public void forEachBatch(
      Generator generator, NDArray conditions, long[] rows, BiConsumer<NDArray, NDArray> consumer) {
    forEachBatch(generator, conditions, rows, 0, numBatches(rows.length), consumer);
  }

  /**
   * Generates some of the batches that {@link #forEachBatch(Generator, NDArray, long[],
   * BiConsumer)} generates of all rows, to the same bits.
   *
   * @param generator an initialised generator that is told values or instances; not changed
   * @param conditions {@code (M, ...)}
   * @param rows the conditions of the images of all batches
   * @param first the first batch, from 0
   * @param end the batch after the last one, at most {@link #numBatches}
   * @param consumer as for all batches
   * @throws IllegalArgumentException if the conditions are not the generator's, in shape or class
   * @throws IndexOutOfBoundsException if there is no such row, or there are no such batches
   * @throws UnsupportedOperationException if latents are truncated and the generator's are not
   *     normal
   */
  public void forEachBatch(
      Generator generator,
      NDArray conditions,
      long[] rows,
      int first,
      int end,
      BiConsumer<NDArray, NDArray> consumer) {
    LongStream.of(rows).forEach(row -> Objects.checkIndex(row, conditions.getShape().get(0)));
    if (generator.condition() instanceof Condition.Instances instances
        && instances.numClasses() > 0) {
      try (NDArray labels = instances.labels(conditions)) {
        requireClasses(generator, labels.toLongArray());
      }
    }
    forEachBatch(
        generator,
        rows,
        (some, manager) -> TorchOps.rows(conditions, some, manager),
        first,
        end,
        consumer);
  }

  /**
   * Returns the number of batches, of which the last one may have fewer images.
   *
   * @param images the number of images, at least 0
   * @return the number of batches
   */
  public int numBatches(int images) {
    return images / batchSize + (images % batchSize == 0 ? 0 : 1);
  }

  /** Makes the conditions of some of the given labels, or numbers of rows. */
  private interface Conditions {

    NDArray of(long[] some, NDManager manager);
  }

  private void forEachBatch(
      Generator generator,
      long[] all,
      Conditions conditions,
      int first,
      int end,
      BiConsumer<NDArray, NDArray> consumer) {
    Objects.checkFromToIndex(first, end, numBatches(all.length));
    try (NDManager manager = managerFor(generator);
        var paused = Autograd.pause();
        var standing = standing(generator, manager, all, conditions)) {
      for (int batch = first; batch < end; batch++) {
        draw(generator, manager, all, conditions, batch, batch, consumer);
      }
    }
  }

  /** Draws a batch of the labels, or numbers of rows, by the random numbers of a stream. */
  private void draw(
      Generator generator,
      NDManager manager,
      long[] all,
      Conditions conditions,
      int batch,
      int stream,
      BiConsumer<NDArray, NDArray> consumer) {
    int start = batch * batchSize;
    int size = Math.min(batchSize, all.length - start);
    try (NDManager scratch = manager.newSubManager()) {
      NDArray y = conditions.of(Arrays.copyOfRange(all, start, start + size), scratch);
      NDArray images =
          Sampler.draw(generator, scratch, y, Torch.deriveSeed(seed, stream), truncation);
      consumer.accept(images, generator.condition() instanceof Condition.None ? null : y);
    }
  }

  private static NDArray labels(long[] some, NDManager manager) {
    return manager.create(some);
  }

  /** Collects the statistics; null without passes. */
  private StandingStatistics standing(
      Generator generator, NDManager manager, long[] all, Conditions conditions) {
    if (standingPasses == 0 || all.length == 0) {
      return null;
    }
    var random = new Random(Torch.deriveSeed(seed, STANDING_LABELS));
    Runnable pass =
        () -> {
          long[] some =
              IntStream.range(0, standingBatchSize)
                  .mapToLong(i -> all[random.nextInt(all.length)])
                  .toArray();
          Sampler.forward(generator, manager, conditions.of(some, manager), truncation, true);
        };
    return Torch.seeded(
        Torch.deriveSeed(seed, STANDING),
        () -> StandingStatistics.collect(generator, pass, standingPasses));
  }

  /**
   * Returns numbers of rows in random order, each as often as any other, up to one time.
   *
   * @param size the number of rows, at least 1
   * @param count the number of draws
   * @param seed of their choice and order
   * @return count numbers in [0, size)
   */
  public static long[] rows(int size, int count, long seed) {
    var random = new Random(Torch.deriveSeed(seed, ORDER));
    var rows = new long[count];
    for (int start = 0; start < count; start += size) {
      long[] all = IntStream.range(0, size).asLongStream().toArray();
      shuffle(all, random);
      System.arraycopy(all, 0, rows, start, Math.min(size, count - start));
    }
    return rows;
  }

  /**
   * Returns labels in rising order, of which every class has the same number up to one.
   *
   * @param classes the number of classes; 0, of an unconditional generator, counts as 1
   * @param count the number of labels
   * @return labels in [0, classes)
   */
  public static long[] ascendingLabels(int classes, int count) {
    return ascendingLabels(classes, count, 0, count);
  }

  /**
   * Returns some of the labels that {@link #ascendingLabels(int, int)} returns.
   *
   * @param classes the number of classes; 0, of an unconditional generator, counts as 1
   * @param count the number of all labels
   * @param first the first label, from 0
   * @param end the label after the last one, at most count
   * @return labels in [0, classes)
   * @throws IndexOutOfBoundsException if there are no such labels
   */
  public static long[] ascendingLabels(int classes, int count, int first, int end) {
    Objects.checkFromToIndex(first, end, count);
    return LongStream.range(first, end).map(i -> i * Math.max(1, classes) / count).toArray();
  }

  /**
   * Returns labels in random order, of which every class has the same number up to one.
   *
   * @param classes the number of classes; 0, of an unconditional generator, counts as 1
   * @param count the number of labels
   * @param seed of their order
   * @return labels in [0, classes)
   */
  public static long[] labels(int classes, int count, long seed) {
    var equal = new long[Math.max(1, classes)];
    Arrays.fill(equal, 1);
    return labels(equal, count, seed);
  }

  /**
   * Returns labels in the proportions of a data set, in random order.
   *
   * <p>A class has its exact share rounded down; the remaining labels go to the classes with the
   * largest remainders, the first of equal ones.
   *
   * @param classCounts the number of images of each class
   * @param count the number of labels
   * @param seed of their order
   * @return labels in [0, classCounts.length)
   * @throws IllegalArgumentException if a number is negative or no class has an image
   */
  public static long[] labels(long[] classCounts, int count, long seed) {
    long total = Arrays.stream(classCounts).sum();
    if (total < 1 || count < 0 || Arrays.stream(classCounts).anyMatch(images -> images < 0)) {
      throw new IllegalArgumentException(
          Text.format(
              "%d labels cannot be given in the proportions %s: none may be negative, one is positive",
              count, Arrays.toString(classCounts)));
    }
    int classes = classCounts.length;
    long[] shares = Arrays.stream(classCounts).map(images -> count * images / total).toArray();
    int missing = (int) (count - Arrays.stream(shares).sum());
    IntStream.range(0, classes)
        .boxed()
        .sorted(Comparator.comparingLong(c -> -(count * classCounts[c] % total)))
        .limit(missing)
        .forEach(c -> shares[c]++);
    var labels = new long[count];
    for (int c = 0, filled = 0; c < classes; c++) {
      int end = filled + (int) shares[c];
      Arrays.fill(labels, filled, end, c);
      filled = end;
    }
    shuffle(labels, new Random(Torch.deriveSeed(seed, ORDER)));
    return labels;
  }

  /** The shuffle of Fisher and Yates. */
  private static void shuffle(long[] values, Random random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      long swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem);
    }
  }

  static void requireClasses(Generator generator, long[] labels) {
    int classes = generator.numClasses();
    for (long label : labels) {
      if (classes > 0 && (label < 0 || label >= classes)) {
        throw new IllegalArgumentException(
            Text.format(
                "An image of class %d is asked for, but the generator has the classes 0 to %d",
                label, classes - 1));
      }
    }
  }

  /** A manager on the generator's device. */
  private static NDManager managerFor(Generator generator) {
    var parameters = generator.getParameters();
    return parameters.isEmpty()
        ? NDManager.newBaseManager()
        : parameters.get(0).getValue().getArray().getManager().newSubManager();
  }
}
