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
 * ADC-GAN: the auxiliary classifier C is discriminative. It has 2 K classes: y+, "real of class y",
 * and y-, "generated of class y". G raises the probability of c+ and lowers that of c-.
 *
 * <pre>
 * D, C minimise  L_adv(D(x), D(G(z,c))) + lambda_D (E L(C(x), y+) + E L(C(G(z,c)), c-))
 * G    minimises L_adv(D(G(z,c)))       + lambda_G (E L(C(G(z,c)), c+) - E L(C(G(z,c)), c-))
 * </pre>
 *
 * <p>L is the cross-entropy. With the best classifier the generator minimises the reverse
 * Kullback-Leibler divergence of joint distributions of images and classes, with an adversarial
 * loss or without; AC-GAN's generator also minimises the conditional entropy of its classes, which
 * reduces their variety.
 *
 * <p>The logits of a class are adjacent, as in the published code: y+ has the index 2 y, y- the
 * index 2 y + 1.
 *
 * <p>Source: Hou et al., "Conditional GANs with Auxiliary Discriminative Classifier", ICML 2022,
 * section 3, equations 5 and 6; settings from the published code.
 */
public final class AdcGan extends TwoPlayerGan<AdcGan.Output, AdcGan.Objective> {

  /** The name in run records. */
  public static final String NAME = "adc-gan";

  /**
   * What D returns.
   *
   * @param logit D(x) {@code (N)}
   * @param classes C(x) {@code (N, 2 K)}
   */
  public record Output(NDArray logit, NDArray classes) {}

  /**
   * The weights of the terms, each at least 0.
   *
   * @param form L: cross-entropy in the paper
   * @param adversarial the weight of L_adv; at 0 the classifier's terms are the whole objective
   * @param discriminator lambda_D
   * @param generator lambda_G
   */
  public record Objective(
      MultiClassLoss form, double adversarial, double discriminator, double generator) {

    /**
     * The same weight for D and G.
     *
     * @param lambda lambda_D and lambda_G
     * @return cross-entropy, with the adversarial loss at weight 1
     */
    public static Objective of(double lambda) {
      return new Objective(MultiClassLoss.CROSS_ENTROPY, 1, lambda, lambda);
    }
  }

  private static final List<Preset<Objective>> PRESETS =
      List.of(
          BigGanRecipes.CIFAR10.with(Objective.of(1)),
          BigGanRecipes.CIFAR100.with(Objective.of(1)),
          BigGanRecipes.TINY_IMAGENET.with(Objective.of(0.5)),
          BigGanRecipes.IMAGENET_128.with(Objective.of(0.5)),
          BigGanRecipes.SMALL.with(Objective.of(1)));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public AdcGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data labelled images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<AdcGan, Objective> builder(ImageData data) {
    return new GanBuilder<>(data, PRESETS, "small", AdcGan::new);
  }

  /** D = psi(h(x)), C = W h(x). */
  @Override
  protected Discriminator<Output> newDiscriminator(Backbone backbone) {
    Body body = backbone.newBody();
    Linear psi = body.linear("logit", 1);
    Linear classifier = body.linear("adc", 2 * backbone.condition().numClasses());
    return new HeadedDiscriminator<>(
        body,
        (h, y, training) ->
            new Output(psi.forward(h, training).reshape(-1), classifier.forward(h, training)));
  }

  @Override
  public Terms discriminatorTerms(GanStep<Output> step) {
    Output real = step.real().output(); // logit (N), classes (N, 2 K)
    Output fake = step.fake().output(); // logit (N), classes (N, 2 K)
    NDArray y = step.real().y(); // (N)
    NDArray c = step.fake().y(); // (N)
    Objective w = objective();
    return new Terms()
        .add(
            "loss_discriminator",
            w.adversarial(),
            () -> loss().discriminator(real.logit(), fake.logit()))
        .add(
            "classifier_discriminator",
            w.discriminator(),
            () ->
                w.form()
                    .discriminator(real.classes(), plus(y))
                    .add(w.form().discriminator(fake.classes(), minus(c))))
        .log("logit_real", real.logit().mean())
        .log("logit_fake", fake.logit().mean());
  }

  @Override
  public Terms generatorTerms(GanStep<Output> step) {
    Output fake = step.fake().output(); // logit (N), classes (N, 2 K)
    NDArray c = step.fake().y(); // (N)
    Objective w = objective();
    return new Terms()
        .add("loss_generator", w.adversarial(), () -> loss().generator(fake.logit()))
        .add(
            "classifier_generator",
            w.generator(),
            () ->
                w.form()
                    .generator(fake.classes(), plus(c))
                    .sub(w.form().generator(fake.classes(), minus(c))));
  }

  /** The indices 2 y of "real of class y", int64 {@code (N)}. */
  private static NDArray plus(NDArray y) {
    return y.add(y);
  }

  /** The indices 2 y + 1 of "generated of class y", int64 {@code (N)}. */
  private static NDArray minus(NDArray y) {
    return plus(y).add(1L);
  }
}
