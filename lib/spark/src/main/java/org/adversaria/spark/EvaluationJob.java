package org.adversaria.spark;

import java.io.IOException;
import java.util.List;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImageOptions;
import org.adversaria.metrics.ContrastiveEncoder;
import org.adversaria.metrics.DataClassifier;
import org.adversaria.metrics.Evaluation;
import org.adversaria.metrics.EvaluationPart;
import org.adversaria.metrics.FeatureExtractor;
import org.adversaria.metrics.NamedMetric;
import org.adversaria.models.Generator;
import org.adversaria.torch.Text;

/**
 * What is evaluated; other machines get it as JSON.
 *
 * @param name of the generator in tables
 * @param generator whose samples are evaluated
 * @param data the real data: a name or an absolute path
 * @param images how images of a path are read
 * @param samples the number of samples
 * @param seed of the samples
 * @param batchSize of the samples
 * @param standingPasses for standing statistics; 0 for the generator's own
 * @param metrics the words of {@link NamedMetric}
 */
record EvaluationJob(
    String name,
    SavedGenerator generator,
    String data,
    ImageOptions images,
    int samples,
    long seed,
    int batchSize,
    int standingPasses,
    List<String> metrics) {

  /** Whether a score of neighbours is asked for, which is computed of the features themselves. */
  boolean hasNeighbours() {
    return metrics.contains(NamedMetric.PRDC.word()) || metrics.contains(NamedMetric.PR.word());
  }

  /** The extractor by default, whose network is kept in the folder of data sets. */
  static FeatureExtractor features(ImageData real) {
    return real.numClasses() > 1 ? DataClassifier.of(real) : ContrastiveEncoder.of(real);
  }

  /** The evaluation, which every process of the job makes in the same way. */
  Evaluation evaluation(Generator opened, ImageData real, FeatureExtractor features) {
    Evaluation evaluation =
        Evaluation.of(opened)
            .named(name)
            .against(real)
            .samples(samples)
            .seed(seed)
            .batchSize(batchSize)
            .standingStatistics(standingPasses)
            .features(features);
    metrics.forEach(metric -> NamedMetric.named(metric).ask(evaluation, () -> null));
    return evaluation;
  }

  /**
   * Draws a slice of the batches in this process.
   *
   * @param provenance of the evaluation in the process that started the job
   * @throws IllegalStateException if the evaluation is another one on this machine
   */
  EvaluationPart part(int first, int end, String provenance) throws IOException {
    ImageData real = SweepData.open(data, images);
    try (SavedGenerator.Opened opened = generator.open();
        FeatureExtractor features = features(real)) {
      Evaluation evaluation = evaluation(opened.generator(), real, features);
      String here = evaluation.provenance();
      if (!here.equals(provenance)) {
        throw new IllegalStateException(
            Text.format(
                "The evaluation on %s is not the one that was started; there: %s; here: %s. Give all"
                    + " machines the same data at the same path, and one folder of data sets, in which"
                    + " the network for features is kept: --conf"
                    + " spark.executorEnv.ADVERSARIA_DATA=FOLDER",
                Host.name(), provenance, here));
      }
      return evaluation.part(first, end);
    }
  }
}
