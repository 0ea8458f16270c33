package org.adversaria.methods;

import org.adversaria.data.ImageData;
import org.adversaria.losses.ClassifierLoss;

/**
 * ADC-GAN: the auxiliary classifier is made discriminative.
 *
 * <p>Its classes are "real of class y" and "generated of class y", and the generator moves its
 * images from the second to the first:
 *
 * <pre>
 * max_C  E_(x,y) log C(y, real | x) + E_(z,y) log C(y, fake | G(z, y))
 * max_G  E_(z,y) [log C(y, real | G(z, y)) - log C(y, fake | G(z, y))]
 * </pre>
 *
 * <p>With the best classifier the generator minimises the reverse Kullback-Leibler divergence of
 * joint distributions of images and classes, whether or not there is an adversarial loss beside it;
 * what AC-GAN's generator minimises falls with the conditional entropy of its classes, so that they
 * shrink.
 *
 * <p>Source: Hou et al., "Conditional GANs with Auxiliary Discriminative Classifier", ICML 2022,
 * section 3; settings from the published code.
 */
public final class AdcGan extends ClassConditionalGan {

  /** The name in run records. */
  public static final String NAME = "adc-gan";

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public AdcGan(Settings settings) {
    super(NAME, settings);
  }

  /**
   * Starts describing a method for a data set's classes and image size.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder<AdcGan> builder(ImageData data) {
    return new Builder<>(data, AdcGan::classifier, AdcGan::new);
  }

  /** Published for CIFAR and Tiny ImageNet; ImageNet takes the latter's. */
  private static ClassifierLoss classifier(Presets preset) {
    double weight =
        switch (preset) {
          case CIFAR10, CIFAR100, SMALL -> 1;
          case TINY_IMAGENET, IMAGENET_128 -> 0.5;
        };
    return new ClassifierLoss.AdcGan(ClassifierLoss.Form.CROSS_ENTROPY, weight, weight);
  }
}
