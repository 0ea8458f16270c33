package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;

/**
 * What the residual discriminators have in common: a ReLU and the sum over all positions give the
 * features h, and the logit is linear in them, psi(h), plus the projection y<sup>T</sup>Vh onto the
 * class's vector where there are classes.
 *
 * <p>Source: Miyato and Koyama, "cGANs with Projection Discriminator", 2018, equation 4 and section
 * 3.
 */
abstract class ProjectionDiscriminator extends FeatureDiscriminator {

  private final int featureWidth;
  private Linear linear;
  private Embedding embedding;

  ProjectionDiscriminator(int featureWidth) {
    this.featureWidth = featureWidth;
  }

  /** Sets psi and V, which the subclass declares after its blocks; V may be null. */
  final void setHead(Linear linear, Embedding embedding) {
    this.linear = linear;
    this.embedding = embedding;
  }

  /** The feature map before the last activation. */
  abstract NDArray featureMap(NDArray images, boolean training);

  /**
   * {@inheritDoc}
   *
   * <p>Here: the sum over all positions of the last block's output after ReLU.
   */
  @Override
  public final NDArray features(NDArray images, boolean training) {
    return Activation.relu(featureMap(images, training)).sum(new int[] {2, 3});
  }

  /** {@inheritDoc} */
  @Override
  public final int featureWidth() {
    return featureWidth;
  }

  /** {@inheritDoc} */
  @Override
  public final NDArray logits(NDArray features, NDArray labels, boolean training) {
    NDArray logits = linear.forward(features, training).reshape(-1);
    if (embedding == null) {
      return logits;
    }
    NDArray projection = embedding.forward(labels, training).mul(features).sum(new int[] {1});
    return logits.add(projection);
  }
}
