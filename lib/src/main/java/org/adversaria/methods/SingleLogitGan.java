package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import org.adversaria.models.Backbone;
import org.adversaria.models.Condition;
import org.adversaria.models.Discriminator;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * A GAN whose discriminator returns one logit for each sample, with or without its condition, and
 * whose objective is the adversarial loss alone: the original GAN, and GANs that differ from it in
 * networks, loss or regularizer.
 *
 * <pre>
 * D minimises  L_adv(D(x, y), D(G(z,c), c))
 * G minimises  L_adv(D(G(z,c), c))
 * </pre>
 *
 * <p>Source: Goodfellow et al., "Generative Adversarial Nets", 2014, equation 1; with conditions
 * Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014, equation 2.
 */
public abstract class SingleLogitGan extends TwoPlayerGan<NDArray, SingleLogitGan.Objective> {

  /** The adversarial loss is the whole objective: there are no weights. */
  public record Objective() {}

  /**
   * For subclasses.
   *
   * @param name the name in run records
   * @param settings everything it depends on
   */
  protected SingleLogitGan(String name, GanSettings<Objective> settings) {
    super(name, settings);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Here: one logit psi(h(x)), to which networks with classes or instances add the projection
   * v_y . h(x).
   */
  @Override
  protected Discriminator<NDArray> newDiscriminator(Backbone backbone) {
    Condition condition = backbone.condition();
    if (condition instanceof Condition.Instances instances) {
      return HeadedDiscriminator.projection(backbone.newBody(), instances);
    }
    int numClasses = condition.numClasses();
    return numClasses == 0
        ? HeadedDiscriminator.plain(backbone.newBody())
        : HeadedDiscriminator.projection(backbone.newBody(), numClasses);
  }

  @Override
  public final Terms discriminatorTerms(GanStep<NDArray> step) {
    NDArray real = step.real().output(); // (N)
    NDArray fake = step.fake().output(); // (N)
    return new Terms()
        .add("loss_discriminator", loss().discriminator(real, fake))
        .log("logit_real", real.mean())
        .log("logit_fake", fake.mean());
  }

  @Override
  public final Terms generatorTerms(GanStep<NDArray> step) {
    return new Terms().add("loss_generator", loss().generator(step.fake().output()));
  }
}
