package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.List;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.torch.Text;

/**
 * What the residual discriminators have in common: a ReLU and the sum over all positions give the
 * features h, and the logit is linear in them: psi(h), by itself or plus the projection
 * y<sup>T</sup>Vh onto the class's vector, or f(x)[y], a logit for each class.
 *
 * <p>Source: Miyato and Koyama, "cGANs with Projection Discriminator", 2018, equation 4 and section
 * 3.
 */
abstract class ProjectionDiscriminator extends FeatureDiscriminator {

  private final int featureWidth;
  private LogitHead head;
  private Linear linear;
  private Embedding embedding;

  ProjectionDiscriminator(int featureWidth) {
    this.featureWidth = featureWidth;
  }

  /**
   * Declares the layers of the logit, after the subclass has declared its blocks.
   *
   * @param linearName the name of psi or f
   * @param embeddingName the name of V
   * @return the layers
   */
  final List<Layer> declareHead(
      LogitHead head, int numClasses, SpectralNorm norm, String linearName, String embeddingName) {
    this.head = head;
    linear = child(linearName, new Linear(featureWidth, head.outputs(numClasses), true, norm));
    if (head != LogitHead.PROJECTION) {
      return List.of(linear);
    }
    embedding = child(embeddingName, new Embedding(numClasses, featureWidth, norm));
    return List.of(linear, embedding);
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
    NDArray logits = linear.forward(features, training);
    return switch (head) {
      case PLAIN -> logits.reshape(-1);
      case PROJECTION -> Projection.logits(logits, embedding.forward(labels, training), features);
      case ENERGIES -> Energies.conditional(logits, labels);
    };
  }

  /** {@inheritDoc} */
  @Override
  public final NDArray energies(NDArray features, boolean training) {
    if (head != LogitHead.ENERGIES) {
      throw new IllegalStateException(
          Text.format(
              "The discriminator has one logit (%s), not one for each class: make it with LogitHead.ENERGIES",
              head));
    }
    return linear.forward(features, training);
  }
}
