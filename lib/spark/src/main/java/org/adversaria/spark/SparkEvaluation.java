package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImageOptions;
import org.adversaria.metrics.Evaluation;
import org.adversaria.metrics.EvaluationPart;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.metrics.FeatureExtractor;
import org.adversaria.metrics.NamedMetric;
import org.adversaria.models.Generator;
import org.adversaria.torch.Text;
import org.adversaria.training.SavedRun.Weights;
import org.apache.spark.sql.SparkSession;

/**
 * Builder of an evaluation of a run's generator whose samples are drawn on Apache Spark: FID,
 * intra-FID, precision, recall, density and coverage of many samples.
 *
 * <pre>{@code
 * SparkSession spark = SparkSessions.create("local[*]");
 * EvaluationReport report = SparkEvaluation.of(Path.of("runs/adc-gan")).against("shapes-32")
 *     .samples(1_000_000).fid().intraFid().prdc().run(spark);
 * show(report.table());
 * }</pre>
 *
 * <p>The scores are those of {@link Evaluation} with the same settings, up to the rounding of sums
 * in double precision, however the samples are divided: a batch's random numbers depend on the seed
 * and the batch's index only, and the moments of features are put together as a tree. For scores of
 * neighbours the features stay on the machines that drew the samples, and each two blocks of them
 * are compared once; these scores are exact. Features come from a classifier of the data, of data
 * without classes from an encoder; the process that starts the evaluation trains it where the
 * folder of data sets does not have it.
 *
 * <p>All machines have the run and the data at the same paths, and should share the folder of data
 * sets. A machine whose weights, data or features differ ends the evaluation with an exception that
 * names it.
 */
public final class SparkEvaluation {

  /** The most samples of a task by default, whose features are in memory. */
  private static final int SLICE = 20_000;

  /** Slices for each core, so that none of them waits long for the last one. */
  private static final int PER_CORE = 4;

  /**
   * Slices that are enough for neighbours, as long as each core has one: all pairs are compared.
   */
  private static final int ENOUGH_FOR_PAIRS = 64;

  /** Metrics that do not need all samples together. */
  private static final Set<NamedMetric> OF_PARTS =
      EnumSet.of(NamedMetric.FID, NamedMetric.INTRA_FID, NamedMetric.PRDC, NamedMetric.PR);

  private final Path run;
  private Weights weights = Weights.AVERAGED;
  private Long checkpoint;
  private String data;
  private ImageOptions images = ImageOptions.standard();
  private int samples = 10_000;
  private long seed;
  private int batchSize = 100;
  private int standingPasses;
  private int partitions;
  private final List<String> metrics = new ArrayList<>();

  private SparkEvaluation(Path run) {
    this.run = run;
  }

  /**
   * Starts the evaluation of a run's generator, with averaged weights where its method averages.
   *
   * @param run the run's directory, at the same path on all machines
   * @return an evaluation without metrics, of 10,000 samples
   */
  public static SparkEvaluation of(Path run) {
    return new SparkEvaluation(Objects.requireNonNull(run));
  }

  /**
   * Sets which of the generator's weights.
   *
   * @param which averaged by default
   * @return this
   */
  public SparkEvaluation weights(Weights which) {
    weights = Objects.requireNonNull(which);
    return this;
  }

  /**
   * Sets the checkpoint.
   *
   * @param step one that the run has; by default the newest
   * @return this
   */
  public SparkEvaluation checkpoint(long step) {
    checkpoint = step;
    return this;
  }

  /**
   * Sets the real data, the training part; the one setting without a default.
   *
   * @param nameOrPath as {@link Datasets#open} takes it; a path is the same on all machines
   * @return this
   */
  public SparkEvaluation against(String nameOrPath) {
    return against(nameOrPath, ImageOptions.standard());
  }

  /**
   * Sets the real data.
   *
   * @param nameOrPath as {@link Datasets#open} takes it; a path is the same on all machines
   * @param options how images are read; those of a path in the size of the generator's, unless a
   *     resolution is set
   * @return this
   */
  public SparkEvaluation against(String nameOrPath, ImageOptions options) {
    data = Objects.requireNonNull(nameOrPath);
    images = Objects.requireNonNull(options);
    return this;
  }

  /**
   * Sets the number of samples.
   *
   * @param number at least 2; 10,000 by default
   * @return this
   */
  public SparkEvaluation samples(int number) {
    samples = number;
    return this;
  }

  /**
   * Sets the seed of the samples.
   *
   * @param value any value; 0 by default
   * @return this
   */
  public SparkEvaluation seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Sets how many images go through the networks at a time. The samples depend on it.
   *
   * @param value at least 1; 100 by default
   * @return this
   */
  public SparkEvaluation batchSize(int value) {
    batchSize = value;
    return this;
  }

  /**
   * Recomputes the statistics of batch normalisation, as {@link Evaluation#standingStatistics}
   * does. Each task computes them for itself, to the same bits.
   *
   * @param passes the number of batches
   * @return this
   */
  public SparkEvaluation standingStatistics(int passes) {
    standingPasses = passes;
    return this;
  }

