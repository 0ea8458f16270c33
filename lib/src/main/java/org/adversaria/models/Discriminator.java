package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.adversaria.nn.TorchBlock;

/** A network that maps images, and labels where it is conditional, to logits: real above fake. */
public abstract class Discriminator extends TorchBlock {

  /** For subclasses. */
  protected Discriminator() {}

  /**
   * For another way to compute what a discriminator computes.
   *
   * @param other whose parameters this discriminator has
   */
  protected Discriminator(Discriminator other) {
    super(other);
  }

  /**
   * Judges images.
   *
   * @param images {@code (N, C, H, W)} in [-1, 1]
   * @param labels int64 {@code (N)}; null for an unconditional discriminator
   * @param training true where layers behave differently while training
   * @return logits {@code (N)}; their sigmoid is the probability of being real where the loss is
   *     the original one
   */
  public abstract NDArray forward(NDArray images, NDArray labels, boolean training);

  /** {@inheritDoc} */
  @Override
  public final NDList forward(NDList inputs, boolean training) {
    NDArray labels = inputs.size() > 1 ? inputs.get(1) : null;
    return new NDList(forward(inputs.get(0), labels, training));
  }
}
