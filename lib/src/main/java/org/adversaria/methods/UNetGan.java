package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.augmentations.CutMix;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.Discriminator;
import org.adversaria.models.UNetDiscriminator;
import org.adversaria.models.UNetDiscriminator.Output;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.training.Averaging;
import org.adversaria.training.GanStep;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/**
 * U-Net GAN: D is a U-Net, whose encoder says whether the image is real and whose decoder says so
 * of every pixel ({@link UNetDiscriminator}).
 *
 * <pre>
 * D minimises  L_enc + L_dec
 *   L_enc = - E log D_enc(x)       - E log(1 - D_enc(G(z)))
 *   L_dec = - E log [D_dec(x)]_ij  - E log(1 - [D_dec(G(z))]_ij)
 *
 * G minimises  - E log D_enc(G(z)) - E log [D_dec(G(z))]_ij
 * </pre>
 *
 * <p>E of a map is over images and pixels ij; the paper sums over pixels, its code takes this mean.
 * Of mixed images m = mix(x, G(z), M), {@link CutMix}, D knows where they are real: the encoder
 * calls them generated, the decoder says M, and what it says is what it says of x and of G(z) where
 * they were taken from.
 *
 * <pre>
 * D minimises  L_cut + lambda L_cons
 *   L_cut  = - E log(1 - D_enc(m)) - E [M_ij log [D_dec(m)]_ij + (1 - M_ij) log(1 - [D_dec(m)]_ij)]
 *   L_cons = E |D_dec(m) - mix(D_dec(x), D_dec(G(z)), M)|^2          of logits
 * </pre>
 *
 * <p>At a step one or the other is minimised: with probability r that of mixed images. r rises from
 * 0 to 1/2, as at first the generated part is too easy to find. With classes, x and G(z) are of the
 * same class where they are mixed.
 *
 * <p>Source: Schoenfeld et al., "A U-Net Based Discriminator for Generative Adversarial Networks",
 * CVPR 2020, section 3; settings from the published code.
 */
public final class UNetGan extends TwoPlayerGan<Output, UNetGan.Objective> {

  /** The name in run records. */
  public static final String NAME = "u-net-gan";

  /**
   * When images are mixed.
   *
   * @param probability r of a step to mix images, in [0, 1]
   * @param alone true where such a step has the terms of mixed images only, as in the paper
   * @param coefficient of the terms of mixed images but the decoder's cross-entropy: the published
   *     code's other warm-up, for steps that all mix
   */
  public record Mixing(Schedule probability, boolean alone, Schedule coefficient) {

    /** No step mixes images. */
    public static final Mixing NEVER = new Mixing(constant(0), true, constant(1));

    /**
     * Steps that mix or do not.
     *
     * @param probability r, in [0, 1]
     * @return the paper's mixing
     */
    public static Mixing alone(Schedule probability) {
      return new Mixing(probability, true, constant(1));
    }

    private static Schedule constant(double value) {
      return new Schedule.Constant(value);
    }

    /**
     * Throws the coin of a step. It is a function of the step's number, so that all updates and
     * accumulated batches of a step agree; runs of other seeds mix at the same steps.
     *
     * @param step its number, from 0
     * @return true where the step mixes images
     */
    public boolean at(long step) {
      return new SplittableRandom(step).nextDouble() < probability.at(step);
    }
  }

  /**
   * The weights of the terms.
   *
   * @param adversarial of L_enc and L_dec, for both players: 1 in the paper; 1/2 in its code, which
   *     halves the sums of real and generated images, and G's sum of image and pixels
   * @param augmentation of L_cut: 1, or 0 without
   * @param consistency lambda: 1, or 0 without
   * @param mixing when images are mixed
   */
  public record Objective(
      double adversarial, double augmentation, double consistency, Mixing mixing) {

    /**
     * Checks the weights.
     *
     * @param adversarial of L_enc and L_dec, above 0
     * @param augmentation of L_cut, at least 0
     * @param consistency lambda, at least 0
     * @param mixing when images are mixed
     * @throws IllegalArgumentException if a weight is out of range, or mixed images have no term
     */
    public Objective {
      if (!(adversarial > 0 && augmentation >= 0 && consistency >= 0)) {
        throw new IllegalArgumentException(
            Text.format(
                "U-Net GAN's weights are above 0 of adversarial terms and at least 0 of others, but they"
                    + " are adversarial %s, augmentation %s, consistency %s",
                adversarial, augmentation, consistency));
      }
      if (augmentation == 0 && consistency == 0) {
        throw new IllegalArgumentException(
            Text.format(
                "Mixed images need a term, but augmentation is %s and consistency %s: to leave both"
                    + " out set the mixing to NEVER",
                augmentation, consistency));
      }
    }

    /**
     * The paper's weights.
     *
     * @param probability r of a step to mix images, in [0, 1]
     * @return 1 for all terms
     */
    public static Objective of(Schedule probability) {
      return new Objective(1, 1, 1, Mixing.alone(probability));
    }

    /**
     * The same without the consistency of the decoder.
     *
     * @return lambda 0
     */
    public Objective withoutConsistency() {
      return new Objective(adversarial, augmentation, 0, mixing);
    }

    /**
     * The same without mixed images.
     *
     * @return L_enc and L_dec at all steps
     */
    public Objective withoutMixing() {
      return new Objective(adversarial, augmentation, consistency, Mixing.NEVER);
    }

    /** The published code's weights. */
    private static Objective published(Mixing mixing) {
      return new Objective(0.5, 1, 1, mixing);
    }
  }

