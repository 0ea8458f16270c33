package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.metrics.FeatureCollector.Need;
import org.adversaria.metrics.Neighbours.Cover;
import org.adversaria.metrics.Score.Better;
import org.adversaria.torch.Text;

/** The metrics that an {@link Evaluation} can be asked for, each a few lines around its formula. */
final class StandardMetrics {

  private StandardMetrics() {}

  /** FID: all samples against all real images. */
  static final class Fid implements Metric {

    @Override
    public Set<Need> needs() {
      return Set.of(Need.MOMENTS);
    }

    @Override
    public boolean isOfParts() {
      return true;
    }

    @Override
    public void check(EvaluationSettings settings) {
      requireSamples("FID", 2, settings);
    }

    @Override
    public void score(MetricInputs inputs, EvaluationReport.Builder report) {
      try (Moments real = inputs.reference().all()) {
        double distance = FrechetDistance.between(real, inputs.samples().moments());
        report.add("FID", distance, Better.LOWER);
      }
    }
  }

  /**
   * KID: the mean over subsets.
   *
   * @param size images in a subset; {@link #STANDARD} for 1,000, or all if there are fewer
   */
  record Kid(int subsets, int size) implements Metric {

    static final int STANDARD = 0;
    private static final int STANDARD_SIZE = 1000;

    @Override
    public Set<Need> needs() {
      return Set.of(Need.VECTORS);
    }

    private int size(EvaluationSettings settings) {
      return size == STANDARD ? Math.min(STANDARD_SIZE, settings.realCount()) : size;
    }

    @Override
    public void check(EvaluationSettings settings) {
      int needed = size == STANDARD ? 2 : size;
      requireSamples("KID in subsets of " + needed, needed, settings);
      if (settings.realCount() < needed) {
        throw new IllegalArgumentException(
            Text.format(
                "KID in subsets of %d needs as many real images; %s has %d: choose smaller subsets",
                needed, settings.real().name(), settings.real().size()));
      }
    }

    @Override
    public void score(MetricInputs inputs, EvaluationReport.Builder report) {
      int images = size(inputs.settings());
      if (size == STANDARD && images < STANDARD_SIZE) {
        report.note(
            Text.format(
                "KID is of subsets of %d images, since there are no more, instead of %d: its mean"
                    + " compares with others, its deviation does not",
                images, STANDARD_SIZE));
      }
      Estimate estimate =
          KernelDistance.standard()
              .subsets(
                  inputs.realVectors(),
                  inputs.samples().vectors(),
                  subsets,
                  images,
                  inputs.settings().seed());
      report.add("KID", estimate, Better.LOWER);
    }
  }

  /** The Inception Score, or its like with other class probabilities. */
  record Inception(int splits) implements Metric {

    @Override
    public Set<Need> needs() {
      return Set.of(Need.LOGITS);
    }

    @Override
    public void check(EvaluationSettings settings) {
      requireSamples(Text.format("The inception score in %d splits", splits), splits, settings);
    }

    @Override
    public void score(MetricInputs inputs, EvaluationReport.Builder report) {
      Estimate estimate = InceptionScore.of(inputs.samples().logits(), splits);
      report.add("IS", estimate, Better.HIGHER);
    }
  }

  /** Scores of balls around samples that reach to their k-th neighbours. */
  record Neighbourhoods(Balls of, Formula formula) implements Metric {

    /** What is computed of how real and generated samples cover each other. */
    interface Formula {
      void score(Cover cover, int k, EvaluationReport.Builder report);
    }

    static Neighbourhoods prdc(int k) {
      return new Neighbourhoods(Prdc.balls(k), Neighbourhoods::prdc);
    }

    static Neighbourhoods improved(int k) {
      return new Neighbourhoods(ImprovedPrecisionRecall.balls(k), Neighbourhoods::improved);
    }

