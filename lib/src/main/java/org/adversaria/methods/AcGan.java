package org.adversaria.methods;

import org.adversaria.data.ImageData;
import org.adversaria.losses.ClassifierLoss;

/**
 * AC-GAN: an auxiliary classifier tells the class of an image, and the generator makes images that
 * it tells right.
 *
 * <pre>
 * max_C  E_(x,y) log C(y | x) [+ E_(z,y) log C(y | G(z, y))]
 * max_G  E_(z,y) log C(y | G(z, y))
 * </pre>
 *
 * <p>The presets are those of the comparison in ADC-GAN's published code: BigGAN's networks, and a
 * classifier that learns from real images only. The term in brackets, which the paper has, is a
 * setting of {@link org.adversaria.losses.ClassifierLoss.AcGan}.
 *
 * <p>Source: Odena et al., "Conditional Image Synthesis with Auxiliary Classifier GANs", ICML 2017,
 * section 4; settings from the code of Hou et al., 2022.
 */
public final class AcGan extends ClassConditionalGan {

  /** The name in run records. */
  public static final String NAME = "ac-gan";

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public AcGan(Settings settings) {
    super(NAME, settings);
  }

  /**
   * Starts describing a method for a data set's classes and image size.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder<AcGan> builder(ImageData data) {
    return new Builder<>(data, AcGan::classifier, AcGan::new);
  }

  /** The published weight for CIFAR and Tiny ImageNet; in the small preset that of ADC-GAN. */
  private static ClassifierLoss classifier(Presets preset) {
    double weight = preset == Presets.SMALL ? 1 : 0.2;
    return new ClassifierLoss.AcGan(ClassifierLoss.Form.CROSS_ENTROPY, weight, weight, false);
  }
}
