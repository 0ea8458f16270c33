package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.adversaria.nn.Layer;
import org.adversaria.nn.TorchBlock;

/**
 * The logit of a projection discriminator: features h of an image of class y give psi(h) +
 * &lt;embed(y), h&gt;, how real the image is plus how well it fits its class.
 *
 * <p>State dict: {@code linear.*} (psi), {@code embed.*}, as in the published code of BigGAN.
 *
 * <p>Source: Miyato and Koyama, "cGANs with Projection Discriminator", 2018, equation 3.
 */
public final class ProjectionHead extends TorchBlock {

  private final Layer linear;
  private final Layer embed;

  /**
   * Creates the head of given layers, which may be normalised.
   *
   * @param linear psi, maps features {@code (N, width)} to {@code (N, 1)}
   * @param embed maps labels, int64 {@code (N)}, to {@code (N, width)}
   */
  public ProjectionHead(Layer linear, Layer embed) {
    this.linear = child("linear", linear);
    this.embed = child("embed", embed);
  }

  /**
   * Judges features.
   *
   * @param features {@code (N, width)}
   * @param labels int64 {@code (N)}
   * @param training true while training
   * @return logits {@code (N)}
   */
  public NDArray forward(NDArray features, NDArray labels, boolean training) {
    return project(linear.forward(features, training), embed.forward(labels, training), features);
  }

  /** {@inheritDoc} */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return new NDList(forward(inputs.get(0), inputs.get(1), training));
  }

  /**
   * Adds the projection of features onto their class's vector.
   *
   * @param logits what is said without the class, {@code (N, 1)} or {@code (N)}
   * @param vectors the classes' vectors {@code (N, width)}
   * @param features {@code (N, width)}
   * @return logits {@code (N)}
   */
  static NDArray project(NDArray logits, NDArray vectors, NDArray features) {
    return logits.reshape(-1).add(vectors.mul(features).sum(new int[] {1}));
  }
}
