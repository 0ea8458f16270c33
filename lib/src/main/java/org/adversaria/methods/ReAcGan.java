package org.adversaria.methods;

import java.util.List;
import org.adversaria.data.ImageData;
import org.adversaria.losses.ContrastiveLoss;

/**
 * ReACGAN: an AC-GAN whose classifier has inputs and weights of norm 1, which bounds its gradients,
 * and whose loss also compares images with images of other classes. It is the {@link
 * ContrastiveGan} with the data-to-data cross-entropy, {@link ContrastiveLoss.D2dCe}.
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

  /** StudioGAN's recipe for batches of 64, in batches of 128 with rates times the root of 2. */
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
          BigGanRecipes.SMALL.with(d2dCe(0.98, 0.5, 0.5, 64)));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public ReAcGan(GanSettings<Contrast> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data labelled images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<ReAcGan, Contrast> builder(ImageData data) {
    return new GanBuilder<>(data, PRESETS, "small", ReAcGan::new);
  }

  private static Contrast d2dCe(double margin, double weight, double temperature, int width) {
    return Contrast.of(new ContrastiveLoss.D2dCe(margin), weight, temperature, width);
  }
}
