package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import java.util.function.IntConsumer;

/** What the metrics of one evaluation compute from. */
final class Evidence implements AutoCloseable {

  private final Plan plan;
  private final FeatureExtractor extractor;
  private final IntConsumer onRealImages;
  private final Gathering samples;
  private final ReferenceStatistics reference;
  private Gathering realVectors;

  /**
   * Starts empty.
   *
   * @param extractor where features come from
   * @param needs what is to be gathered
   * @param onRealImages is told how many real images have just been looked at
   */
  Evidence(
      Plan plan, FeatureExtractor extractor, Set<Gathering.Need> needs, IntConsumer onRealImages) {
    this.plan = plan;
    this.extractor = extractor;
    this.onRealImages = onRealImages;
    samples = new Gathering(extractor, needs);
    reference =
        new ReferenceStatistics(
            plan, extractor, needs.contains(Gathering.Need.CLASS_MOMENTS), onRealImages);
  }

  Plan plan() {
    return plan;
  }

  /** What was gathered from the samples. */
  Gathering samples() {
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
    if (realVectors == null) {
      realVectors = new Gathering(extractor, Set.of(Gathering.Need.VECTORS));
      new DataSource(plan.real(), extractor.device(), plan.seed(), plan.batchSize())
          .forEachBatch(
              plan.realCount(),
              (images, labels) -> {
                realVectors.add(images, labels);
                onRealImages.accept((int) images.size(0));
              });
    }
    return realVectors.vectors();
  }

  @Override
  public void close() {
    samples.close();
    if (realVectors != null) {
      realVectors.close();
    }
  }
}
