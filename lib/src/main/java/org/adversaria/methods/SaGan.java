package org.adversaria.methods;

import java.util.List;
import org.adversaria.data.TrainingData;
import org.adversaria.models.Backbone;
import org.adversaria.models.SaGanSizes;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;

/**
 * SAGAN: a GAN with hinge loss whose networks have self-attention ({@link
 * org.adversaria.nn.SelfAttention}), spectral normalisation in both, and two time scales: D has a
 * larger learning rate than G, and is updated once for each update of G.
 *
 * <pre>
 * D minimises  E max(0, 1 - D(x, y)) + E max(0, 1 + D(G(z,c), c))       equation 4
 * G minimises  - E D(G(z,c), c)                 both in {@link SingleLogitGan}
 *
 * lr_D = 4 lr_G                                 section 4.2, in {@link Recipe}
 * </pre>
 *
 * <p>The class enters D by projection and G by the gains and biases of its batch normalisations.
 * {@link GanBuilder#unconditional} leaves it out. The preset {@code cifar10} is
 * PyTorch-StudioGAN's, with equal rates and five updates of D.
 *
 * <p>Source: Zhang et al., "Self-Attention Generative Adversarial Networks", ICML 2019.
 */
public final class SaGan extends SingleLogitGan {

  /** The name in run records. */
  public static final String NAME = "sagan";

  /** StudioGAN's rates are equal, with five updates of D. */
  private static final Recipe CIFAR = new Recipe(64, 1, 5, studio(), studio(), Averaging.NONE);

  private static final Recipe PAPER =
      new Recipe(256, 1, 1, paper(1e-4), paper(4e-4), Averaging.NONE);

  private static final Recipe QUICK =
      new Recipe(32, 1, 1, paper(5e-4), paper(2e-3), new Averaging(0.995, 200));

  /** 32x32 images in some thousand steps on two CPU cores. */
  static final Preset<Objective> SMALL =
      new Preset<>(
          "small",
          SaGan::small,
          QUICK,
          new Objective(),
          "chosen on synthetic shapes and on CIFAR-10 for two CPU cores; twice these rates learn shapes"
              + " faster at first, and are unsteady on photographs");

  private static final List<Preset<Objective>> PRESETS =
      List.of(
          new Preset<>(
              "cifar10",
              data -> backbone(SaGanSizes.cifar(data.numClasses()), data),
              CIFAR,
              new Objective(),
              StudioRecipes.STUDIO_CONFIGS),
          new Preset<>(
              "imagenet-128",
              data -> backbone(SaGanSizes.imageNet(data.numClasses()), data),
              PAPER,
              new Objective(),
              "the paper, https://arxiv.org/abs/1805.08318, section 5; batch size and width from"
                  + " table 1 of BigGAN's paper, https://arxiv.org/abs/1809.11096"),
          SMALL);

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public SaGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<SaGan, Objective> builder(TrainingData data) {
    return new GanBuilder<>(data, PRESETS, "small", SaGan::new);
  }

  /** 32x32, 16 channels in all blocks of both networks. */
  private static Backbone small(TrainingData data) {
    return backbone(SaGanSizes.cifar(data.numClasses()).withWidths(4, 8).withLatent(32), data);
  }

  private static Backbone backbone(SaGanSizes sizes, TrainingData data) {
    return new Backbone.SaGan(sizes.withChannels(Preset.channels(data)));
  }

  private static Optimizer paper(double rate) {
    return new Optimizer.Adam(new Schedule.Constant(rate), 0, 0.9, 1e-8, 0);
  }

  private static Optimizer studio() {
    return new Optimizer.Adam(new Schedule.Constant(2e-4), 0.5, 0.999, 1e-6, 0);
  }
}
