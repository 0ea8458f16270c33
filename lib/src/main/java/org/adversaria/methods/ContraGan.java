package org.adversaria.methods;

import java.util.function.UnaryOperator;
import org.adversaria.data.ImageData;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.training.Schedule;

/**
 * ContraGAN: the discriminator has one logit for all classes, and both players minimise a
 * contrastive loss that draws images to their class and to each other.
 *
 * <pre>
 * D: hinge on D(x) + lambda L_2C of real images
 * G: - E_(z,y) D(G(z,y)) + lambda L_2C of generated images
 * </pre>
 *
 * <p>Source: Kang and Park, "ContraGAN: Contrastive Learning for Conditional Image Generation",
 * NeurIPS 2020, section 3; settings from PyTorch-StudioGAN.
 */
public final class ContraGan extends ClassConditionalGan {

  /** The name in run records. */
  public static final String NAME = "contragan";

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public ContraGan(Settings settings) {
    super(NAME, settings);
  }

  /**
   * Starts describing a method for a data set's classes and image size.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder<ContraGan> builder(ImageData data) {
    return new Builder<>(
        data,
        StudioPresets.catalogue(
            preset -> new Conditions(null, contrast(preset)), UnaryOperator.identity()),
        ContraGan::new);
  }

  private static Contrast contrast(Presets preset) {
    int width =
        switch (preset) {
          case CIFAR10, CIFAR100 -> 512;
          case TINY_IMAGENET -> 768;
          case IMAGENET_128 -> 1536;
          case SMALL -> 64;
        };
    return new Contrast(
        ContrastiveLoss.TwoC.paper(),
        1,
        new Schedule.Constant(1),
        new EmbeddingHead(width, true, false));
  }
}
