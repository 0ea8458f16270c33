package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.torch.Precision;

/**
 * A {@link Body} with a method's heads. Heads are computed in float32 in every precision: they have
 * few outputs, from which losses are computed.
 *
 * <p>The state dict is that of the body, which contains the heads.
 *
 * @param <O> what the heads return: an array, or a record of arrays, whose first axes are the batch
 */
public final class HeadedDiscriminator<O> extends Discriminator<O> {

  private final Body body;
  private final Heads<O> heads;

  /**
   * The heads of a discriminator as a function of its features.
   *
   * @param <O> what they return
   */
  @FunctionalInterface
  public interface Heads<O> {

    /**
     * Computes the heads.
     *
     * @param h features {@code (N, featureWidth)}
     * @param y the conditions of the samples; null for an unconditional discriminator
     * @param training true in training, where some layers behave differently
     * @return the outputs
     */
    O forward(NDArray h, NDArray y, boolean training);
  }

  /**
   * Creates a discriminator.
   *
   * @param body with all heads declared
   * @param heads computes the outputs
   */
  public HeadedDiscriminator(Body body, Heads<O> heads) {
    this.body = child("", body);
    this.heads = heads;
  }

  /**
   * One logit psi(h), independent of the condition.
   *
   * @param body without heads
   * @return a discriminator of logits {@code (N)}
   */
  public static HeadedDiscriminator<NDArray> plain(Body body) {
    Linear psi = body.linear("logit", 1);
    return new HeadedDiscriminator<>(
        body, (h, y, training) -> psi.forward(h, training).reshape(-1));
  }

  /**
   * The projection discriminator: one logit psi(h) + &lt;v<sub>y</sub>, h&gt;.
   *
   * <p>Source: Miyato and Koyama, "cGANs with Projection Discriminator", 2018, equation 3.
   *
   * @param body without heads
   * @param numClasses the number of classes K
   * @return a discriminator of logits {@code (N)}
   */
  public static HeadedDiscriminator<NDArray> projection(Body body, int numClasses) {
    Linear psi = body.linear("logit", 1);
    Embedding v = body.embedding("class_embedding", numClasses, body.featureWidth());
    return new HeadedDiscriminator<>(
        body,
        (h, y, training) -> Projection.logits(psi.forward(h, training), v.forward(y, training), h));
  }

  /**
   * The projection discriminator of instances: one logit psi(h) + &lt;v, h&gt;, where v is an
   * affine map of the instance's features. With classes the first half of v is the vector of the
   * class, and the affine map gives the second half.
   *
   * <p>State dict, by the names of IC-GAN's code: {@code linear_feat}, and with classes the body's
   * class embedding.
   *
   * <p>Source: Casanova et al., "Instance-Conditioned GAN", 2021, appendix A; the published code.
   *
   * @param body without heads
   * @param instances the condition
   * @return a discriminator of logits {@code (N)}
   */
  public static HeadedDiscriminator<NDArray> projection(Body body, Condition.Instances instances) {
    Linear psi = body.linear("logit", 1);
    int half = instances.numClasses() > 0 ? body.featureWidth() / 2 : 0;
    Linear ofFeatures =
        body.linear("linear_feat", instances.features(), body.featureWidth() - half);
    Embedding ofClass =
        half > 0 ? body.embedding("class_embedding", instances.numClasses(), half) : null;
    return new HeadedDiscriminator<>(
        body,
        (h, y, training) -> {
          NDArray v = ofFeatures.forward(instances.features(y), training);
          if (ofClass != null) {
            v = ofClass.forward(instances.labels(y), training).concat(v, 1);
          }
          return Projection.logits(psi.forward(h, training), v, h);
        });
  }

  /**
   * Returns the body.
   *
   * @return the network up to its features
   */
  public Body body() {
    return body;
  }

  @Override
  protected O compute(NDArray x, NDArray y, boolean training) {
    NDArray h = body.features(x, training); // (N, featureWidth)
    return Precision.fp32(() -> heads.forward(h, y, training));
  }
}
