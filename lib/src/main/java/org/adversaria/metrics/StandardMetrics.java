package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.metrics.Gathering.Need;
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
    public void check(Plan plan) {
      requireSamples("FID", 2, plan);
    }

    @Override
    public void score(Evidence evidence, EvaluationReport.Builder report) {
      try (Moments real = evidence.reference().all()) {
        double distance = FrechetDistance.between(real, evidence.samples().moments());
        report.add("FID", distance, Better.LOWER);
      }
    }
  }

  /** KID: the mean over subsets. */
  record Kid(int subsets, int size) implements Metric {

    @Override
    public Set<Need> needs() {
      return Set.of(Need.VECTORS);
    }

    @Override
    public void check(Plan plan) {
      requireSamples("KID in subsets of " + size, size, plan);
      if (plan.realCount() < size) {
        throw new IllegalArgumentException(
            Text.format(
                "KID in subsets of %d needs as many real images; %s has %d: choose smaller subsets",
                size, plan.real().name(), plan.real().size()));
      }
    }

    @Override
    public void score(Evidence evidence, EvaluationReport.Builder report) {
      Estimate estimate =
          KernelDistance.standard()
              .subsets(
                  evidence.realVectors(),
                  evidence.samples().vectors(),
                  subsets,
                  size,
                  evidence.plan().seed());
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
    public void check(Plan plan) {
      requireSamples(Text.format("The inception score in %d splits", splits), splits, plan);
    }

    @Override
    public void score(Evidence evidence, EvaluationReport.Builder report) {
      Estimate estimate = InceptionScore.of(evidence.samples().logits(), splits);
      report.add("IS", estimate, Better.HIGHER);
    }
  }

  /** Scores of balls around samples that reach to their k-th neighbours. */
  record Neighbourhoods(int k, Formula formula) implements Metric {

    /** What is computed from the features. */
    interface Formula {
      void score(NDArray real, NDArray drawn, int k, EvaluationReport.Builder report);
    }

    static void prdc(NDArray real, NDArray drawn, int k, EvaluationReport.Builder report) {
      Prdc prdc = Prdc.of(real, drawn, k);
      report.add("precision", prdc.precision(), Better.HIGHER);
      report.add("recall", prdc.recall(), Better.HIGHER);
      report.add("density", prdc.density(), Better.NEAR_ONE);
      report.add("coverage", prdc.coverage(), Better.HIGHER);
    }

    static void improved(NDArray real, NDArray drawn, int k, EvaluationReport.Builder report) {
      var found = ImprovedPrecisionRecall.of(real, drawn, k);
      report.add("improved precision", found.precision(), Better.HIGHER);
      report.add("improved recall", found.recall(), Better.HIGHER);
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.VECTORS);
    }

    @Override
    public void check(Plan plan) {
      requireSamples(Text.format("A neighbourhood of %d", k), k + 1, plan);
    }

    @Override
    public void score(Evidence evidence, EvaluationReport.Builder report) {
      formula.score(evidence.realVectors(), evidence.samples().vectors(), k, report);
    }
  }

  /** FID inside each class, and its mean over the classes. */
  static final class IntraFid implements Metric {

    @Override
    public Set<Need> needs() {
      return Set.of(Need.VECTORS, Need.CLASS_MOMENTS);
    }

    @Override
    public void check(Plan plan) {
      requireClasses("Intra-FID", plan);
      ImageData real = plan.real();
      requireMembers(real.classCounts(), real, real.name(), "");
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
    public void score(Evidence evidence, EvaluationReport.Builder report) {
      ImageData real = evidence.plan().real();
      var drawn = new long[real.numClasses()];
      Arrays.stream(evidence.samples().labels()).forEach(label -> drawn[(int) label]++);
      requireMembers(drawn, real, evidence.plan().source().name(), ": evaluate more samples");
      double[] distances =
          IntStream.range(0, drawn.length)
              .mapToDouble(label -> distance(evidence, label))
              .toArray();
      report.addByClass("intra-FID", distances, Better.LOWER);
    }

    private static double distance(Evidence evidence, int label) {
      try (Moments real = evidence.reference().ofClass(label);
          NDArray vectors = evidence.samples().vectorsOf(label);
          Moments drawn = Moments.of(vectors)) {
        return FrechetDistance.between(real, drawn);
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
    public void check(Plan plan) {
      requireClasses("Conditional accuracy", plan);
    }

    @Override
    public void see(NDArray images, NDArray labels) {
      counter.add(classifier.get().extract(images).logits(), labels);
    }

    @Override
    public void score(Evidence evidence, EvaluationReport.Builder report) {
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
    public void check(Plan plan) {
      requireClasses("The classification accuracy score", plan);
    }

    @Override
    public void see(NDArray batch, NDArray asked) {
      ImageBytes bytes = ImageBytes.of("samples", batch, asked, test.classNames());
      for (int i = 0; i < bytes.size(); i++) {
        var image = new byte[bytes.imageLength()];
        bytes.copyImage(i, image, 0);
        images.add(image);
        labels.add(bytes.label(i));
      }
    }

    @Override
    public void score(Evidence evidence, EvaluationReport.Builder report) {
      Plan plan = evidence.plan();
      ImageData real = plan.real();
      var samples =
          new ImageBytes(
              plan.source().name(),
              real.channels(),
              real.height(),
              real.width(),
              real.classNames(),
              images.toArray(byte[][]::new),
              labels.stream().mapToInt(Integer::intValue).toArray());
      var score = ClassificationAccuracyScore.of(samples, real, test, plan.seed());
      report.add("CAS top-1", Text.format(LABEL, "CAS top-1"), score.top1(), Better.HIGHER);
      report.add("CAS top-5", Text.format(LABEL, "CAS top-5"), score.top5(), Better.HIGHER);
      String baseline = "CAS top-1 of real images";
      report.add(baseline, Text.format(LABEL, baseline), score.baselineTop1(), Better.HIGHER);
    }
  }

  /** The spread of drawn factors inside a class, over the real spread. */
  static final class Factors implements Metric {

    private final FactorSpread drawn;

    Factors(ImageData real) {
      if (!(real instanceof Shapes)) {
        throw new IllegalArgumentException(
            Text.format(
                "Factor diversity is measured on drawn shapes, whose factors are known; %s is no Shapes",
                real.name()));
      }
      drawn = new FactorSpread(real.classNames());
    }

    @Override
    public void check(Plan plan) {
      requireClasses("Factor diversity", plan);
    }

    @Override
    public void see(NDArray images, NDArray labels) {
      drawn.add(images, labels);
    }

    @Override
    public void score(Evidence evidence, EvaluationReport.Builder report) {
      var diversity = FactorDiversity.of(drawn, FactorSpread.of(evidence.plan().real()));
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

  private static void requireSamples(String what, int needed, Plan plan) {
    if (plan.count() < needed) {
      throw new IllegalArgumentException(
          Text.format(
              "%s needs at least %d samples, but %d are evaluated: ask for more",
              what, needed, plan.count()));
    }
  }

  private static void requireClasses(String what, Plan plan) {
    int drawn = plan.source().numClasses();
    int real = plan.real().numClasses();
    if (drawn != real) {
      throw new IllegalArgumentException(
          Text.format(
              "%s compares class by class, but %s has %s and %s has %d",
              what,
              plan.source().name(),
              drawn == 0 ? "no classes" : drawn + " classes",
              plan.real().name(),
              real));
    }
  }
}
