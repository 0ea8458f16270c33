package org.adversaria.methods;

import org.adversaria.data.ImageData;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.training.Schedule;

/**
 * ReACGAN: an AC-GAN whose classifier cannot explode, since its inputs and weights have length 1,
 * and which compares images with images of other classes, by the data-to-data cross-entropy.
 *
 * <pre>
 * D: hinge on D(x) + lambda L_D2D-CE of real images
 * G: - E_(z,y) D(G(z,y)) + lambda L_D2D-CE of generated images
 * </pre>
 *
 * <p>Source: Kang et al., "Rebooting ACGAN: Auxiliary Classifier GANs with Stable Training",
 * NeurIPS 2021, section 3; settings from PyTorch-StudioGAN, for ImageNet those in batches of 256.
 */
public final class ReAcGan extends ClassConditionalGan {

  /** The name in run records. */
  public static final String NAME = "reacgan";

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public ReAcGan(Settings settings) {
    super(NAME, settings);
  }

  /**
   * Starts describing a method for a data set's classes and image size.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder<ReAcGan> builder(ImageData data) {
    return new Builder<>(
        data,
        StudioPresets.catalogue(
            preset -> new Conditions(null, contrast(preset)),
            published -> published.batchSize() == 64 ? published.scaledTo(128) : published),
        ReAcGan::new);
  }

  private static Contrast contrast(Presets preset) {
    return switch (preset) {
      case CIFAR10, CIFAR100 -> contrast(0.98, 0.5, 0.5, 512);
      case TINY_IMAGENET -> contrast(1, 0.75, 0.75, 768);
      case IMAGENET_128 -> contrast(0.98, 1, 0.5, 2048);
      case SMALL -> contrast(0.98, 0.5, 0.5, 64);
    };
  }

  private static Contrast contrast(double margin, double weight, double temperature, int width) {
    return new Contrast(
        new ContrastiveLoss.D2dCe(margin),
        weight,
        new Schedule.Constant(temperature),
        new EmbeddingHead(width, true, false));
  }
}
