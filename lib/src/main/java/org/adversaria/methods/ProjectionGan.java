package org.adversaria.methods;

import org.adversaria.data.ImageData;

/**
 * The projection GAN: the class enters the discriminator as an inner product with the features.
 *
 * <pre>
 * D(x, y) = psi(h(x)) + v_y . h(x)
 * </pre>
 *
 * <p>Source: Miyato and Koyama, "cGANs with Projection Discriminator", ICLR 2018, section 3;
 * settings from the code of Hou et al., 2022.
 */
public final class ProjectionGan extends ClassConditionalGan {

  /** The name in run records. */
  public static final String NAME = "projection-gan";

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public ProjectionGan(Settings settings) {
    super(NAME, settings);
  }

  /**
   * Starts describing a method for a data set's classes and image size.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder<ProjectionGan> builder(ImageData data) {
    return new Builder<>(data, preset -> null, ProjectionGan::new);
  }
}
