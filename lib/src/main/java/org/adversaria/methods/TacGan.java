package org.adversaria.methods;

import org.adversaria.data.ImageData;
import org.adversaria.losses.ClassifierLoss;

/**
 * TAC-GAN: a twin classifier, trained on generated images, tells how much of a class the generator
 * shows, and the generator is to confuse it.
 *
 * <pre>
 * max_(C, T)  E_(x,y) log C(y | x) + E_(z,y) log T(y | G(z, y))
 * max_G       E_(z,y) [log C(y | G(z, y)) - log T(y | G(z, y))]
 * </pre>
 *
 * <p>Source: Gong et al., "Twin Auxiliary Classifiers GAN", NeurIPS 2019, section 3; settings from
 * the code of Hou et al., 2022.
 */
public final class TacGan extends ClassConditionalGan {

  /** The name in run records. */
  public static final String NAME = "tac-gan";

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public TacGan(Settings settings) {
    super(NAME, settings);
  }

  /**
   * Starts describing a method for a data set's classes and image size.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder<TacGan> builder(ImageData data) {
    return new Builder<>(data, TacGan::classifier, TacGan::new);
  }

  /** Published for CIFAR and Tiny ImageNet; ImageNet takes the latter's. */
  private static ClassifierLoss classifier(Presets preset) {
    double weight =
        switch (preset) {
          case CIFAR10, CIFAR100, SMALL -> 1;
          case TINY_IMAGENET, IMAGENET_128 -> 0.5;
        };
    return new ClassifierLoss.TacGan(ClassifierLoss.Form.CROSS_ENTROPY, weight, weight);
  }
}
