package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.adversaria.augmentations.FlipTranslate;
import org.adversaria.data.ImageData;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.losses.Energies;
import org.adversaria.losses.MultiClassLoss;
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
 * ECGAN: one network's logits f(x)[y] are a conditional discriminator, an unconditional one and a
 * classifier, by the two decompositions of the joint density p(x, y).
 *
 * <pre>
 * log p(x, y) = log p(x | y) + log p(y) = log p(y | x) + log p(x),  p(x, y) ~ exp f(x)[y]
 * s(x, y) = f(x)[y] + alpha log sum_k exp f(x)[k]       conditional, and unconditional (U)
 *
 * D minimises  L_adv(s(x, y), s(G(z,c), c))
 *              - lambda_clf E log softmax(f(x))[y]      classification of real images (C)
 *              + lambda_c L_2C of real images           contrast (E)
 * G minimises  L_adv(s(G(z,c), c))
 *              + lambda_c L_2C of generated images      keeps their entropy (E)
 * </pre>
 *
 * <p>G has no classification term, so that it is not rewarded for images that are easy to classify.
 * Letters name the variants of the paper's ablation: {@link Variant}.
 *
 * <p>Source: Chen et al., "A Unified View of cGANs with and without Classifiers", NeurIPS 2021,
 * section 3; settings from the published code.
 */
public final class EcGan extends TwoPlayerGan<EcGan.Output, EcGan.Objective> {

  /** The name in run records. */
  public static final String NAME = "ecgan";

  /** The terms beside the conditional one, in the paper's ablation. */
  public enum Variant {
    /** None: the conditional term alone. */
    BASE(0, 0, 0),
    /** The unconditional logit. */
    U(1, 0, 0),
    /** The classification of real images. */
    C(0, 1, 0),
    /** The contrastive loss. */
    E(0, 0, 1),
    /** Unconditional and classification: published for CIFAR-10 and Tiny ImageNet. */
    UC(1, 1, 0),
    /** Unconditional and contrastive. */
    UE(1, 0, 1),
    /** All: published for ImageNet. */
    UCE(1, 1, 1);

    private final int u;
    private final int c;
    private final int e;

    Variant(int u, int c, int e) {
      this.u = u;
      this.c = c;
      this.e = e;
    }
  }

  /**
   * What D returns.
   *
   * @param f logits of all classes {@code (N, K)}
   * @param embedding l(x) and e(y), where there is a contrastive term
   */
  public record Output(NDArray f, Optional<EmbeddingHead.Output> embedding) {}

  /**
   * The weights of the terms, each at least 0.
   *
   * @param alpha the weight of the unconditional logit; 1 in the published settings
   * @param classification lambda_clf; 0.01 for CIFAR-10 and 0.05 for ImageNet
   * @param contrast L_2C, with lambda_c; its weight is 1 for ImageNet
   */
  public record Objective(double alpha, double classification, Contrast contrast) {

    /**
     * Terms with L_2C as in the published code, at temperature 1.
     *
     * @param classification lambda_clf, at least 0
     * @param width the size of the vectors, at least 1: 512 for CIFAR, 768 for ImageNet
     * @return all terms, with alpha and lambda_c 1
     */
    public static Objective of(double classification, int width) {
      var twoC = new ContrastiveLoss.TwoC(0, true, true);
      return new Objective(1, classification, Contrast.of(twoC, 1, 1, width));
    }

    /** These weights, with 0 for the terms that a variant lacks. */
    private Objective only(Variant terms) {
      return new Objective(
          terms.u * alpha,
          terms.c * classification,
          contrast.withWeight(terms.e * contrast.weight()));
    }
  }

  /**
   * Presets with all terms; {@link #builder(ImageData)} keeps those that a preset was published
   * with.
   */
  private static final List<Preset<Objective>> ALL_TERMS =
      List.of(
          new Preset<>(
              "cifar10",
              StudioRecipes::cifar,
              StudioRecipes.CIFAR,
              Objective.of(0.01, 512),
              StudioRecipes.ECGAN_CONFIGS),
          new Preset<>(
              "cifar100",
              StudioRecipes::cifar,
              StudioRecipes.CIFAR,
              Objective.of(0.01, 512),
              StudioRecipes.ECGAN_CONFIGS),
          new Preset<>(
              "tiny-imagenet",
              StudioRecipes::tinyImageNet,
              StudioRecipes.TINY_IMAGENET.withBatchSize(256),
              Objective.of(0.05, 768),
              StudioRecipes.ECGAN_CONFIGS),
          new Preset<>(
              "imagenet-128",
              StudioRecipes::imageNet128,
              StudioRecipes.IMAGENET_128,
              Objective.of(0.05, 768),
              StudioRecipes.ECGAN_CONFIGS),
          BigGanRecipes.SMALL.with(Objective.of(0.05, 64)));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public EcGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the classes and the image size of a data set, with the terms that the
   * preset was published with: UC, and UCE for {@code imagenet-128}.
   *
   * @param data labelled images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<EcGan, Objective> builder(ImageData data) {
    return builder(data, preset -> preset.name().equals("imagenet-128") ? Variant.UCE : Variant.UC);
  }

