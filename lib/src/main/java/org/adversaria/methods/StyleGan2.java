package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.adversaria.augmentations.AugmentationState;
import org.adversaria.data.TrainingData;
import org.adversaria.models.Discriminator;
import org.adversaria.models.stylegan2.NoiseMode;
import org.adversaria.models.stylegan2.StyleGan2Discriminator;
import org.adversaria.regularizers.R1;
import org.adversaria.torch.Autograd;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/**
 * StyleGAN2: the non-saturating loss and a style-based generator, with lazy regularisation.
 *
 * <pre>
 * D minimises  E softplus(-D(x)) + E softplus(D(G(z)))     at every step
 *              + gamma / 2 E |grad_x D(x)|^2               at every 16th, 16 times as strong
 * G minimises  E softplus(-D(G(z)))                        at every step
 *              + weight E (|J_w^T y| - a)^2                at every 4th, 4 times as strong
 * </pre>
 *
 * <p>What G minimises is in {@link StyleBasedGan}, which GLeaD shares. Conditional networks are
 * given the class of an image, or with data of instances the instance, and are then IC-GAN's, see
 * {@link IcGan}: G(z, h) and D(x, h), of which x is a neighbour of h.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020; settings
 * from the published code of "Training Generative Adversarial Networks with Limited Data", 2020.
 */
public final class StyleGan2 extends StyleBasedGan<NDArray, StyleGan2.Objective> {

  /** The name in run records. */
  public static final String NAME = "stylegan2";

  /** No settings: there is no term beside the loss and the regularization. */
  public record Objective() {}

  private static final List<StyleGanPreset.Row<Objective>> PRESETS =
      List.of(
          StyleGanPreset.FFHQ_256.with(data -> new Objective()),
          StyleGanPreset.LSUN_CHURCH_256.with(data -> new Objective()),
          StyleGanPreset.LSUN_BEDROOM_256.with(data -> new Objective()),
          StyleGanPreset.CIFAR10.with(data -> new Objective()),
          StyleGanPreset.IC_GAN_COCO_STUFF_128.with(data -> new Objective()),
          StyleGanPreset.IC_GAN_COCO_STUFF_256.with(data -> new Objective()),
          StyleGanPreset.SMALL.with(data -> new Objective()));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public StyleGan2(StyleGanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the image size of a data set.
   *
   * @param data square images
   * @return a builder with the preset {@code "small"}
   * @throws IllegalArgumentException if the data are no images
   */
  public static StyleGanBuilder<StyleGan2, Objective> builder(TrainingData data) {
    return new StyleGanBuilder<>(data, PRESETS, "small", StyleGan2::new);
  }

  @Override
  protected Discriminator<NDArray> newDiscriminator() {
    return new StyleGan2Discriminator(settings().sizes());
  }

  @Override
  protected NDArray logits(NDArray output) {
    return output;
  }

  @Override
  public Terms discriminatorTerms(Step step, StyleNetworks<NDArray> networks) {
    Discriminator<NDArray> d = networks.discriminator();
    NDArray c = conditions(step, step.batchSize()); // (N, ...)
    NDArray generated = Autograd.noGrad(() -> generate(step, networks, c)); // (N, C, H, W)
    AugmentationState augmentation = networks.augmentation();
    NDArray fake = d.forward(augmentation.apply(generated), c, true); // (N)
    NDArray x = step.real().x(); // (N, C, H, W)
    NDArray real = d.forward(augmentation.apply(x), realConditions(step), true); // (N)
    Terms terms =
        new Terms()
            .add("loss_discriminator", LOSS.discriminator(real, fake))
            .log("logit_real", real.mean())
            .log("logit_fake", fake.mean());
    return observed(terms, real, networks);
  }

  private NDArray generate(Step step, StyleNetworks<NDArray> networks, NDArray c) {
    NDArray ws = styles(step, networks.generator(), step.batchSize(), c); // (N, copies, width)
    return networks.generator().synthesis().images(ws, NoiseMode.RANDOM, true);
  }

  @Override
  public Terms r1Terms(Step step, StyleNetworks<NDArray> networks) {
    NDArray x = R1.input(step.real().x()); // (N, C, H, W), requires gradients
    NDArray augmented = networks.augmentation().apply(x); // (N, C, H, W)
    NDArray real = networks.discriminator().forward(augmented, realConditions(step), true); // (N)
    Terms terms = new Terms().add("r1", settings().regularization().r1().penalty(real, x));
    return observed(terms, real, networks);
  }
}
