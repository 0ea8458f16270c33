package org.adversaria.methods;

import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.MultiClassLoss;
import org.adversaria.models.Backbone;
import org.adversaria.training.Method;

/**
 * The objective of a {@link MixtureExperiment}: a method, with or without its adversarial loss.
 *
 * @param name the name in tables and figures
 * @param adversarial the weight of the adversarial loss, at least 0; 0 for none
 * @param maker creates the method
 */
public record MixtureObjective(String name, double adversarial, Maker maker) {

  private static final AdversarialLoss LOSS = new AdversarialLoss.NonSaturating();
  private static final MultiClassLoss FORM = MultiClassLoss.CROSS_ENTROPY;

  /** Creates a method for points. */
  @FunctionalInterface
  public interface Maker {

    /**
     * * Creates the method.
     *
     * @param backbone the networks
     * @param recipe how they are trained
     * @param adversarial the weight of the adversarial loss
     * @return the method
     */
    Method<?> method(Backbone backbone, Recipe recipe, double adversarial);
  }

  /**
   * AC-GAN as in both papers' comparisons: the classifier is trained on real points only.
   *
   * @return with the non-saturating loss
   */
  public static MixtureObjective acGan() {
    return new MixtureObjective(
        "AC-GAN",
        1,
        (backbone, recipe, adversarial) -> {
          var objective = new AcGan.Objective(FORM, adversarial, 1, 0, 1);
          return new AcGan(settings(backbone, objective, recipe));
        });
  }

  /**
   * TAC-GAN.
   *
   * @return with the non-saturating loss
   */
  public static MixtureObjective tacGan() {
    return new MixtureObjective(
        "TAC-GAN",
        1,
        (backbone, recipe, adversarial) -> {
          var objective = new TacGan.Objective(FORM, adversarial, 1, 1);
          return new TacGan(settings(backbone, objective, recipe));
        });
  }

  /**
   * ADC-GAN.
   *
   * @return with the non-saturating loss
   */
  public static MixtureObjective adcGan() {
    return new MixtureObjective(
        "ADC-GAN",
        1,
        (backbone, recipe, adversarial) -> {
          var objective = new AdcGan.Objective(FORM, adversarial, 1, 1);
          return new AdcGan(settings(backbone, objective, recipe));
        });
  }

  /**
   * The projection discriminator.
   *
   * @return with the non-saturating loss
   */
  public static MixtureObjective projection() {
    return new MixtureObjective(
        "Projection GAN",
        1,
        (backbone, recipe, adversarial) -> {
          if (adversarial == 0) {
            throw new IllegalArgumentException(
                "A projection GAN without an adversarial loss has no loss left: the projection only"
                    + " changes that");
          }
          return new ProjectionGan(settings(backbone, new SingleLogitGan.Objective(), recipe));
        });
  }

  private static <T extends Record> GanSettings<T> settings(
      Backbone backbone, T objective, Recipe recipe) {
    return GanSettings.of("line", backbone, LOSS, objective, recipe);
  }

  /**
   * Removes the adversarial loss.
   *
   * @return the same without its adversarial loss
   */
  public MixtureObjective withoutAdversarialLoss() {
    return new MixtureObjective(name + ", classifier alone", 0, maker);
  }
}
