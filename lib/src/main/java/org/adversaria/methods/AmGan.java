package org.adversaria.methods;

import org.adversaria.data.ImageData;
import org.adversaria.losses.ClassifierLoss;

/**
 * AM-GAN: the discriminator is a classifier of the real classes and one more, "generated".
 *
 * <pre>
 * max_C  E_(x,y) log C(y | x) + E_(z,y) log C(generated | G(z, y))
 * max_G  E_(z,y) log C(y | G(z, y))
 * </pre>
 *
 * <p>Source: Zhou et al., "Activation Maximization Generative Adversarial Nets", ICLR 2018, section
 * 3; settings from the code of Hou et al., 2022.
 */
public final class AmGan extends ClassConditionalGan {

  /** The name in run records. */
  public static final String NAME = "am-gan";

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public AmGan(Settings settings) {
    super(NAME, settings);
  }

  /**
   * Starts describing a method for a data set's classes and image size.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder<AmGan> builder(ImageData data) {
    return new Builder<>(data, AmGan::classifier, AmGan::new);
  }

  /** The published weight for CIFAR and Tiny ImageNet; in the small preset that of ADC-GAN. */
  private static ClassifierLoss classifier(Presets preset) {
    double weight = preset == Presets.SMALL ? 1 : 0.2;
    return new ClassifierLoss.AmGan(ClassifierLoss.Form.CROSS_ENTROPY, weight, weight);
  }
}
