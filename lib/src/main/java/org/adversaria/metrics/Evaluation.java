package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.adversaria.data.ImageData;
import org.adversaria.metrics.Neighbours.Cover;
import org.adversaria.metrics.StandardMetrics.Neighbourhoods;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampling;
import org.adversaria.torch.Text;
import org.adversaria.training.Run;

/**
 * The field's evaluation protocol: samples of a generator against real data.
 *
 * <pre>{@code
 * EvaluationReport report = Evaluation.of(run).against(data).samples(10_000)
 *     .fid().kid().prdc().intraFid().conditionalAccuracy().run();
 * show(report.table());
 * }</pre>
 *
 * <p>Samples are drawn from a seed by a generator in evaluation mode. Every class gets its exact
 * share of them, as in the real data: so scores by class rest on equal numbers, and chance in the
 * labels adds nothing to FID. (KID takes its samples for independent; of N samples with exact
 * shares it comes out lower, by the order of 1/N.) Features come from {@link DataClassifier} unless
 * another extractor is given; every score from it carries its name.
 *
 * <p>Real data is used whole for FID and intra-FID, whose real statistics are kept with the data
 * sets (under {@code statistics/}), and as a random subset of as many images as there are samples
 * for KID and the neighbourhoods.
 */
public final class Evaluation {

  /**
   * How far an evaluation is.
   *
   * @param stage what is being done, in words
   * @param done images looked at in this stage
   * @param total images of the stage; 0 where that is not known
   */
  public record StageProgress(String stage, long done, long total) {}

  private static final int KID_SUBSETS = 100;
  private static final int SPLITS = 10;
  private static final int NEIGHBOURS = 5;
  private static final int IMPROVED_NEIGHBOURS = 3;

  private final Generator generator;
  private final ImageData images;
  private String name;
  private ImageData real;
  private int count;
  private long seed;
  private int batchSize = 100;
  private double truncation = Sampling.UNTRUNCATED;
  private int standingPasses;
  private NDArray conditions;
  private FeatureExtractor extractor;
  private DataClassifier classifier;
  private Consumer<StageProgress> progress = p -> {};
  private final List<Supplier<Metric>> metricSuppliers = new ArrayList<>();

  private Evaluation(String name, Generator generator, ImageData images) {
    this.name = name;
    this.generator = generator;
    this.images = images;
  }

  /**
   * Starts the evaluation of a generator.
   *
   * @param generator an initialised generator
   * @return an evaluation without metrics, of 10,000 samples
   */
  public static Evaluation of(Generator generator) {
    return new Evaluation("generator", Objects.requireNonNull(generator), null).samples(10_000);
  }

  /**
   * Starts the evaluation of a run's generator, with averaged weights where its method averages.
   *
   * @param run a run
   * @return an evaluation without metrics, of 10,000 samples
   */
  public static Evaluation of(Run run) {
    return of(run.generator()).named(String.valueOf(run.directory().getFileName()));
  }

  /**
   * Starts the evaluation of images: samples from elsewhere, or real ones for comparison.
   *
   * @param images with labels in the classes of the data they are held against
   * @return an evaluation without metrics, of all images
   */
  public static Evaluation of(ImageData images) {
    return new Evaluation(images.name(), null, images).samples(images.size());
  }

  /**
   * Sets the name that stands in tables.
   *
   * @param value the name
   * @return this
   */
  public Evaluation named(String value) {
    name = Objects.requireNonNull(value);
    return this;
  }

  /**
   * Sets the real data; the one setting without a default.
   *
   * @param data real images
   * @return this
   */
  public Evaluation against(ImageData data) {
    real = data;
    return this;
  }

