package org.adversaria.methods;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.SaGanSizes;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.regularizers.LatentOptimisation;
import org.adversaria.regularizers.LatentOptimisation.Mask;
import org.adversaria.regularizers.LatentOptimisation.NaturalGradient;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;

/**
 * LOGAN: a GAN whose latents are uniform in [-1, 1] and move, before both players use them, to
 * where D scores G(z) higher.
 *
 * <pre>
 * g  = grad_z D(G(z))
 * d  = alpha g / (beta + |g|^2)
 * z' = clamp(z + m d, -1, 1)
 *
 * D minimises  L_adv(D(x), D(G(z'))) + lambda E |d|^2
 * G minimises  L_adv(D(G(z')))       + lambda E |d|^2
 * </pre>
 *
 * <p>The step is the regularizer {@link LatentOptimisation}, with which any method can be trained;
 * the rest is {@link SingleLogitGan}. Trained generators are sampled with z, as after any method;
 * {@link LatentOptimisation#moving} returns one whose latents move first, as those of
 * PyTorch-StudioGAN do in its evaluation.
 *
 * <p>The presets are the paper's settings for ImageNet ({@code imagenet-128}) on BigGAN-deep,
 * PyTorch-StudioGAN's for CIFAR-10 ({@code cifar10}) on SAGAN's residual networks without attention
 * and classes, a small pair of BigGAN ({@code small}) and of SAGAN ({@code small-sagan}), and
 * networks for points ({@code points}).
 *
 * <p>Source: Wu et al., "LOGAN: Latent Optimisation for Generative Adversarial Networks", 2019.
 */
public final class LoGan extends SingleLogitGan {

  /** The name in run records. */
  public static final String NAME = "logan";

  /** The paper's section on ImageNet, and the recipe of BigGAN-deep at 128 pixels. */
  private static final Preset<Objective> IMAGENET_128 =
      row(
          "imagenet-128",
          LoGan::imageNet128,
          new Recipe(256, 8, 2, adam(5e-5, 0), adam(2e-4, 0), new Averaging(0.9999, 20_000)),
          natural(5).withCost(300).withMask(Mask.ELEMENTS, 0.5),
          "Wu et al., 2019, section 5.2, on networks with ReLU, where the paper has leaky ReLU;"
              + " recipe of BigGAN-deep in Brock et al., 2019, appendix C");

  /** One step, which is all that PyTorch-StudioGAN takes of the two in its file. */
  private static final Preset<Objective> CIFAR10 =
      row(
          "cifar10",
          LoGan::cifar,
          new Recipe(64, 1, 5, adam(2e-4, 0.5), adam(2e-4, 0.5), Averaging.NONE),
          natural(0.1).withCost(0.1).withMask(Mask.VECTORS, 0.8),
          StudioRecipes.STUDIO_CONFIGS + "/CIFAR10/LOGAN.yaml");

  private static final Preset<Objective> SMALL =
      row(
          "small",
          data -> BigGanRecipes.SMALL.backbone().apply(data).withUniformLatents(),
          BigGanRecipes.SMALL.recipe(),
          natural(5),
          "networks and recipe of BigGan's preset 'small', damping of the paper's BigGAN");

  private static final Preset<Objective> SMALL_SAGAN =
      row(
          "small-sagan",
          data -> SaGan.SMALL.backbone().apply(data).withUniformLatents(),
          SaGan.SMALL.recipe(),
          natural(5),
          "networks and recipe of SaGan's preset 'small', damping of the paper's BigGAN");

  private static final Preset<Objective> POINTS =
      row(
          "points",
          data -> WGan.points(data).withUniformLatents(),
          Recipe.adam(128, 1e-3, 0.5, 0.9),
          natural(1),
          "chosen on rings and grids of Gaussians for two CPU cores");

  static final List<Preset<Objective>> PRESETS =
      List.of(IMAGENET_128, CIFAR10, SMALL, SMALL_SAGAN, POINTS);

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public LoGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the shape and the classes of a data set.
   *
   * @param data images or points
   * @return a builder with the preset {@code "small"} for images, {@code "points"} for points
   */
  public static GanBuilder<LoGan, Objective> builder(TrainingData data) {
    return new GanBuilder<>(data, PRESETS, Preset.byShape(data), LoGan::new);
  }

  private static Preset<Objective> row(
      String name,
      Function<TrainingData, Backbone> backbone,
      Recipe recipe,
      LatentOptimisation optimisation,
      String source) {
    return new Preset<>(name, backbone, recipe, new Objective(), source)
        .with(new AdversarialLoss.Hinge(), optimisation);
  }

  /** The paper's step size, with a damping. */
  private static LatentOptimisation natural(double beta) {
    return new LatentOptimisation(new NaturalGradient(0.9, beta));
  }

  /** z of 256, to make up for the randomness that moving it takes away (section 5.2). */
  private static Backbone imageNet128(TrainingData data) {
    BigGanSizes sizes =
        BigGanSizes.of(128, data.numClasses()).withChannels(Preset.channels(data)).withWidth(128);
    return new Backbone.BigGanDeep(sizes, 256, 128).withUniformLatents();
  }

  /** Without classes and attention, and with spectral normalisation in D only. */
  private static Backbone cifar(TrainingData data) {
    SaGanSizes sizes = SaGanSizes.cifar(0).withChannels(Preset.channels(data));
    return new Backbone.SaGan(
            sizes
                .withAttention(Set.of(), Set.of())
                .withNorms(SpectralNorm.none(), sizes.discriminator().norm()))
        .withUniformLatents();
  }

  private static Optimizer adam(double rate, double beta1) {
    return new Optimizer.Adam(new Schedule.Constant(rate), beta1, 0.999, 1e-6, 0);
  }
}
