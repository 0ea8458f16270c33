package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.adversaria.data.ImageData;
import org.adversaria.models.Backbone;
import org.adversaria.models.Discriminator;
import org.adversaria.models.HeadedDiscriminator;

/**
 * The projection GAN: D's logit contains the inner product of a class vector with the features.
 *
 * <pre>
 * D(x, y) = psi(h(x)) + v_y . h(x)
 *
 * D minimises  L_adv(D(x, y), D(G(z,c), c))
 * G minimises  L_adv(D(G(z,c), c))             both in {@link SingleLogitGan}
 * </pre>
 *
 * <p>Source: Miyato and Koyama, "cGANs with Projection Discriminator", ICLR 2018, section 3,
 * equation 3; settings from the code of Hou et al., 2022.
 */
public final class ProjectionGan extends SingleLogitGan {

  /** The name in run records. */
  public static final String NAME = "projection-gan";

  static final List<Preset<Objective>> PRESETS =
      List.of(
          BigGanRecipes.CIFAR10,
          BigGanRecipes.CIFAR100,
          BigGanRecipes.TINY_IMAGENET,
          BigGanRecipes.IMAGENET_128,
          BigGanRecipes.SMALL);

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public ProjectionGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data labelled images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<ProjectionGan, Objective> builder(ImageData data) {
    return new GanBuilder<>(data, PRESETS, "small", ProjectionGan::new);
  }

  /** D = psi(h(x)) + v_y . h(x), see {@link HeadedDiscriminator#projection}. */
  @Override
  protected Discriminator<NDArray> newDiscriminator(Backbone backbone) {
    return HeadedDiscriminator.projection(backbone.newBody(), backbone.condition().numClasses());
  }
}
