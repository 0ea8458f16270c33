package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.adversaria.metrics.Neighbours.Cover;

/** What the metrics of one evaluation compute from. */
final class MetricInputs implements AutoCloseable {

  private final EvaluationSettings settings;
  private final FeatureExtractor extractor;
  private final IntConsumer onRealImages;
  private final FeatureCollector samples;
  private final ReferenceStatistics reference;
  private final Set<Balls> balls;
  private Map<Balls, Cover> covers;
  private FeatureCollector realFeatures;

  /**
   * Starts empty.
   *
   * @param extractor where features come from
   * @param samples what is gathered from the samples; these inputs close it
   * @param needs what the metrics ask for
   * @param balls whose covers they ask for
   * @param covers those that parts of the evaluation left; null where samples are in one place
   * @param onRealImages is told how many real images have just been looked at
   */
  MetricInputs(
      EvaluationSettings settings,
      FeatureExtractor extractor,
      FeatureCollector samples,
      Set<FeatureCollector.Need> needs,
      Set<Balls> balls,
      Map<Balls, Cover> covers,
      IntConsumer onRealImages) {
    this.settings = settings;
    this.extractor = extractor;
    this.onRealImages = onRealImages;
    this.samples = samples;
    this.balls = balls;
    this.covers = covers;
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
      realFeatures = realFeatures(settings, extractor, 0, settings.realBatches(), onRealImages);
    }
    return realFeatures.vectors();
  }

  /** Looks at some batches of these real images; the caller closes what is gathered. */
  static FeatureCollector realFeatures(
      EvaluationSettings settings,
      FeatureExtractor extractor,
      int first,
      int end,
      IntConsumer onRealImages) {
    var features = new FeatureCollector(extractor, Set.of(FeatureCollector.Need.VECTORS));
    new DataSource(settings.real(), extractor.device(), settings.seed(), settings.batchSize())
        .forEachBatch(
            settings.realCount(),
            first,
            end,
            (images, labels) -> {
              features.add(images, labels);
              onRealImages.accept((int) images.size(0));
            });
    return features;
  }

  /** How real and generated samples cover each other, by one of the kinds of balls asked for. */
  Cover cover(Balls kind) {
    if (covers == null) {
      covers = Neighbours.STANDARD.covers(realVectors(), samples.vectors(), List.copyOf(balls));
    }
    return covers.get(kind);
  }

  @Override
  public void close() {
    samples.close();
    if (realFeatures != null) {
      realFeatures.close();
    }
  }
}
