package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.adversaria.augmentations.FlipTranslate;
import org.adversaria.models.Backbone;
import org.adversaria.models.Body;
import org.adversaria.models.Discriminator;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.nn.Linear;
import org.adversaria.training.GanStep;
import org.adversaria.training.GanStep.Samples;
import org.adversaria.training.Terms;

/**
 * A GAN whose discriminator has one logit for all classes, with a contrastive loss of vectors of
 * images and classes, which both players minimise.
 *
 * <pre>
 * D minimises  L_adv(D(x), D(G(z,c))) + lambda L_con(l(x), e(y))
 * G minimises  L_adv(D(G(z,c)))       + lambda L_con(l(G(z,c)), e(c))
 * </pre>
 *
 * <p>l(x) are vectors of images and e(y) of classes, both {@code (N, width)}, see {@link
 * EmbeddingHead}. {@link ContraGan} and {@link ReAcGan} differ in L_con.
 */
public abstract class ContrastiveGan extends TwoPlayerGan<ContrastiveGan.Output, Contrast> {

  /**
   * What D returns.
   *
   * @param logit D(x) {@code (N)}
   * @param embedding l(x) and e(y)
   */
  public record Output(NDArray logit, EmbeddingHead.Output embedding) {}

  /**
   * For subclasses.
   *
   * @param name the name in run records
   * @param settings everything it depends on
   */
  protected ContrastiveGan(String name, GanSettings<Contrast> settings) {
    super(name, settings);
  }

  /** D = psi(h(x)), l(h(x)), e(y). */
  @Override
  protected Discriminator<Output> newDiscriminator(Backbone backbone) {
    Body body = backbone.newBody();
    Linear psi = body.linear("logit", 1);
    var embedding = new EmbeddingHead(body, backbone.condition().numClasses(), objective().head());
    return new HeadedDiscriminator<>(
        body,
        (h, y, training) ->
            new Output(psi.forward(h, training).reshape(-1), embedding.forward(h, y, training)));
  }

  @Override
  public Terms discriminatorTerms(GanStep<Output> step) {
    NDArray real = step.real().output().logit(); // (N)
    NDArray fake = step.fake().output().logit(); // (N)
    return new Terms()
        .add("loss_discriminator", loss().discriminator(real, fake))
        .add("contrast_discriminator", objective().weight(), () -> contrast(step, step.real()))
        .log("logit_real", real.mean())
        .log("logit_fake", fake.mean());
  }

  @Override
  public Terms generatorTerms(GanStep<Output> step) {
    return new Terms()
        .add("loss_generator", loss().generator(step.fake().output().logit()))
        .add("contrast_generator", objective().weight(), () -> contrast(step, step.fake()));
  }

  /** L_con of a batch, a scalar. */
  private NDArray contrast(GanStep<Output> step, Samples<Output> samples) {
    return objective()
        .of(step.number(), samples.y(), samples.output().embedding(), () -> views(step, samples));
  }

  /**
   * The vectors {@code (N, width)} of flipped and shifted images, in a second pass of D as in
   * PyTorch-StudioGAN.
   */
  private static NDArray views(GanStep<Output> step, Samples<Output> samples) {
    NDArray view = new FlipTranslate().apply(samples.x()); // (N, C, H, W)
    return step.discriminate(view, samples.y()).output().embedding().vectors();
  }

  /** {@inheritDoc} Here: the logit and the vectors of the images. */
  @Override
  protected final NDList compared(Output output) {
    return new NDList(output.logit(), output.embedding().vectors());
  }
}
