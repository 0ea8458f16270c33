package org.adversaria.models;

import ai.djl.ndarray.NDArray;

/**
 * A discriminator whose logits are read from one vector of features per image, on which further
 * heads, such as the classifier of AC-GAN, can be put.
 */
public abstract class FeatureDiscriminator extends Discriminator {

  /** For subclasses. */
  protected FeatureDiscriminator() {}

  /**
   * Computes the features that the logits are read from.
   *
   * @param images {@code (N, C, H, W)} in [-1, 1]
   * @param training true where layers behave differently while training
   * @return {@code (N, featureWidth)}, pooled over all positions
   */
  public abstract NDArray features(NDArray images, boolean training);

  /**
   * Reads the logits from features, so that several heads share one pass over the images.
   *
   * @param features {@code (N, featureWidth)}, what {@link #features} returned
   * @param labels int64 {@code (N)}; null for an unconditional discriminator
   * @param training true where layers behave differently while training
   * @return logits {@code (N)}
   */
  public abstract NDArray logits(NDArray features, NDArray labels, boolean training);

  /** {@inheritDoc} */
  @Override
  public final NDArray forward(NDArray images, NDArray labels, boolean training) {
    return logits(features(images, training), labels, training);
  }

  /**
   * Returns the number of features of an image.
   *
   * @return the width of {@link #features}
   */
  public abstract int featureWidth();
}