    private static void prdc(Cover cover, int k, EvaluationReport.Builder report) {
      Prdc prdc = Prdc.of(cover, k);
      report.add("precision", prdc.precision(), Better.HIGHER);
      report.add("recall", prdc.recall(), Better.HIGHER);
      report.add("density", prdc.density(), Better.NEAR_ONE);
      report.add("coverage", prdc.coverage(), Better.HIGHER);
    }

    private static void improved(Cover cover, int k, EvaluationReport.Builder report) {
      var scores = ImprovedPrecisionRecall.of(cover);
      report.add("improved precision", scores.precision(), Better.HIGHER);
      report.add("improved recall", scores.recall(), Better.HIGHER);
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.VECTORS);
    }

    @Override
    public boolean isOfParts() {
      return true;
    }

    @Override
    public Set<Balls> balls() {
      return Set.of(of);
    }

    @Override
    public void check(EvaluationSettings settings) {
      requireSamples(Text.format("A neighbourhood of %d", of.k()), of.k() + 1, settings);
    }

    @Override
    public void score(MetricInputs inputs, EvaluationReport.Builder report) {
      formula.score(inputs.cover(of), of.k(), report);
    }
  }

  /** FID inside each class, and its mean over the classes. */
  static final class IntraFid implements Metric {

    private static final String FEW_SAMPLES = ": evaluate more samples";

    @Override
    public Set<Need> needs() {
      return Set.of(Need.VECTORS, Need.CLASS_MOMENTS);
    }

    @Override
    public boolean isOfParts() {
      return true;
    }

    @Override
    public void check(EvaluationSettings settings) {
      requireClasses("Intra-FID", settings);
      ImageData real = settings.real();
      requireMembers(real.classCounts(), real, real.name(), "");
      if (settings.source() instanceof GeneratorSource drawn && drawn.conditions() == null) {
        var counts = new long[real.numClasses()];
        for (long label : drawn.labels(settings.count())) {
          counts[(int) label]++;
        }
        requireMembers(counts, real, drawn.name(), FEW_SAMPLES);
      }
    }

    private static void requireMembers(
        long[] members, ImageData real, String where, String remedy) {
      for (int label = 0; label < members.length; label++) {
        if (members[label] < 2) {
          throw new IllegalArgumentException(
              Text.format(
                  "Intra-FID needs at least 2 images of every class, but %s has %d of the class '%s'%s",
                  where, members[label], real.classNames().get(label), remedy));
        }
      }
    }

    @Override
    public void score(MetricInputs inputs, EvaluationReport.Builder report) {
      ImageData real = inputs.settings().real();
      long[] counts = inputs.samples().classCounts(real.numClasses());
      requireMembers(counts, real, inputs.settings().source().name(), FEW_SAMPLES);
      double[] distances =
          IntStream.range(0, counts.length).mapToDouble(label -> distance(inputs, label)).toArray();
      report.addByClass("intra-FID", distances, Better.LOWER);
    }

    private static double distance(MetricInputs inputs, int label) {
      try (Moments real = inputs.reference().ofClass(label);
          Moments samples = inputs.samples().momentsOf(label)) {
        return FrechetDistance.between(real, samples);
      }
    }
  }

  /** How often a classifier finds the class that was asked for. */
  static final class Accuracy implements Metric {

    private final Supplier<DataClassifier> classifier;
    private final ConditionalAccuracy.Counter counter;

    Accuracy(ImageData real, Supplier<DataClassifier> classifier) {
      this.classifier = classifier;
      this.counter = new ConditionalAccuracy.Counter(real.classNames());
    }

    @Override
    public void check(EvaluationSettings settings) {
      requireClasses("Conditional accuracy", settings);
      DataClassifier.requireLearnable(settings.real());
    }

    @Override
    public void see(NDArray images, NDArray labels) {
      counter.add(classifier.get().extract(images).logits(), labels);
    }

    @Override
    public void score(MetricInputs inputs, EvaluationReport.Builder report) {
      ConditionalAccuracy accuracy = counter.result();
      String top1 = classifier.get().label("accuracy top-1");
      String top5 = classifier.get().label("accuracy top-5");
      report.add("accuracy top-1", top1, accuracy.top1(), Better.HIGHER);
      report.add("accuracy top-5", top5, accuracy.top5(), Better.HIGHER);
      report.column(top1, accuracy.byClass());
    }
  }

  /** The classification accuracy score. */
  static final class TrainOnSamples implements Metric {

    /** The classifier is no feature extractor of the evaluation, so it has a name of its own. */
    private static final String LABEL = "%s[small classifier]";

    private final ImageData test;
    private final List<byte[]> images = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();

    TrainOnSamples(ImageData test) {
      this.test = test;
    }

    @Override
    public void check(EvaluationSettings settings) {
      requireClasses("The classification accuracy score", settings);
      DataClassifier.requireLearnable(settings.real());
      requireSamples("The classification accuracy score", 10, settings);
      ClassificationAccuracyScore.requireBaseline(settings.count(), settings.real());
    }

    @Override
    public void see(NDArray batch, NDArray batchLabels) {
      ImageBytes bytes = ImageBytes.of("samples", batch, batchLabels, test.classNames());
      for (int i = 0; i < bytes.size(); i++) {
        var image = new byte[bytes.imageLength()];
        bytes.copyImage(i, image, 0);
        images.add(image);
        labels.add(bytes.label(i));
      }
    }

    @Override
    public void score(MetricInputs inputs, EvaluationReport.Builder report) {
      EvaluationSettings settings = inputs.settings();
      ImageData real = settings.real();
      var samples =
          new ImageBytes(
              settings.source().name(),
              real.channels(),
              real.height(),
              real.width(),
              real.classNames(),
              images.toArray(byte[][]::new),
              labels.stream().mapToInt(Integer::intValue).toArray());
      var score = ClassificationAccuracyScore.of(samples, real, test, settings.seed());
      report.add("CAS top-1", Text.format(LABEL, "CAS top-1"), score.top1(), Better.HIGHER);
      report.add("CAS top-5", Text.format(LABEL, "CAS top-5"), score.top5(), Better.HIGHER);
      String baseline = "CAS top-1 of real images";
      report.add(baseline, Text.format(LABEL, baseline), score.baselineTop1(), Better.HIGHER);
    }
  }

  /** The spread of drawn factors inside a class, over the real spread. */
  static final class Factors implements Metric {

    private final FactorSpread samples;

    Factors(ImageData real) {
      if (!(real instanceof Shapes)) {
        throw new IllegalArgumentException(
            Text.format(
                "Factor diversity is measured on drawn shapes, whose factors are known; %s is no Shapes",
                real.name()));
      }
      samples = new FactorSpread(real.classNames());
    }

    @Override
    public void check(EvaluationSettings settings) {
      requireClasses("Factor diversity", settings);
    }

    @Override
    public void see(NDArray images, NDArray labels) {
      samples.add(images, labels);
    }

    @Override
    public void score(MetricInputs inputs, EvaluationReport.Builder report) {
      var diversity = FactorDiversity.of(samples, FactorSpread.of(inputs.settings().real()));
      diversity
          .ratios()
          .forEach(
              (factor, ratios) -> {
                String name = factor + " spread";
                report.add(name, name, diversity.ratio(factor), Better.NEAR_ONE);
                report.column(name, ratios);
              });
    }
  }

  private static void requireSamples(String what, int needed, EvaluationSettings settings) {
    if (settings.count() < needed) {
      throw new IllegalArgumentException(
          Text.format(
              "%s needs at least %d samples, but %d are evaluated: ask for more",
              what, needed, settings.count()));
    }
  }

  private static void requireClasses(String what, EvaluationSettings settings) {
    int sampleClasses = settings.source().numClasses();
    int realClasses = settings.real().numClasses();
    if (sampleClasses != realClasses) {
      throw new IllegalArgumentException(
          Text.format(
              "%s compares class by class, but %s has %s and %s has %d",
              what,
              settings.source().name(),
              sampleClasses == 0 ? "no classes" : sampleClasses + " classes",
              settings.real().name(),
              realClasses));
    }
  }
}