  /**
   * Sets the number of samples. FID falls with it for the same generator, so that scores of
   * different numbers do not compare; papers use 50,000 or 10,000.
   *
   * @param number at least 1
   * @return this
   * @throws IllegalArgumentException if it is not positive, or there are fewer images
   */
  public Evaluation samples(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("An evaluation needs samples, not " + number);
    }
    if (images != null && number > images.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "%,d samples are asked for, but %s has %,d images",
              number, images.name(), images.size()));
    }
    count = number;
    return this;
  }

  /**
   * Sets the seed of the samples and of random subsets.
   *
   * @param value any value; 0 by default
   * @return this
   */
  public Evaluation seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Sets how many images go through the networks at a time. A generator's samples depend on it.
   *
   * @param value at least 1; 100 by default
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public Evaluation batchSize(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("The batch size has to be at least 1, but is " + value);
    }
    batchSize = value;
    return this;
  }

  /**
   * Truncates the latents, which trades diversity for fidelity.
   *
   * @param threshold the largest absolute value of an element of z, positive
   * @return this
   * @see Generator#truncatedLatents
   */
  public Evaluation truncation(double threshold) {
    truncation = threshold;
    return this;
  }

  /**
   * Recomputes the statistics of batch normalisation for the evaluation, from that many batches;
   * the generator has its own back afterwards.
   *
   * @param passes the number of batches, at least 1; Brock et al., 2019, appendix C.1, take 100
   * @return this
   * @see org.adversaria.nn.StandingStatistics
   */
  public Evaluation standingStatistics(int passes) {
    standingPasses = passes;
    return this;
  }

  /**
   * Sets the conditions of the samples of a generator that is told values or instances: those of
   * the data, or chosen ones. Each is asked for as often as any other, up to one time.
   *
   * @param values {@code (M, ...)}, such as {@code data.conditions(manager)}; open until the end of
   *     the evaluation
   * @return this
   */
  public Evaluation conditions(NDArray values) {
    conditions = Objects.requireNonNull(values);
    return this;
  }

  /**
   * Sets where features come from.
   *
   * @param value an extractor, which the caller closes; {@link DataClassifier#of} the real data by
   *     default
   * @return this
   */
  public Evaluation features(FeatureExtractor value) {
    extractor = value;
    return this;
  }

  /**
   * Sets who is told of progress.
   *
   * @param listener called after each batch, in the thread that evaluates
   * @return this
   */
  public Evaluation onProgress(Consumer<StageProgress> listener) {
    progress = Objects.requireNonNull(listener);
    return this;
  }

  /**
   * Asks for the Fréchet distance of features.
   *
   * @return this
   * @see FrechetDistance
   */
  public Evaluation fid() {
    return with(StandardMetrics.Fid::new);
  }

  /**
   * Asks for the kernel distance of features, over 100 subsets of 1,000 images; of as many as there
   * are if they are fewer, which the report notes.
   *
   * @return this
   * @see KernelDistance
   */
  public Evaluation kid() {
    return kid(KID_SUBSETS, StandardMetrics.Kid.STANDARD);
  }

  /**
   * Asks for the kernel distance of features.
   *
   * @param subsets the number of subsets
   * @param size images in a subset, of which there have to be as many; 0 for 1,000, or as many as
   *     there are if they are fewer
   * @return this
   * @see KernelDistance
   */
  public Evaluation kid(int subsets, int size) {
    return with(() -> new StandardMetrics.Kid(subsets, size));
  }

  /**
   * Asks for the inception score, in 10 splits.
   *
   * @return this
   * @see InceptionScore
   */
  public Evaluation inceptionScore() {
    return inceptionScore(SPLITS);
  }

  /**
   * Asks for the inception score.
   *
   * @param splits the number of parts it is averaged over
   * @return this
   * @see InceptionScore
   */
  public Evaluation inceptionScore(int splits) {
    return with(() -> new StandardMetrics.Inception(splits));
  }

  /**
   * Asks for precision, recall, density and coverage, with 5 neighbours.
   *
   * @return this
   * @see Prdc
   */
  public Evaluation prdc() {
    return prdc(NEIGHBOURS);
  }

  /**
   * Asks for precision, recall, density and coverage.
   *
   * @param k the number of neighbours
   * @return this
   * @see Prdc
   */
  public Evaluation prdc(int k) {
    return with(() -> Neighbourhoods.prdc(k));
  }

  /**
   * Asks for improved precision and recall, with 3 neighbours.
   *
   * @return this
   * @see ImprovedPrecisionRecall
   */
  public Evaluation improvedPrecisionRecall() {
    return with(() -> Neighbourhoods.improved(IMPROVED_NEIGHBOURS));
  }

  /**
   * Asks for the FID inside each class, and its mean.
   *
   * @return this
   * @see FrechetDistance
   */
  public Evaluation intraFid() {
    return with(StandardMetrics.IntraFid::new);
  }

  /**
   * Asks how often a classifier of the real data finds the class that was asked for, as its first
   * choice and among its first five. The score is worth as much as the classifier's own accuracy on
   * real images ({@link DataClassifier#accuracy}): state both.
   *
   * @return this
   */
  public Evaluation conditionalAccuracy() {
    return with(() -> new StandardMetrics.Accuracy(real, this::classifier));
  }

  /**
   * Asks how well a classifier trained on the samples alone does on real images, beside the same
   * classifier trained on as many real images.
   *
   * <p>S. Ravuri and O. Vinyals, "Classification accuracy score for conditional generative models",
   * NeurIPS 2019, section 3, who train a ResNet-50 for it. Here it is the network and the training
   * of {@link DataClassifier}, so that the score compares with its own baseline, not with published
   * ones.
   *
   * @param test real images that the generator has not seen
   * @return this
   */
  public Evaluation classificationAccuracyScore(ImageData test) {
    return with(() -> new StandardMetrics.TrainOnSamples(test));
  }

  /**
   * Asks how much of the real spread of position, size and hue there is inside each class; for
   * drawn shapes only.
   *
   * @return this
   * @see FactorDiversity
   */
  public Evaluation factorDiversity() {
    return with(() -> new StandardMetrics.Factors(real));
  }

  private Evaluation with(Supplier<Metric> metric) {
    metricSuppliers.add(metric);
    return this;
  }

  /**
   * Draws the samples and computes every score asked for. May be called again.
   *
   * @return the scores
   * @throws IllegalArgumentException if a metric needs more samples, or classes that are not there,
   *     if shapes differ, if features are not finite, or if a generator is told values and none are
   *     given, or the other way round
   */
  public EvaluationReport run() {
    return prepared(
        (settings, metrics, features) -> {
          var samples = new FeatureCollector(features, needs(metrics));
          return report(
              settings,
              metrics,
              features,
              samples,
              null,
              () -> gather(settings, features.device(), samples, metrics, 0, batches()));
        });
  }

  /**
   * Fails where {@link #run} would fail before it draws a sample. The generator may be one that is
   * not trained or initialised yet.
   *
   * @throws IllegalArgumentException if a metric needs more samples or real images, or classes that
   *     are not there, if shapes differ, or if a generator is told values and none are given, or
   *     the other way round
   */
  public void check() {
    checked(metrics());
  }

  /**
   * Returns the number of batches that the samples are drawn in, of which parts consist.
   *
   * @return at least 1
   */
  public int batches() {
    return sampling().numBatches(count);
  }

  /**
   * Draws some of the batches and returns what the scores need of them. Parts of one evaluation can
   * be made in several processes, each with a copy of the generator; {@link #report} puts their
   * scores together. FID, intra-FID and the scores of neighbours can be asked for.
   *
   * <p>For intra-FID the feature vectors of a part are in memory until it is made; for the scores
   * of neighbours the part keeps them, and those of its share of the real images.
   *
   * @param first the first batch, from 0
   * @param end the batch after the last one, above first and at most {@link #batches()}
   * @return the moments of the samples' features, and the features where they are asked for
   * @throws IllegalArgumentException as {@link #run} does, or if another metric is asked for
   * @throws IndexOutOfBoundsException if there are no such batches
   */
  public EvaluationPart part(int first, int end) {
    Objects.checkFromToIndex(first, end, batches());
    return prepared(
        (settings, metrics, features) -> {
          requireOfParts(metrics);
          try (var samples = new FeatureCollector(features, needs(metrics))) {
            gather(settings, features.device(), samples, metrics, first, end);
            EvaluationPart part =
                EvaluationPart.of(provenance(settings, metrics, features), first, end, samples);
            return balls(metrics).isEmpty()
                ? part
                : withFeatures(part, settings, features, samples, first, end);
          }
        });
  }

  private EvaluationPart withFeatures(
      EvaluationPart part,
      EvaluationSettings settings,
      FeatureExtractor features,
      FeatureCollector samples,
      int first,
      int end) {
    EvaluationPart generated = part.with(false, first * batchSize, samples.vectors());
    int realEnd = Math.min(end, settings.realBatches());
    if (first >= realEnd) {
      return generated;
    }
    var stage = new Stage("real images", 0);
    try (FeatureCollector real =
        MetricInputs.realFeatures(settings, features, first, realEnd, stage::advance)) {
      return generated.with(true, first * batchSize, real.vectors());
    }
  }

  /**
   * Begins the scores of neighbours of parts.
   *
   * @param whole all parts, put together by {@link EvaluationPart#merge}
   * @return what finds neighbours in the parts' {@link EvaluationPart#features}
   * @throws IllegalArgumentException as {@link #run} does, or if batches are missing, or the parts
   *     are of another evaluation
   * @throws IllegalStateException if no score of neighbours is asked for
   */
  public BlockNeighbours neighbours(EvaluationPart whole) {
    return prepared(
        (settings, metrics, features) -> {
          String provenance = provenance(settings, metrics, features);
          whole.requireWhole(batches(), provenance);
          return neighbours(whole, metrics, provenance);
        });
  }

  private static BlockNeighbours neighbours(
      EvaluationPart whole, List<Metric> metrics, String provenance) {
    Set<Balls> balls = balls(metrics);
    if (balls.isEmpty()) {
      throw new IllegalStateException(
          "No score of neighbours is asked for: leave them out, or call prdc()");
    }
    return new BlockNeighbours(provenance, balls, whole.tally(true), whole.tally(false));
  }

  /**
   * Computes FID and intra-FID of parts, without drawing a sample. Up to rounding the scores are
   * those of {@link #run}.
   *
   * @param whole all parts, put together by {@link EvaluationPart#merge}
   * @return the scores
   * @throws IllegalArgumentException as {@link #run} does, or if batches are missing, or the parts
   *     are of another evaluation, or scores of neighbours are asked for
   */
  public EvaluationReport report(EvaluationPart whole) {
    return report(whole, List.of());
  }

  /**
   * Computes every score asked for of parts, without drawing a sample. Up to rounding the scores
   * are those of {@link #run}.
   *
   * @param whole all parts, put together by {@link EvaluationPart#merge}
   * @param counts of all blocks of the parts' features, as {@link BlockNeighbours} has them; empty
   *     where no scores of neighbours are asked for
   * @return the scores
   * @throws IllegalArgumentException as {@link #run} does, or if batches or counts are missing, or
   *     the parts are of another evaluation
   */
  public EvaluationReport report(EvaluationPart whole, Collection<BallCounts> counts) {
    return prepared(
        (settings, metrics, features) -> {
          requireOfParts(metrics);
          String provenance = provenance(settings, metrics, features);
          whole.requireWhole(batches(), provenance);
          Map<Balls, Cover> covers =
              balls(metrics).isEmpty()
                  ? Map.of()
                  : neighbours(whole, metrics, provenance).covers(counts);
          return report(
              settings, metrics, features, FeatureCollector.of(features, whole), covers, () -> {});
        });
  }

  /**
   * Returns what the parts of an evaluation have in common: the digest of the generator's weights,
   * the data's checksum, the extractor's fingerprint and all settings. A process on another machine
   * draws samples of the same evaluation if this is equal there.
   *
   * @return a line of text
   * @throws IllegalArgumentException as {@link #run} does
   */
  public String provenance() {
    return prepared(this::provenance);
  }

  private String provenance(
      EvaluationSettings settings, List<Metric> metrics, FeatureExtractor features) {
    return Text.format(
        "samples of %s for %s %s, %s",
        settings.source().fingerprint(),
        needs(metrics),
        balls(metrics),
        reportSettings(settings, features));
  }

  private static void requireOfParts(List<Metric> metrics) {
    if (!metrics.stream().allMatch(Metric::isOfParts)) {
      throw new IllegalArgumentException(
          "Parts of an evaluation have FID, intra-FID and the scores of neighbours: ask for the other"
              + " scores by run(), which has all samples together");
    }
  }

  /** What is computed once everything is checked and there are features. */
  private interface Work<T> {

    T of(EvaluationSettings settings, List<Metric> metrics, FeatureExtractor features);
  }

  private <T> T prepared(Work<T> work) {
    List<Metric> metrics = metrics();
    EvaluationSettings settings = checked(metrics);
    try {
      return work.of(settings, metrics, extractor == null ? classifier() : extractor);
    } finally {
      if (classifier != null) {
        classifier.close();
        classifier = null;
      }
    }
  }

  private List<Metric> metrics() {
    Objects.requireNonNull(real, "Set the real data: Evaluation.of(...).against(data)");
    if (metricSuppliers.isEmpty()) {
      throw new IllegalStateException("Ask for a metric before run(), such as fid()");
    }
    return metricSuppliers.stream().map(Supplier::get).toList();
  }

  private EvaluationSettings checked(List<Metric> metrics) {
    var settings = new EvaluationSettings(real, source(), count, seed, batchSize);
    requireEqualShapes(settings.source());
    metrics.forEach(metric -> metric.check(settings));
    return settings;
  }

  private static Set<FeatureCollector.Need> needs(List<Metric> metrics) {
    Set<FeatureCollector.Need> needs = EnumSet.noneOf(FeatureCollector.Need.class);
    metrics.forEach(metric -> needs.addAll(metric.needs()));
    return needs;
  }

  /** The balls in the order in which they are asked for. */
  private static Set<Balls> balls(List<Metric> metrics) {
    Set<Balls> balls = new LinkedHashSet<>();
    metrics.forEach(metric -> balls.addAll(metric.balls()));
    return balls;
  }

  private EvaluationReport report(
      EvaluationSettings settings,
      List<Metric> metrics,
      FeatureExtractor features,
      FeatureCollector samples,
      Map<Balls, Cover> covers,
      Runnable gathering) {
    var realImages = new Stage("real images", 0);
    try (var inputs =
        new MetricInputs(
            settings,
            features,
            samples,
            needs(metrics),
            balls(metrics),
            covers,
            realImages::advance)) {
      gathering.run();
      var report = new EvaluationReport.Builder(features, real.classNames());
      metrics.forEach(metric -> metric.score(inputs, report));
      return report.build(name, reportSettings(settings, features));
    }
  }

  private SampleSource source() {
    if (generator == null) {
      return new DataSource(images, Engine.getEngine("PyTorch").defaultDevice(), seed, batchSize);
    }
    requireConditions();
    return new GeneratorSource(name, generator, sampling(), real, conditions);
  }

  private void requireConditions() {
    Condition condition = generator.condition();
    boolean labels = condition instanceof Condition.None || condition instanceof Condition.Classes;
    if (labels == (conditions != null)) {
      throw new IllegalArgumentException(
          labels
              ? Text.format(
                  "%s is told classes or nothing: leave conditions(...) out; the classes are those of %s",
                  name, real.name())
              : Text.format(
                  "%s is told %s: give the conditions of its samples by conditions(...), such as"
                      + " data.conditions(manager)",
                  name, condition));
    }
  }

  private Sampling sampling() {
    return new Sampling(seed, batchSize, truncation, standingPasses, batchSize);
  }

  private void requireEqualShapes(SampleSource source) {
    if (!source.imageShape().equals(real.imageShape())) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has images %s (C, H, W), but %s has %s: evaluate against data of its own size",
              name, source.imageShape(), real.name(), real.imageShape()));
    }
  }

  private void gather(
      EvaluationSettings settings,
      Device device,
      FeatureCollector samples,
      List<Metric> metrics,
      int first,
      int end) {
    long last = Math.min((long) end * batchSize, count);
    var stage = new Stage("samples", last - (long) first * batchSize);
    settings
        .source()
        .forEachBatch(
            count,
            first,
            end,
            (batch, labels) -> {
              NDArray onDevice = batch.toDevice(device, false);
              samples.add(onDevice, labels);
              metrics.forEach(metric -> metric.see(onDevice, labels));
              stage.advance((int) batch.size(0));
            });
  }

  private EvaluationReport.Settings reportSettings(
      EvaluationSettings settings, FeatureExtractor features) {
    return new EvaluationReport.Settings(
        real.name(),
        real.checksum(),
        real.size(),
        count,
        seed,
        settings.source().sampling(),
        features.name(),
        features.fingerprint());
  }

  private DataClassifier classifier() {
    if (extractor instanceof DataClassifier given && given.knows(real)) {
      return given;
    }
    if (classifier == null) {
      progress.accept(new StageProgress("classifier", 0, 0));
      classifier = DataClassifier.of(real);
    }
    return classifier;
  }

  /** Counts images and tells the listener. */
  private final class Stage {

    private final String stage;
    private final long total;
    private long done;

    private Stage(String stage, long total) {
      this.stage = stage;
      this.total = total;
    }

    private void advance(int images) {
      done += images;
      progress.accept(new StageProgress(stage, done, total));
    }
  }
}
