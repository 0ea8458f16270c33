package org.adversaria.methods;

import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.TranslationSizes;
import org.adversaria.torch.Text;

/**
 * The settings of a translation between two domains of images.
 *
 * @param preset the name of the preset that the settings started from
 * @param sizes of the images and networks
 * @param loss the adversarial loss
 * @param objective the weights of the method's own terms
 * @param pool the number of generated images of each domain that are kept for the discriminators; 0
 *     for none
 * @param recipe how the networks are trained: the first optimizer is that of both generators, the
 *     second that of both discriminators
 * @param <T> the method's objective
 */
public record TranslationSettings<T extends Record>(
    String preset,
    TranslationSizes sizes,
    AdversarialLoss loss,
    T objective,
    int pool,
    Recipe recipe) {

  /**
   * Checks the settings.
   *
   * @param preset the name of the preset
   * @param sizes of the images and networks
   * @param loss the adversarial loss
   * @param objective the weights of the method's own terms
   * @param pool the number of generated images that are kept
   * @param recipe how the networks are trained
   * @throws IllegalArgumentException if the pool is negative, or the recipe has more than one
   *     update or gradient in a step: discriminators are shown the images of the generators' one
   *     update
   */
  public TranslationSettings {
    if (sizes.discriminatorA().logits(Math.min(sizes.height(), sizes.width())) < 1) {
      throw new IllegalArgumentException(
          Text.format(
              "A discriminator with %d layers has no logit for %dx%d pixels: give it fewer layers",
              sizes.layers(), sizes.width(), sizes.height()));
    }
    if (pool < 0) {
      throw new IllegalArgumentException(
          "A pool has at least 0 images (0 for none), but this one " + pool);
    }
    if (recipe.accumulations() != 1 || !recipe.discriminatorUpdates().equals(Updates.of(1))) {
      throw new IllegalArgumentException(
          Text.format(
              "Discriminators are shown the images of the generators' update, one of each in a step, but"
                  + " the recipe has %d gradients and %s updates: set both to 1",
              recipe.accumulations(), recipe.discriminatorUpdates()));
    }
  }
}
