package org.adversaria.methods;

import java.util.List;
import org.adversaria.data.ImageData;
import org.adversaria.losses.ContrastiveLoss;

/**
 * ContraGAN: the {@link ContrastiveGan} with the conditional contrastive loss {@link
 * ContrastiveLoss.TwoC}, which brings an image's vector nearer to its class's vector and to those
 * of images of its class.
 *
 * <pre>
 * D minimises  L_adv(D(x), D(G(z,c))) + lambda L_2C of real images
 * G minimises  L_adv(D(G(z,c)))       + lambda L_2C of generated images
 * </pre>
 *
 * <p>Source: Kang and Park, "ContraGAN: Contrastive Learning for Conditional Image Generation",
 * NeurIPS 2020, section 3; settings from PyTorch-StudioGAN.
 */
public final class ContraGan extends ContrastiveGan {

  /** The name in run records. */
  public static final String NAME = "contragan";

  private static final List<Preset<Contrast>> PRESETS =
      List.of(
          new Preset<>(
              "cifar10",
              StudioRecipes::cifar,
              StudioRecipes.CIFAR,
              twoC(512),
              StudioRecipes.STUDIO_CONFIGS),
          new Preset<>(
              "cifar100",
              StudioRecipes::cifar,
              StudioRecipes.CIFAR,
              twoC(512),
              StudioRecipes.STUDIO_CONFIGS),
          new Preset<>(
              "tiny-imagenet",
              StudioRecipes::tinyImageNet,
              StudioRecipes.TINY_IMAGENET,
              twoC(768),
              StudioRecipes.STUDIO_CONFIGS),
          new Preset<>(
              "imagenet-128",
              StudioRecipes::imageNet128,
              StudioRecipes.IMAGENET_128,
              twoC(1536),
              StudioRecipes.STUDIO_CONFIGS),
          BigGanRecipes.SMALL.with(twoC(64)));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public ContraGan(GanSettings<Contrast> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data labelled images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<ContraGan, Contrast> builder(ImageData data) {
    return new GanBuilder<>(data, PRESETS, "small", ContraGan::new);
  }

  private static Contrast twoC(int width) {
    return Contrast.of(ContrastiveLoss.TwoC.paper(), 1, 1, width);
  }
}
