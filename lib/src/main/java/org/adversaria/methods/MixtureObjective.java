package org.adversaria.methods;

import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.ClassifierLoss;

/**
 * What makes the generator of a {@link MixtureExperiment} follow its labels: a classifier or a
 * projection, with or without an adversarial loss.
 *
 * @param name the name in tables and figures
 * @param adversarial the adversarial loss; null for none
 * @param classifier what the classifier adds; null for a projection in its place, which makes the
 *     adversarial loss depend on the class
 */
public record MixtureObjective(
    String name, AdversarialLoss adversarial, ClassifierLoss classifier) {

  private static final ClassifierLoss.Form FORM = ClassifierLoss.Form.CROSS_ENTROPY;

  /**
   * An objective of at least one loss.
   *
   * @param name the name in tables and figures
   * @param adversarial the adversarial loss; null for none
   * @param classifier what the classifier adds; null for a projection
   * @throws IllegalArgumentException if both are null
   */
  public MixtureObjective {
    if (adversarial == null && classifier == null) {
      throw new IllegalArgumentException(
          name + " without an adversarial loss has no loss left: a projection only changes that");
    }
  }

  /**
   * AC-GAN as both papers hold it against their own: the classifier learns from real points only.
   *
   * @return with the non-saturating loss
   */
  public static MixtureObjective acGan() {
    return classifier("AC-GAN", new ClassifierLoss.AcGan(FORM, 1, 1, false));
  }

  /**
   * TAC-GAN.
   *
   * @return with the non-saturating loss
   */
  public static MixtureObjective tacGan() {
    return classifier("TAC-GAN", new ClassifierLoss.TacGan(FORM, 1, 1));
  }

  /**
   * ADC-GAN.
   *
   * @return with the non-saturating loss
   */
  public static MixtureObjective adcGan() {
    return classifier("ADC-GAN", new ClassifierLoss.AdcGan(FORM, 1, 1));
  }

  /**
   * The projection discriminator.
   *
   * @return with the non-saturating loss
   */
  public static MixtureObjective projection() {
    return classifier("Projection GAN", null);
  }

  private static MixtureObjective classifier(String name, ClassifierLoss classifier) {
    return new MixtureObjective(name, new AdversarialLoss.NonSaturating(), classifier);
  }

  /**
   * Leaves the classifier alone.
   *
   * @return the same without its adversarial loss
   * @throws IllegalArgumentException if there is no classifier
   */
  public MixtureObjective withoutAdversarialLoss() {
    return new MixtureObjective(name + ", classifier alone", null, classifier);
  }
}
