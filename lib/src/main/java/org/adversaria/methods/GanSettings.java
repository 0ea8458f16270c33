package org.adversaria.methods;

import java.util.List;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.regularizers.Regularizer;

/**
 * The settings of a GAN of one generator and one discriminator.
 *
 * @param preset the name of the preset that the settings started from
 * @param backbone the networks
 * @param loss the adversarial loss
 * @param objective the weights of the method's own terms
 * @param regularizers the terms beside the method's own, in the order of the log
 * @param augmentation applied to all images that D is given
 * @param conditions the distribution of the conditions of generated samples
 * @param recipe how the networks are trained
 * @param <T> the method's objective
 */
public record GanSettings<T extends Record>(
    String preset,
    Backbone backbone,
    AdversarialLoss loss,
    T objective,
    List<Regularizer> regularizers,
    Augmentation augmentation,
    ConditionSampling conditions,
    Recipe recipe) {

  /**
   * Settings without regularizers and augmentation, and with uniform classes.
   *
   * @param <T> the method's objective
   * @param preset a name for them
   * @param backbone the networks
   * @param loss the adversarial loss
   * @param objective the weights of the method's own terms
   * @param recipe how the networks are trained
   * @return the settings
   */
  public static <T extends Record> GanSettings<T> of(
      String preset, Backbone backbone, AdversarialLoss loss, T objective, Recipe recipe) {
    return new GanSettings<>(
        preset,
        backbone,
        loss,
        objective,
        List.of(),
        new Augmentation.None(),
        ConditionSampling.UNIFORM,
        recipe);
  }
}
