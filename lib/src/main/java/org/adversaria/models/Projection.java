package org.adversaria.models;

import ai.djl.ndarray.NDArray;

/**
 * The projection of features onto classes, by which a discriminator is told of labels.
 *
 * <p>Source: Miyato and Koyama, "cGANs with Projection Discriminator", 2018, equation 3.
 */
public final class Projection {

  private Projection() {}

  /**
   * Judges features h of images of classes y: psi(h) + &lt;v<sub>y</sub>, h&gt;, how real an image
   * is plus how well it fits its class.
   *
   * @param psi what is said without the class, {@code (N, 1)} or {@code (N)}
   * @param vectors the vectors of the images' classes, {@code (N, width)}
   * @param features {@code (N, width)}
   * @return logits {@code (N)}
   */
  public static NDArray logits(NDArray psi, NDArray vectors, NDArray features) {
    return psi.reshape(-1).add(vectors.mul(features).sum(new int[] {1}));
  }
}
