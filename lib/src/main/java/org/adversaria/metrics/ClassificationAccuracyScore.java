package org.adversaria.metrics;

import org.adversaria.data.ImageData;
import org.adversaria.data.Subset;
import org.adversaria.torch.Text;

/**
 * Whether a classifier that has seen generated images only knows the real ones: it does if the
 * samples have the right classes and the diversity of the data. Beside it stands the accuracy of
 * the same classifier trained on as many real images.
 *
 * <p>S. Ravuri and O. Vinyals, "Classification accuracy score for conditional generative models",
 * NeurIPS 2019, section 3, who train a ResNet-50 for it. Here it is the network and the training of
 * {@link DataClassifier}, so that the score compares with its own baseline, not with published
 * ones.
 *
 * @param top1 the share of real test images whose class is the first choice of the classifier
 *     trained on samples, 0 to 1
 * @param top5 the share of them whose class is among its first five choices; always 1 where there
 *     are at most five classes
 * @param baselineTop1 as {@code top1}, of the classifier trained on real images
 * @param baselineTop5 as {@code top5}, of the classifier trained on real images
 */
record ClassificationAccuracyScore(
    double top1, double top5, double baselineTop1, double baselineTop5) {

  /**
   * Trains two classifiers and compares them.
   *
   * @param samples generated images with the labels they were asked for
   * @param real real images for training, at least as many as there are samples
   * @param test real images in neither
   * @param seed of both trainings, and of the choice of the real images
   * @return the score
   * @throws IllegalArgumentException if there are fewer real images than samples, fewer than ten
   *     samples or two classes, or if classes or sizes of the images differ
   */
  static ClassificationAccuracyScore of(
      ImageData samples, ImageData real, ImageData test, long seed) {
    return of(samples, real, test, ClassifierSettings.standard(samples, seed));
  }

  static ClassificationAccuracyScore of(
      ImageData samples, ImageData real, ImageData test, ClassifierSettings settings) {
    requireBaseline(samples.size(), real);
    ImageData asMany = Subset.shuffled(real, settings.seed()).part(0, samples.size());
    ConditionalAccuracy score = accuracy(samples, test, settings);
    ConditionalAccuracy baseline = accuracy(asMany, test, settings);
    return new ClassificationAccuracyScore(
        score.top1(), score.top5(), baseline.top1(), baseline.top5());
  }

  /**
   * Requires that there are as many real images as samples.
   *
   * @throws IllegalArgumentException if there are not
   */
  static void requireBaseline(int samples, ImageData real) {
    if (real.size() < samples) {
      throw new IllegalArgumentException(
          Text.format(
              "The baseline needs as many real images as there are samples: '%s' has %d, and there are %d samples; draw %d at most",
              real.name(), real.size(), samples, real.size()));
    }
  }

  private static ConditionalAccuracy accuracy(
      ImageData training, ImageData test, ClassifierSettings settings) {
    try (var classifier = DataClassifier.train(training, settings)) {
      return classifier.conditionalAccuracy(test);
    }
  }
}
