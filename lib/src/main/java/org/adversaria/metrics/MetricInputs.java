package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import java.util.function.IntConsumer;

/** What the metrics of one evaluation compute from. */
final class MetricInputs implements AutoCloseable {

  private final EvaluationSettings settings;
  private final FeatureExtractor extractor;
  private final IntConsumer onRealImages;
  private final FeatureCollector samples;
  private final ReferenceStatistics reference;
  private FeatureCollector realFeatures;

  /**
   * Starts empty.
   *
   * @param extractor where features come from
   * @param samples what is gathered from the samples; these inputs close it
   * @param needs what the metrics ask for
   * @param onRealImages is told how many real images have just been looked at
   */
  MetricInputs(
      EvaluationSettings settings,
      FeatureExtractor extractor,
      FeatureCollector samples,
      Set<FeatureCollector.Need> needs,
      IntConsumer onRealImages) {
    this.settings = settings;
    this.extractor = extractor;
    this.onRealImages = onRealImages;
    this.samples = samples;
    reference =
        new ReferenceStatistics(
            settings, extractor, needs.contains(FeatureCollector.Need.CLASS_MOMENTS), onRealImages);
  }

  EvaluationSettings settings() {
    return settings;
  }

  /** What was gathered from the samples. */
  FeatureCollector samples() {
    return samples;
  }

  /** The moments of the real data. */
  ReferenceStatistics reference() {
    return reference;
  }

  /**
   * The features of as many real images as there are samples, drawn at random without repetition;
   * of all of them where the data has no more.
   */
  NDArray realVectors() {
    if (realFeatures == null) {
      realFeatures = new FeatureCollector(extractor, Set.of(FeatureCollector.Need.VECTORS));
      new DataSource(settings.real(), extractor.device(), settings.seed(), settings.batchSize())
          .forEachBatch(
              settings.realCount(),
              (images, labels) -> {
                realFeatures.add(images, labels);
                onRealImages.accept((int) images.size(0));
              });
    }
    return realFeatures.vectors();
  }

  @Override
  public void close() {
    samples.close();
    if (realFeatures != null) {
      realFeatures.close();
    }
  }
}
