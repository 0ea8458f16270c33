package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.Text;

/**
 * Adaptive discriminator augmentation: all images that D is given, real and generated, are
 * transformed by a pipeline of 15 transforms, each of which acts on an image with a probability p.
 * D overfits a small data set less, and as long as p is below 0.8 or so G does not generate
 * transformed images. p follows how far D overfits, see {@link AdaController}.
 *
 * <p>The pipeline, in this order: {@link AdaTransforms.Blitting pixel blitting} and {@link
 * AdaTransforms.Geometry general geometric transforms}, which are one resampling together; {@link
 * AdaTransforms.Color colours}; {@link AdaTransforms.Filter image-space filtering}; {@link
 * AdaTransforms.Corruption image-space corruptions}. Gradients of every order flow to the images.
 * Random numbers are drawn on the CPU in the order of the published code.
 *
 * <p>Images of one channel are grey: they have no hue and saturation. Images of 2 channels or of
 * more than 3 are refused where colours are transformed, and images of 21 pixels or less where they
 * are filtered.
 *
 * <p>Source: Karras et al., "Training Generative Adversarial Networks with Limited Data", 2020,
 * sections 2 and 3 and appendix B.
 *
 * @param transforms the pipeline
 * @param p the probability at first, at least 0
 * @param controller changes p in training
 */
public record Ada(AdaTransforms transforms, double p, AdaController controller)
    implements Augmentation {

  /**
   * Checks p.
   *
   * @param transforms the pipeline
   * @param p the probability at first, at least 0
   * @param controller changes p in training
   * @throws IllegalArgumentException if p is negative or not a number
   */
  public Ada {
    if (!(p >= 0)) {
      throw new IllegalArgumentException(
          Text.format("The probability p of ADA is at least 0, not %s", p));
    }
  }

  /**
   * The paper's setting: p begins at 0 and follows the controller with the paper's constants.
   *
   * @param preset of the transforms, such as {@code bgc}, see {@link AdaTransforms#preset}
   * @return the augmentation
   * @throws IllegalArgumentException if there is no such preset; the message lists them
   */
  public static Ada adaptive(String preset) {
    return new Ada(AdaTransforms.preset(preset), 0, AdaController.PAPER);
  }

  /**
   * The same p in all of the training.
   *
   * @param preset of the transforms, such as {@code bgc}, see {@link AdaTransforms#preset}
   * @param p the probability, at least 0
   * @return the augmentation
   * @throws IllegalArgumentException if there is no such preset, or p is negative
   */
  public static Ada fixed(String preset, double p) {
    return new Ada(AdaTransforms.preset(preset), p, AdaController.NONE);
  }

  @Override
  public boolean adaptive() {
    return controller.interval() > 0;
  }

  /** {@inheritDoc} Here: p of the controller. */
  @Override
  public AugmentationState newState() {
    return adaptive() ? new AdaState(this) : new AugmentationState(this);
  }

  /** {@inheritDoc} Here: with the probability at first. */
  @Override
  public NDArray apply(NDArray images) {
    return apply(images, p);
  }

  /**
   * Transforms images.
   *
   * @param images {@code (N, C, H, W)}
   * @param probability p, at least 0
   * @return {@code (N, C, H, W)}
   * @throws IllegalArgumentException if a transform is not for images of that size or number of
   *     channels
   */
  public NDArray apply(NDArray images, double probability) {
    return apply(images, probability, AdaDraws.random((int) images.getShape().get(0)));
  }

  /**
   * Shows how strong the transforms are: all of them act on all images, with a percentile of their
   * random numbers in place of draws, as in the published code.
   *
   * @param images {@code (N, C, H, W)}
   * @param percentile in (0, 1); at 1/2 most transforms do nothing
   * @return {@code (N, C, H, W)}
   */
  public NDArray atPercentile(NDArray images, double percentile) {
    return apply(images, 1, AdaDraws.percentile((int) images.getShape().get(0), percentile));
  }

  NDArray apply(NDArray images, double probability, AdaDraws draws) {
    if (images.getShape().dimension() != 4) {
      throw new IllegalArgumentException(
          Text.format(
              "ADA transforms images (N, C, H, W), but these samples are %s: train without it",
              images.getShape()));
    }
    NDArray x = AdaGeometry.apply(images, transforms, draws, probability);
    x = AdaColor.apply(x, transforms.color(), draws, probability);
    x = AdaFilter.apply(x, transforms.filter(), draws, probability);
    return AdaCorruption.apply(x, transforms.corruption(), draws, probability);
  }
}