  /**
   * Sets the number of tasks. The scores do not depend on it. With scores of neighbours all pairs
   * of tasks' features are compared, whose number grows with its square.
   *
   * @param number at least 1; there are no more than batches. By default four for each core, with
   *     scores of neighbours no more than 64 or one for each core, and at least one for 20,000
   *     samples
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public SparkEvaluation partitions(int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "An evaluation is divided into 1 partition at least, not " + number);
    }
    partitions = number;
    return this;
  }

  /**
   * Asks for the Fréchet distance of features.
   *
   * @return this
   */
  public SparkEvaluation fid() {
    return with(NamedMetric.FID);
  }

  /**
   * Asks for the FID inside each class, and its mean.
   *
   * @return this
   */
  public SparkEvaluation intraFid() {
    return with(NamedMetric.INTRA_FID);
  }

  /**
   * Asks for precision, recall, density and coverage, with 5 neighbours.
   *
   * @return this
   */
  public SparkEvaluation prdc() {
    return with(NamedMetric.PRDC);
  }

  /**
   * Asks for improved precision and recall, with 3 neighbours.
   *
   * @return this
   */
  public SparkEvaluation improvedPrecisionRecall() {
    return with(NamedMetric.PR);
  }

  private SparkEvaluation with(NamedMetric metric) {
    if (!metrics.contains(metric.word())) {
      metrics.add(metric.word());
    }
    return this;
  }

  /** Asks for metrics by the words of a terminal. */
  SparkEvaluation metrics(List<String> words) {
    words.forEach(word -> with(ofParts(word)));
    return this;
  }

  private static NamedMetric ofParts(String word) {
    NamedMetric metric = NamedMetric.named(word);
    if (!OF_PARTS.contains(metric)) {
      throw new IllegalArgumentException(
          Text.format(
              "%s needs all samples together, and on Spark no machine has them: with --master there"
                  + " are %s; the same command without --master computes the others",
              word, OF_PARTS.stream().map(NamedMetric::word).collect(Collectors.joining(", "))));
    }
    return metric;
  }

  /**
   * Draws the samples and computes every score asked for.
   *
   * @param spark a session, best one of {@link SparkSessions}
   * @return the scores
   * @throws IOException if there is no run or checkpoint, or a file of it is damaged
   * @throws IllegalArgumentException as {@link Evaluation#run} does, or if the generator is told
   *     something else than classes
   * @throws IllegalStateException if no data or metrics were set, or a machine has another run,
   *     other data or other features; the message names it
   */
  public EvaluationReport run(SparkSession spark) throws IOException {
    requireSettings();
    return run(spark, SavedGenerator.find(run, weights, checkpoint));
  }

  /** Evaluates the generator that was found in the run. */
  EvaluationReport run(SparkSession spark, SavedGenerator generator) throws IOException {
    try (SavedGenerator.Opened opened = generator.open()) {
      EvaluationJob job = job(generator, opened.generator());
      ImageData real = SweepData.reopen(job.data(), job.images());
      try (FeatureExtractor features = EvaluationJob.features(real)) {
        Evaluation evaluation = job.evaluation(opened.generator(), real, features);
        return report(spark, job, evaluation);
      }
    }
  }

  private EvaluationReport report(SparkSession spark, EvaluationJob job, Evaluation evaluation) {
    boolean pairs = job.hasNeighbours();
    int tasks = PER_CORE * spark.sparkContext().defaultParallelism();
    Slices slices = Slices.atMost(evaluation.batches(), partitions(spark, pairs));
    try (var drawn = new DrawnSamples(spark, job, evaluation.provenance(), slices, tasks)) {
      if (!pairs) {
        return evaluation.report(drawn.moments());
      }
      EvaluationPart whole = drawn.momentsAndFeatures();
      return evaluation.report(whole, drawn.counts(evaluation.neighbours(whole)));
    }
  }

  private int partitions(SparkSession spark, boolean pairs) {
    int cores = spark.sparkContext().defaultParallelism();
    int forCores = PER_CORE * cores;
    if (pairs) {
      forCores = Math.min(forCores, Math.max(cores, ENOUGH_FOR_PAIRS));
    }
    return partitions > 0 ? partitions : Math.max(forCores, samples / SLICE + 1);
  }

  private void requireSettings() {
    if (data == null) {
      throw new IllegalStateException(
          "Set the real data: SparkEvaluation.of(run).against(\"shapes-32\")");
    }
    if (metrics.isEmpty()) {
      throw new IllegalStateException("Ask for a metric before run(spark), such as fid()");
    }
  }

  private EvaluationJob job(SavedGenerator found, Generator generator) {
    return new EvaluationJob(
        name(found),
        found,
        Datasets.isName(data) ? data : Path.of(data).toAbsolutePath().normalize().toString(),
        options(generator),
        samples,
        seed,
        batchSize,
        standingPasses,
        List.copyOf(metrics));
  }

  /** The directory's name, and what is not as usual about the weights. */
  private String name(SavedGenerator found) {
    return Path.of(found.run()).getFileName()
        + (checkpoint == null ? "" : ", step " + checkpoint)
        + (weights == Weights.TRAINED ? ", trained weights" : "");
  }

  private ImageOptions options(Generator generator) {
    long height = generator.imageShape().get(1);
    boolean square = height == generator.imageShape().get(2);
    return !Datasets.isName(data) && images.resolution() == 0 && square
        ? images.withResolution((int) height)
        : images;
  }
}
