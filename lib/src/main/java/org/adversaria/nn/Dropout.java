package org.adversaria.nn;

import ai.djl.ndarray.NDArray;

/**
 * Dropout: in training each element is zeroed with a probability p and the others are divided by 1
 * - p; otherwise the identity.
 *
 * <p>Source: Hinton et al., "Improving neural networks by preventing co-adaptation of feature
 * detectors", 2012; scaled in training as PyTorch does.
 */
public final class Dropout extends Layer {

  private final float probability;

  /**
   * Creates the layer.
   *
   * @param probability of an element to be zeroed, in [0, 1)
   * @throws IllegalArgumentException if the probability is out of range
   */
  public Dropout(double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "A dropout probability lies in [0, 1), but this is " + probability);
    }
    this.probability = (float) probability;
  }

  /** {@inheritDoc} */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    if (!training || probability == 0) {
      return x;
    }
    return ai.djl.nn.norm.Dropout.dropout(x, probability, true).get(0);
  }
}
