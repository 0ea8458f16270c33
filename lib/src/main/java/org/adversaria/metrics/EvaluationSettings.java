package org.adversaria.metrics;

import org.adversaria.data.ImageData;
import org.adversaria.models.Sampling;

/**
 * What is compared with what.
 *
 * @param real the data that samples are compared with
 * @param source where samples come from
 * @param count the number of samples
 * @param seed of everything that is drawn at random
 * @param batchSize images in a batch
 */
record EvaluationSettings(
    ImageData real, SampleSource source, int count, long seed, int batchSize) {

  /** The number of real images whose features are held one by one: as many as there are samples. */
  int realCount() {
    return Math.min(count, real.size());
  }

  /** The batches that these are looked at in; no more than the samples have. */
  int realBatches() {
    return Sampling.ofSeed(seed).batches(batchSize).numBatches(realCount());
  }
}