  /**
   * Returns a builder of a variant for the classes and the image size of a data set.
   *
   * @param data labelled images
   * @param variant the terms, with the preset's weights
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<EcGan, Objective> builder(ImageData data, Variant variant) {
    return builder(data, preset -> variant);
  }

  private static GanBuilder<EcGan, Objective> builder(
      ImageData data, Function<Preset<Objective>, Variant> variants) {
    List<Preset<Objective>> presets =
        ALL_TERMS.stream()
            .map(
                row ->
                    new Preset<>(
                        row.name(),
                        row.backbone(),
                        row.recipe(),
                        row.objective().only(variants.apply(row)),
                        row.source()))
            .toList();
    return new GanBuilder<>(data, presets, "small", EcGan::new);
  }

  /** f = W h(x), and, with a contrastive term, l(h(x)) and e(y). */
  @Override
  protected Discriminator<Output> newDiscriminator(Backbone backbone) {
    Body body = backbone.newBody();
    int classes = backbone.condition().numClasses();
    Linear f = body.linear("logit", classes);
    Optional<EmbeddingHead> embedding =
        Optional.of(objective())
            .filter(w -> w.contrast().weight() != 0)
            .map(w -> new EmbeddingHead(body, classes, w.contrast().head()));
    return new HeadedDiscriminator<>(
        body,
        (h, y, training) ->
            new Output(
                f.forward(h, training), embedding.map(head -> head.forward(h, y, training))));
  }

  @Override
  public Terms discriminatorTerms(GanStep<Output> step) {
    NDArray real = s(step.real()); // (N)
    NDArray fake = s(step.fake()); // (N)
    NDArray f = step.real().output().f(); // (N, K)
    NDArray y = step.real().y(); // (N)
    Objective w = objective();
    return new Terms()
        .add("loss_discriminator", loss().discriminator(real, fake))
        .add(
            "classifier_discriminator",
            w.classification(),
            () -> MultiClassLoss.CROSS_ENTROPY.discriminator(f, y))
        .add("contrast_discriminator", w.contrast().weight(), () -> contrast(step, step.real()))
        .log("logit_real", real.mean())
        .log("logit_fake", fake.mean());
  }

  @Override
  public Terms generatorTerms(GanStep<Output> step) {
    return new Terms()
        .add("loss_generator", loss().generator(s(step.fake())))
        .add(
            "contrast_generator",
            objective().contrast().weight(),
            () -> contrast(step, step.fake()));
  }

  /** {@inheritDoc} Here: s(x, y). */
  @Override
  protected NDArray verdicts(Samples<Output> real) {
    return s(real);
  }

  /** s(x, y), {@code (N)}. */
  private NDArray s(Samples<Output> samples) {
    return Energies.joint(samples.output().f(), samples.y(), objective().alpha());
  }

  /** L_2C of a batch, a scalar. */
  private NDArray contrast(GanStep<Output> step, Samples<Output> samples) {
    return objective()
        .contrast()
        .of(
            step.number(),
            samples.y(),
            samples.output().embedding().orElseThrow(),
            () -> views(step, samples));
  }

  /**
   * The vectors {@code (N, width)} of flipped and shifted images, for other contrastive losses than
   * L_2C.
   */
  private static NDArray views(GanStep<Output> step, Samples<Output> samples) {
    NDArray view = new FlipTranslate().apply(samples.x()); // (N, C, H, W)
    return step.discriminate(view, samples.y()).output().embedding().orElseThrow().vectors();
  }

  /** {@inheritDoc} Here: the logits of all classes, as in the published code. */
  @Override
  protected NDList compared(Output output) {
    return new NDList(output.f());
  }
}
