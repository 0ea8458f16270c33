package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;
import org.adversaria.training.SavedRun.Weights;
import org.apache.spark.sql.SparkSession;

/**
 * Builder of many images of a run's generator, drawn on Apache Spark into zip or Parquet files.
 *
 * <pre>{@code
 * List<Path> shards = SparkSampling.of(Path.of("runs/adc-gan")).count(1_000_000).seed(1)
 *     .to(Path.of("/shared/samples")).run(spark);
 * }</pre>
 *
 * <p>The folder gets {@code samples-00000-of-00100.zip} and so on, each with the same number of PNG
 * files, or files of another {@link SampleFormat}, and {@code _samples.json}, which says what they
 * are. The images and their order are those of the command {@code adversaria sample} with the same
 * seed: classes in rising order, each as often as any other. The files do not depend on the number
 * of machines. One that is there is not drawn again.
 *
 * <p>All machines have the run and the folder at the same paths.
 */
public final class SparkSampling {

  private final Path run;
  private Weights weights = Weights.AVERAGED;
  private Long checkpoint;
  private int count = 10_000;
  private long seed;
  private int shardSize = 10_000;
  private SampleFormat format = SampleFormat.ZIP;
  private int partitions;
  private Path folder;

  private SparkSampling(Path run) {
    this.run = run;
  }

  /**
   * Starts with a run's generator, with averaged weights where its method averages.
   *
   * @param run the run's directory, at the same path on all machines
   * @return a sampling of 10,000 images
   */
  public static SparkSampling of(Path run) {
    return new SparkSampling(Objects.requireNonNull(run));
  }

  /**
   * Sets which of the generator's weights.
   *
   * @param which averaged by default
   * @return this
   */
  public SparkSampling weights(Weights which) {
    weights = Objects.requireNonNull(which);
    return this;
  }

  /**
   * Sets the checkpoint.
   *
   * @param step one that the run has; by default the newest
   * @return this
   */
  public SparkSampling checkpoint(long step) {
    checkpoint = step;
    return this;
  }

  /**
   * Sets the number of images.
   *
   * @param number at least 1; 10,000 by default
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public SparkSampling count(int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "The number of images has to be at least 1, but is " + number);
    }
    count = number;
    return this;
  }

  /**
   * Sets the seed of the latents.
   *
   * @param value any value; 0 by default
   * @return this
   */
  public SparkSampling seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Sets the number of images in a file.
   *
   * @param images a multiple of 100, the size of a batch; 10,000 by default
   * @return this
   * @throws IllegalArgumentException if it is not
   */
  public SparkSampling shardSize(int images) {
    if (images < 1 || images % SamplingJob.BATCH != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "A file holds whole batches of %d images, and %d is no such number: try %d",
              SamplingJob.BATCH,
              images,
              Math.max(1, images / SamplingJob.BATCH) * SamplingJob.BATCH));
    }
    shardSize = images;
    return this;
  }

  /**
   * Sets the format of the files.
   *
   * @param which zip by default
   * @return this
   */
  public SparkSampling format(SampleFormat which) {
    format = Objects.requireNonNull(which);
    return this;
  }

  /**
   * Sets the number of tasks. The files do not depend on it.
   *
   * @param number at least 1; by default one for each file
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public SparkSampling partitions(int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "The files are divided among 1 partition at least, not " + number);
    }
    partitions = number;
    return this;
  }

  /**
   * Sets where the files go; the one setting without a default.
   *
   * @param target a new or empty folder that all machines share, or one with files of these images
   * @return this
   */
  public SparkSampling to(Path target) {
    folder = Objects.requireNonNull(target);
    return this;
  }

  /**
   * Draws the images whose files are not there yet.
   *
   * @param spark a session, best one of {@link SparkSessions}
   * @return the files of all images, in their order
   * @throws IOException if there is no run or checkpoint, a file of it is damaged, or one cannot be
   *     written
   * @throws IllegalArgumentException if the folder holds something else, cannot be written or would
   *     get more than 100,000 files, or the generator is told something else than classes
   * @throws IllegalStateException if no folder was set, or a machine has another run or folder; the
   *     message names it
   */
  public List<Path> run(SparkSession spark) throws IOException {
    if (folder == null) {
      throw new IllegalStateException(
          "Say where the images go: SparkSampling.of(run).to(Path.of(\"samples\"))");
    }
    SamplingJob.requireFewFiles(count, shardSize);
    requirePath(folder);
    var job =
        new SamplingJob(
            SavedGenerator.find(run, weights, checkpoint), count, seed, shardSize, format);
    Path target = SweepFolder.checked("Images", folder);
    job.claim(target);
    int[] missing = job.missing(target);
    if (missing.length > 0) {
      draw(spark, job, target, missing);
    }
    return IntStream.range(0, job.shards()).mapToObj(shard -> job.file(target, shard)).toList();
  }

  private static void requirePath(Path folder) {
    if (SweepStore.URI_PATTERN.matcher(folder.toString()).matches()) {
      throw new IllegalArgumentException(
          Text.format(
              "Images cannot lie in %s, which is a URI and no path of a folder: give a folder that"
                  + " all machines share",
              folder));
    }
  }

  private void draw(SparkSession spark, SamplingJob job, Path target, int[] shards) {
    int tasks = partitions > 0 ? Math.min(partitions, shards.length) : shards.length;
    SparkJob.run(
        spark,
        "images in " + target,
        context -> {
          context
              .parallelize(Arrays.stream(shards).boxed().toList(), tasks)
              .foreachPartition(new ShardTask(job, target));
          return null;
        });
  }
}
