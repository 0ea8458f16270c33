package org.adversaria.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import org.adversaria.metrics.EvaluationPart;
import org.adversaria.metrics.FeatureBlock;

/**
 * What a task leaves of a slice of the batches: the moments, and the features if a score of
 * neighbours is asked for.
 *
 * <p>No record: Kryo, which Spark can be told to use, does not know them.
 */
final class Drawn implements Serializable {

  private static final long serialVersionUID = 1L;

  private final byte[] part;
  private final ArrayList<FeatureBlock> features;

  Drawn(EvaluationPart part) {
    this.part = part.toBytes();
    this.features = new ArrayList<>(part.features());
  }

  /** The bytes of an {@link EvaluationPart}. */
  byte[] part() {
    return part;
  }

  /** The features of real samples. */
  Iterator<FeatureBlock> real() {
    return features.stream().filter(FeatureBlock::isReal).iterator();
  }

  /** The features of generated samples. */
  Iterator<FeatureBlock> generated() {
    return features.stream().filter(block -> !block.isReal()).iterator();
  }
}
