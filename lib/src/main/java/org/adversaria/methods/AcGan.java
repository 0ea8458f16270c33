package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.adversaria.data.ImageData;
import org.adversaria.losses.MultiClassLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.Body;
import org.adversaria.models.Discriminator;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.nn.Linear;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * AC-GAN: D has an auxiliary classifier C. C minimises the classification loss on real images, and
 * G minimises it on generated ones.
 *
 * <pre>
 * D, C minimise  L_adv(D(x), D(G(z,c))) + lambda_real E L(C(x), y) + lambda_fake E L(C(G(z,c)), c)
 * G    minimises L_adv(D(G(z,c)))       + lambda_G E L(C(G(z,c)), c)
 * </pre>
 *
 * <p>L is the cross-entropy. In the paper all weights are 1; code that builds on BigGAN (TAC-GAN,
 * ADC-GAN, PyTorch-StudioGAN) trains the classifier on real images only, lambda_fake = 0. The
 * presets are those of the comparison in ADC-GAN's published code, and, as {@code
 * "wgan-gp-cifar10"}, WGAN-GP's conditional experiment: Wasserstein loss, gradient penalty,
 * lambda_real = 1, lambda_G = 0.1.
 *
 * <p>Source: Odena et al., "Conditional Image Synthesis with Auxiliary Classifier GANs", ICML 2017,
 * section 4 and equation 3; settings from the code of Hou et al., 2022.
 */
public final class AcGan extends TwoPlayerGan<AcGan.Output, AcGan.Objective> {

  /** The name in run records. */
  public static final String NAME = "ac-gan";

  /**
   * What D returns.
   *
   * @param logit D(x) {@code (N)}
   * @param classes C(x) {@code (N, K)}
   */
  public record Output(NDArray logit, NDArray classes) {}

  /**
   * The weights of the terms, each at least 0.
   *
   * @param form L: cross-entropy in the paper
   * @param adversarial the weight of L_adv; at 0 the classifier's terms are the whole objective
   * @param real lambda_real
   * @param fake lambda_fake
   * @param generator lambda_G
   */
  public record Objective(
      MultiClassLoss form, double adversarial, double real, double fake, double generator) {

    /**
     * The same weight for D and G; C is trained on real images only.
     *
     * @param lambda lambda_real and lambda_G
     * @return cross-entropy, with the adversarial loss at weight 1
     */
    public static Objective of(double lambda) {
      return new Objective(MultiClassLoss.CROSS_ENTROPY, 1, lambda, 0, lambda);
    }
  }

  private static final List<Preset<Objective>> PRESETS =
      List.of(
          BigGanRecipes.CIFAR10.with(Objective.of(0.2)),
          BigGanRecipes.CIFAR100.with(Objective.of(0.2)),
          BigGanRecipes.TINY_IMAGENET.with(Objective.of(0.2)),
          BigGanRecipes.IMAGENET_128.with(Objective.of(0.2)),
          WGanGp.CONDITIONAL_CIFAR10.with(
              new Objective(MultiClassLoss.CROSS_ENTROPY, 1, 1, 0, 0.1)),
          BigGanRecipes.SMALL.with(Objective.of(1)));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public AcGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data labelled images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<AcGan, Objective> builder(ImageData data) {
    return new GanBuilder<>(data, PRESETS, "small", AcGan::new);
  }

  /** D = psi(h(x)), C = W h(x). */
  @Override
  protected Discriminator<Output> newDiscriminator(Backbone backbone) {
    Body body = backbone.newBody();
    Linear psi = body.linear("logit", 1);
    Linear classifier = body.linear("classifier", backbone.condition().numClasses());
    return new HeadedDiscriminator<>(
        body,
        (h, y, training) ->
            new Output(psi.forward(h, training).reshape(-1), classifier.forward(h, training)));
  }

  @Override
  public Terms discriminatorTerms(GanStep<Output> step) {
    Output real = step.real().output(); // logit (N), classes (N, K)
    Output fake = step.fake().output(); // logit (N), classes (N, K)
    NDArray y = step.real().y(); // (N)
    NDArray c = step.fake().y(); // (N)
    Objective w = objective();
    return new Terms()
        .add(
            "loss_discriminator",
            w.adversarial(),
            () -> loss().discriminator(real.logit(), fake.logit()))
        .add("classifier_discriminator", w.real(), () -> w.form().discriminator(real.classes(), y))
        .add("classifier_fake", w.fake(), () -> w.form().discriminator(fake.classes(), c))
        .log("logit_real", real.logit().mean())
        .log("logit_fake", fake.logit().mean());
  }

  @Override
  public Terms generatorTerms(GanStep<Output> step) {
    Output fake = step.fake().output(); // logit (N), classes (N, K)
    NDArray c = step.fake().y(); // (N)
    Objective w = objective();
    return new Terms()
        .add("loss_generator", w.adversarial(), () -> loss().generator(fake.logit()))
        .add("classifier_generator", w.generator(), () -> w.form().generator(fake.classes(), c));
  }
}
