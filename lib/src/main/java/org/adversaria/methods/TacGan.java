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
 * TAC-GAN: a twin T of the classifier C is trained on generated images, and G maximises T's loss.
 * That cancels the term by which AC-GAN's generator lowers the conditional entropy of its classes.
 *
 * <pre>
 * D, C, T minimise  L_adv(D(x), D(G(z,c))) + lambda_D (E L(C(x), y) + E L(T(G(z,c)), c))
 * G       minimises L_adv(D(G(z,c)))       + lambda_G (E L(C(G(z,c)), c) - E L(T(G(z,c)), c))
 * </pre>
 *
 * <p>L is the cross-entropy.
 *
 * <p>Source: Gong et al., "Twin Auxiliary Classifiers GAN", NeurIPS 2019, section 3; settings from
 * the code of Hou et al., 2022.
 */
public final class TacGan extends TwoPlayerGan<TacGan.Output, TacGan.Objective> {

  /** The name in run records. */
  public static final String NAME = "tac-gan";

  /**
   * What D returns.
   *
   * @param logit D(x) {@code (N)}
   * @param classes C(x) {@code (N, K)}
   * @param twin T(x) {@code (N, K)}
   */
  public record Output(NDArray logit, NDArray classes, NDArray twin) {}

  /**
   * The weights of the terms, each at least 0.
   *
   * @param form L: cross-entropy in the paper
   * @param adversarial the weight of L_adv; at 0 the classifiers' terms are the whole objective
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
  public TacGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data labelled images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<TacGan, Objective> builder(ImageData data) {
    return new GanBuilder<>(data, PRESETS, "small", TacGan::new);
  }

  /** D = psi(h(x)), C = W h(x), T = V h(x). */
  @Override
  protected Discriminator<Output> newDiscriminator(Backbone backbone) {
    Body body = backbone.newBody();
    int classes = backbone.condition().numClasses();
    Linear psi = body.linear("logit", 1);
    Linear classifier = body.linear("classifier", classes);
    Linear twin = body.linear("twin", classes);
    return new HeadedDiscriminator<>(
        body,
        (h, y, training) ->
            new Output(
                psi.forward(h, training).reshape(-1),
                classifier.forward(h, training),
                twin.forward(h, training)));
  }

  @Override
  public Terms discriminatorTerms(GanStep<Output> step) {
    Output real = step.real().output(); // logit (N), classes and twin (N, K)
    Output fake = step.fake().output(); // logit (N), classes and twin (N, K)
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
                    .discriminator(real.classes(), y)
                    .add(w.form().discriminator(fake.twin(), c)))
        .log("logit_real", real.logit().mean())
        .log("logit_fake", fake.logit().mean());
  }

  @Override
  public Terms generatorTerms(GanStep<Output> step) {
    Output fake = step.fake().output(); // logit (N), classes and twin (N, K)
    NDArray c = step.fake().y(); // (N)
    Objective w = objective();
    return new Terms()
        .add("loss_generator", w.adversarial(), () -> loss().generator(fake.logit()))
        .add(
            "classifier_generator",
            w.generator(),
            () -> w.form().generator(fake.classes(), c).sub(w.form().generator(fake.twin(), c)));
  }
}
