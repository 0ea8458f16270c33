package org.adversaria.models;

import ai.djl.ndarray.NDArray;

/**
 * The logit of a projection discriminator.
 *
 * <p>Source: Miyato and Koyama, "cGANs with Projection Discriminator", 2018, equation 3.
 */
public final class Projection {

  private Projection() {}

  /**
   * Computes the logits psi(h) + &lt;v<sub>y</sub>, h&gt; of features h of images of classes y.
   *
   * @param psi the unconditional part, {@code (N, 1)} or {@code (N)}
   * @param vectors the vectors of the images' classes, {@code (N, width)}
   * @param features {@code (N, width)}
   * @return logits {@code (N)}
   */
  public static NDArray logits(NDArray psi, NDArray vectors, NDArray features) {
    return psi.reshape(-1).add(vectors.mul(features).sum(new int[] {1}));
  }
}
