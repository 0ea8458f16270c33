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
 * AM-GAN: the discriminator is a classifier C of K + 1 classes, of which the last is "generated".
 *
 * <pre>
 * C minimises  lambda_D (E L(C(x), y) + E L(C(G(z,c)), K))
 * G minimises  lambda_G E L(C(G(z,c)), c)
 * </pre>
 *
 * <p>L is the cross-entropy; classes count from 0, so that "generated" is the index K. There is no
 * other adversarial loss. With {@link MultiClassLoss#CRAMMER_SINGER} it is the multi-class hinge
 * GAN (Kavalerov et al., "A Multi-Class Hinge Loss for Conditional GANs", 2021).
 *
 * <p>Source: Zhou et al., "Activation Maximization Generative Adversarial Nets", ICLR 2018, section
 * 4; settings from the code of Hou et al., 2022.
 */
public final class AmGan extends TwoPlayerGan<NDArray, AmGan.Objective> {

  /** The name in run records. */
  public static final String NAME = "am-gan";

  /**
   * The weights of the terms, each at least 0.
   *
   * @param form L: cross-entropy in the paper
   * @param discriminator lambda_D
   * @param generator lambda_G
   */
  public record Objective(MultiClassLoss form, double discriminator, double generator) {

    /**
     * The same weight for D and G.
     *
     * @param lambda lambda_D and lambda_G
     * @return with cross-entropy
     */
    public static Objective of(double lambda) {
      return new Objective(MultiClassLoss.CROSS_ENTROPY, lambda, lambda);
    }
  }

  private static final List<Preset<Objective>> PRESETS =
      List.of(
          BigGanRecipes.CIFAR10.with(Objective.of(0.2)),
          BigGanRecipes.CIFAR100.with(Objective.of(0.2)),
          BigGanRecipes.TINY_IMAGENET.with(Objective.of(0.2)),
          BigGanRecipes.IMAGENET_128.with(Objective.of(0.2)),
          BigGanRecipes.SMALL.with(Objective.of(1)));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public AmGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data labelled images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<AmGan, Objective> builder(ImageData data) {
    return new GanBuilder<>(data, PRESETS, "small", AmGan::new);
  }

  /** C = W h(x), {@code (N, K + 1)}. */
  @Override
  protected Discriminator<NDArray> newDiscriminator(Backbone backbone) {
    Body body = backbone.newBody();
    Linear classifier = body.linear("am", backbone.condition().numClasses() + 1);
    return new HeadedDiscriminator<>(body, (h, y, training) -> classifier.forward(h, training));
  }

  @Override
  public Terms discriminatorTerms(GanStep<NDArray> step) {
    NDArray real = step.real().output(); // (N, K + 1)
    NDArray fake = step.fake().output(); // (N, K + 1)
    NDArray y = step.real().y(); // (N)
    long k = fake.getShape().get(1) - 1;
    NDArray generated = step.fake().y().zerosLike().add(k); // (N), the index K
    Objective w = objective();
    return new Terms()
        .add(
            "classifier_discriminator",
            w.discriminator(),
            () -> w.form().discriminator(real, y).add(w.form().discriminator(fake, generated)));
  }

  /**
   * {@inheritDoc} Here: how far the probability of the class K, of generated images, is below 1/2.
   */
  @Override
  protected NDArray verdicts(GanStep.Samples<NDArray> real) {
    return real.output().softmax(1).get(":, -1").sub(0.5).neg();
  }

  @Override
  public Terms generatorTerms(GanStep<NDArray> step) {
    NDArray fake = step.fake().output(); // (N, K + 1)
    NDArray c = step.fake().y(); // (N)
    Objective w = objective();
    return new Terms()
        .add("classifier_generator", w.generator(), () -> w.form().generator(fake, c));
  }
}