  private static final String SCRIPTS =
      "https://github.com/boschresearch/unetgan/tree/master/training_scripts";

  private static final List<Preset<Objective>> PRESETS =
      List.of(
          row(
              "coco-animals-128",
              data -> backbone(128, data.numClasses(), 1e-8, data),
              recipe(80, 5e-5, 2e-4, 1e-8, new Averaging(0.9999, 0)),
              // 38,000 images in batches of 80: r rises with each of 200 epochs of 475 steps.
              Objective.published(Mixing.alone(new Schedule.Stairs(0, 0.5, 200, 201 * 475))),
              SCRIPTS + "/train_cocoanimals.sh"),
          row(
              "ffhq-256",
              data -> backbone(256, 0, 1e-6, data),
              recipe(20, 1e-4, 5e-4, 1e-6, new Averaging(0.9999, 21_000)),
              // 70,000 images in batches of 20: r rises with each of 100 epochs of 3,500 steps.
              Objective.published(Mixing.alone(new Schedule.Stairs(0, 0.5, 100, 101 * 3500))),
              SCRIPTS + "/train_ffhq.sh"),
          row(
              "celeba-128",
              data -> backbone(128, 0, 1e-6, data),
              recipe(50, 5e-5, 2e-4, 1e-6, new Averaging(0.9999, 21_000)),
              // All steps mix images, from the first on, beside L_enc and L_dec.
              Objective.published(
                  new Mixing(new Schedule.Constant(1), false, new Schedule.Constant(1))),
              SCRIPTS + "/train_celeba.sh"),
          row(
              "small",
              UNetGan::small,
              recipe(32, 2.5e-4, 2e-3, 1e-8, new Averaging(0.99, 100)),
              Objective.of(new Schedule.Linear(0, 0.5, 400)),
              "chosen on synthetic shapes for two CPU cores: with four times the rate of G the decoder"
                  + " told the pixels of mixed images apart no better than a coin after 400 steps"));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   * @throws IllegalArgumentException if an augmentation would move the pixels of mixed images
   */
  public UNetGan(GanSettings<Objective> settings) {
    super(NAME, settings);
    boolean augments = !(settings.augmentation() instanceof Augmentation.None);
    if (augments && !settings.objective().mixing().equals(Mixing.NEVER)) {
      throw new IllegalArgumentException(
          Text.format(
              "The terms of mixed images compare maps pixel by pixel, which %s may move: train"
                  + " without it (--augment none), or in Java without mixed images, by"
                  + " objective(UNetGan.Objective::withoutMixing)",
              settings.augmentation().getClass().getSimpleName()));
    }
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<UNetGan, Objective> builder(TrainingData data) {
    return new GanBuilder<>(data, PRESETS, "small", UNetGan::new);
  }

  private static Preset<Objective> row(
      String name,
      Function<TrainingData, Backbone> backbone,
      Recipe recipe,
      Objective objective,
      String source) {
    return new Preset<>(
        name, backbone, recipe, new AdversarialLoss.NonSaturating(), objective, List.of(), source);
  }

  /** BigGAN's networks of width 64 without attention, with z in the first layer. */
  private static Backbone backbone(int resolution, int classes, double epsilon, TrainingData data) {
    BigGanSizes sizes =
        BigGanSizes.of(resolution, classes)
            .withChannels(Preset.channels(data))
            .withAttention()
            .withNorm(new SpectralNorm.BigGan(epsilon));
    return new Backbone.BigGan(sizes, BigGanLatent.plain(128));
  }

  /** 32x32, with widths that decrease towards the image. */
  private static Backbone small(TrainingData data) {
    BigGanSizes sizes =
        BigGanSizes.of(32, data.numClasses())
            .withChannels(Preset.channels(data))
            .withWidth(4)
            .withAttention()
            .withNorm(new SpectralNorm.BigGan(1e-8))
            .withTaper();
    return new Backbone.BigGan(sizes, BigGanLatent.hierarchical(64, 32));
  }

  private static Recipe recipe(
      int batchSize, double generator, double discriminator, double epsilon, Averaging averaging) {
    return new Recipe(
        batchSize, 1, 1, adam(generator, epsilon), adam(discriminator, epsilon), averaging);
  }

  private static Optimizer adam(double rate, double epsilon) {
    return new Optimizer.Adam(new Schedule.Constant(rate), 0, 0.999, epsilon, 0);
  }

  @Override
  protected Discriminator<Output> newDiscriminator(Backbone backbone) {
    return backbone.newUNet();
  }

  /** {@inheritDoc} Here: those of the real images where both are mixed. */
  @Override
  protected NDArray discriminatorConditions(Step step) {
    NDArray c = super.discriminatorConditions(step);
    return c != null && objective().mixing().at(step.number()) ? step.real().y() : c;
  }

  /** {@inheritDoc} Here: the images' logits, as views of an image have other pixels. */
  @Override
  protected NDList compared(Output output) {
    return new NDList(output.middle());
  }

  @Override
  public Terms discriminatorTerms(GanStep<Output> step) {
    Mixing mixing = objective().mixing();
    if (!mixing.at(step.number())) {
      return adversarialTerms(step, new Terms());
    }
    NDArray x = step.real().x();
    NDArray mask = Autograd.noGrad(() -> mask(x)); // M (N, 1, H, W)
    NDArray mixed = Autograd.noGrad(() -> CutMix.mix(x, step.fake().x(), mask));
    GanStep.Samples<Output> m = step.discriminate(mixed, step.real().y());
    Terms terms = mixing.alone() ? new Terms() : adversarialTerms(step, new Terms());
    return mixedTerms(step, m.output(), mask, terms);
  }

  private static NDArray mask(NDArray x) {
    return CutMix.masks(CutMix.draw(x), (int) x.getShape().get(2));
  }

  /** L_enc + L_dec. */
  Terms adversarialTerms(GanStep<Output> step, Terms terms) {
    Output real = step.real().output(); // middle (N), pixels (N, 1, H, W)
    Output fake = step.fake().output();
    double w = objective().adversarial();
    return terms
        .add("enc_discriminator", w, () -> loss().discriminator(real.middle(), fake.middle()))
        .add("dec_discriminator", w, () -> loss().discriminator(real.pixels(), fake.pixels()))
        .log("logit_real", real.middle().mean())
        .log("logit_fake", fake.middle().mean());
  }

  /** L_cut + lambda L_cons. */
  Terms mixedTerms(GanStep<Output> step, Output mixed, NDArray mask, Terms terms) {
    Objective w = objective();
    double coefficient = w.mixing().coefficient().at(step.number());
    NDArray fake = mixed.middle().zerosLike(); // (N)
    NDArray real = step.real().output().pixels(); // (N, 1, H, W)
    NDArray expected = CutMix.mix(real, step.fake().output().pixels(), mask);
    return terms
        .add("enc_mixed", coefficient * w.augmentation(), () -> crossEntropy(mixed.middle(), fake))
        .add("dec_mixed", w.augmentation(), () -> crossEntropy(mixed.pixels(), mask))
        .add(
            "consistency",
            coefficient * w.consistency(),
            () -> mixed.pixels().sub(expected).square().mean());
  }

  /** - E [t log s(a) + (1 - t) log(1 - s(a))] of logits a and targets t, s the sigmoid. */
  private static NDArray crossEntropy(NDArray logits, NDArray targets) {
    return Activation.softPlus(logits).sub(logits.mul(targets)).mean();
  }

  @Override
  public Terms generatorTerms(GanStep<Output> step) {
    Output fake = step.fake().output(); // middle (N), pixels (N, 1, H, W)
    double w = objective().adversarial();
    return new Terms()
        .add("enc_generator", w, () -> loss().generator(fake.middle()))
        .add("dec_generator", w, () -> loss().generator(fake.pixels()));
  }
}
