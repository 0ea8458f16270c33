package org.adversaria.methods;

import java.util.function.Function;
import org.adversaria.data.ImageData;
import org.adversaria.losses.ClassifierLoss;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.training.Schedule;

/**
 * ECGAN: one network's logits f(x)[y] are a conditional discriminator, an unconditional one and a
 * classifier, by the two decompositions of the joint density p(x, y).
 *
 * <pre>
 * log p(x, y) = log p(x | y) + log p(y) = log p(y | x) + log p(x),  p(x, y) ~ exp f(x)[y]
 *
 * D: hinge on f(x)[y] + alpha log sum_y exp f(x)[y]          conditional, and unconditional (U)
 *    - lambda_clf E_(x,y) log softmax(f(x))[y]               classification of real images (C)
 *    + lambda_c   L_2C of real images                        contrast (E)
 * G: - E_(z,y) f(G(z,y))[y] + alpha log sum_y exp f(G(z,y))[y]
 *    + lambda_c   L_2C of generated images                   keeps their entropy (E)
 * </pre>
 *
 * <p>The classifier never speaks to the generator by itself, so that nothing pays for images that
 * are easy to classify. Letters name the variants of the paper's ablation: {@link Variant}.
 *
 * <p>Source: Chen et al., "A Unified View of cGANs with and without Classifiers", NeurIPS 2021,
 * section 3; settings from the published code.
 */
public final class EcGan extends ClassConditionalGan {

  /** The name in run records. */
  public static final String NAME = "ecgan";

  /** Which terms stand beside the conditional one: the paper's ablation. */
  public enum Variant {
    /** None: the conditional term alone. */
    BASE(false, false, false),
    /** The unconditional logit. */
    U(true, false, false),
    /** The classification of real images. */
    C(false, true, false),
    /** The contrastive loss. */
    E(false, false, true),
    /** Unconditional and classification: published for CIFAR-10 and Tiny ImageNet. */
    UC(true, true, false),
    /** Unconditional and contrastive. */
    UE(true, false, true),
    /** All: published for ImageNet. */
    UCE(true, true, true);

    private final boolean unconditional;
    private final boolean classifies;
    private final boolean contrasts;

    Variant(boolean unconditional, boolean classifies, boolean contrasts) {
      this.unconditional = unconditional;
      this.classifies = classifies;
      this.contrasts = contrasts;
    }
  }

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public EcGan(Settings settings) {
    super(NAME, settings);
  }

  /**
   * Starts describing a method for a data set's classes and image size, with the terms that the
   * preset was published with: UC, and UCE for {@code imagenet-128}.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder<EcGan> builder(ImageData data) {
    return builder(
        data,
        preset -> conditions(preset, preset == Presets.IMAGENET_128 ? Variant.UCE : Variant.UC));
  }

  /**
   * Starts describing a variant for a data set's classes and image size.
   *
   * @param data labelled images
   * @param variant the terms, with the preset's weights
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder<EcGan> builder(ImageData data, Variant variant) {
    return builder(data, preset -> conditions(preset, variant));
  }

  /** In batches of 64 for CIFAR and of 256 for ImageNet, the tiny one too. */
  private static Builder<EcGan> builder(ImageData data, Function<Presets, Conditions> conditions) {
    return new Builder<>(
        data,
        StudioPresets.catalogue(conditions, published -> published.withBatchesUpTo(256)),
        EcGan::new);
  }

  private static Conditions conditions(Presets preset, Variant variant) {
    var classifier =
        new ClassifierLoss.EcGan(
            variant.unconditional ? 1 : 0, variant.classifies ? classifierWeight(preset) : 0);
    return new Conditions(classifier, variant.contrasts ? contrast(preset) : null);
  }

  private static double classifierWeight(Presets preset) {
    return switch (preset) {
      case CIFAR10, CIFAR100 -> 0.01;
      case TINY_IMAGENET, IMAGENET_128, SMALL -> 0.05;
    };
  }

  private static Contrast contrast(Presets preset) {
    int width =
        switch (preset) {
          case CIFAR10, CIFAR100 -> 512;
          case TINY_IMAGENET, IMAGENET_128 -> 768;
          case SMALL -> 64;
        };
    return new Contrast(
        new ContrastiveLoss.TwoC(0, true, true),
        1,
        new Schedule.Constant(1),
        new EmbeddingHead(width, true, false));
  }
}
