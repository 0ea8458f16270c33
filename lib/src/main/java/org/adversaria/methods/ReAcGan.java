package org.adversaria.methods;

import java.util.List;
import org.adversaria.data.ImageData;
import org.adversaria.losses.ContrastiveLoss;

/**
 * ReACGAN: an AC-GAN whose classifier cannot explode, since its inputs and weights have length 1,
 * and which compares images with images of other classes: the {@link ContrastiveGan} of the
 * data-to-data cross-entropy, {@link ContrastiveLoss.D2dCe}.
 *
 * <pre>
 * D minimises  L_adv(D(x), D(G(z,c))) + lambda L_D2D-CE of real images
 * G minimises  L_adv(D(G(z,c)))       + lambda L_D2D-CE of generated images
 * </pre>
 *
 * <p>Source: Kang et al., "Rebooting ACGAN: Auxiliary Classifier GANs with Stable Training",
 * NeurIPS 2021, section 3; settings from PyTorch-StudioGAN, for ImageNet those in batches of 256.
 */
public final class ReAcGan extends ContrastiveGan {

  /** The name in run records. */
  public static final String NAME = "reacgan";

  /** StudioGAN's for batches of 64 in batches of 128, with rates in proportion to the root. */
  private static final Recipe CIFAR =
      StudioRecipes.recipe(128, 5, Math.sqrt(2) * 2e-4, Math.sqrt(2) * 2e-4, 0.5, 1000);

  private static final List<Preset<Contrast>> PRESETS =
      List.of(
          new Preset<>(
              "cifar10",
              StudioRecipes::cifar,
              CIFAR,
              d2dCe(0.98, 0.5, 0.5, 512),
              StudioRecipes.STUDIO_CONFIGS),
          new Preset<>(
              "cifar100",
              StudioRecipes::cifar,
              CIFAR,
              d2dCe(0.98, 0.5, 0.5, 512),
              StudioRecipes.STUDIO_CONFIGS),
          new Preset<>(
              "tiny-imagenet",
              StudioRecipes::tinyImageNet,
              StudioRecipes.TINY_IMAGENET,
              d2dCe(1, 0.75, 0.75, 768),
              StudioRecipes.STUDIO_CONFIGS),
          new Preset<>(
              "imagenet-128",
              StudioRecipes::imageNet128,
              StudioRecipes.IMAGENET_128,
              d2dCe(0.98, 1, 0.5, 2048),
              StudioRecipes.STUDIO_CONFIGS),
          new Preset<>(
              "small",
              BigGanRecipes::small,
              BigGanRecipes.SMALL,
              d2dCe(0.98, 0.5, 0.5, 64),
              BigGanRecipes.SMALL_SOURCE));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public ReAcGan(GanSettings<Contrast> settings) {
    super(NAME, settings);
  }

  /**
   * Starts describing a method for a data set's classes and image size.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static GanBuilder<ReAcGan, Contrast> builder(ImageData data) {
    return new GanBuilder<>(data, PRESETS, "small", ReAcGan::new);
  }

  private static Contrast d2dCe(double margin, double weight, double temperature, int width) {
    return Contrast.of(new ContrastiveLoss.D2dCe(margin), weight, temperature, width);
  }
}
