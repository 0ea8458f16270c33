package org.adversaria.methods;

import java.util.List;
import java.util.function.Function;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.regularizers.GradientPenalty;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;

/**
 * WGAN-GP: WGAN whose critic is kept smooth by a penalty on its slope in place of clipped weights.
 *
 * <pre>
 * D minimises  E D(G(z)) - E D(x) + lambda E (|grad D(x~)|_2 - 1)^2    {@link GradientPenalty}
 * G minimises  - E D(G(z))                                            {@link SingleLogitGan}
 * </pre>
 *
 * <p>x~ lies on a line between a real and a generated sample, at a place that is drawn for each
 * pair. The critic has no batch normalisation, since the penalty is of one sample's logit.
 *
 * <p>With classes, D is the projection of {@link SingleLogitGan}, and x~ has the class of the real
 * sample. The paper's own conditional experiment is AC-GAN's with this loss and penalty: the preset
 * {@code "wgan-gp-cifar10"} of {@link AcGan}.
 *
 * <p>Source: Gulrajani et al., "Improved Training of Wasserstein GANs", NIPS 2017, section 4 and
 * algorithm 1.
 */
public final class WGanGp extends SingleLogitGan {

  /** The name in run records. */
  public static final String NAME = "wgan-gp";

  private static final String CIFAR_CODE =
      "https://github.com/igul222/improved_wgan_training/blob/master/gan_cifar_resnet.py";

  /** 32x32 photographs; the rate falls to 0 over 100,000 steps. */
  private static final Preset<Objective> CIFAR10 =
      row(
          "cifar10",
          data -> new Backbone.WganGp(128, 0, Preset.channels(data), 128),
          recipe(64, new Schedule.Linear(2e-4, 0, 100_000), 0),
          10,
          CIFAR_CODE
              + " without classes; there an update of G has 128 samples, here 64 as one of D has");

  /** The same with classes, for AC-GAN. */
  static final Preset<Objective> CONDITIONAL_CIFAR10 =
      row(
          "wgan-gp-cifar10",
          data -> CIFAR10.backbone().apply(data).withClasses(data.numClasses()),
          CIFAR10.recipe(),
          10,
          CIFAR_CODE + "; there an update of G has 128 samples, here 64 as one of D has");

  private static final List<Preset<Objective>> PRESETS =
      List.of(
          CIFAR10,
          row(
              "lsun-bedroom-64",
              data -> new Backbone.Dcgan(128, 64, Preset.channels(data), 64, false),
              recipe(64, new Schedule.Constant(1e-4), 0),
              10,
              "https://github.com/igul222/improved_wgan_training/blob/master/gan_64x64.py, DCGAN's"
                  + " networks, there with layer normalisation in D and 5x5 kernels"),
          row(
              "small",
              data -> new Backbone.Dcgan(64, 16, Preset.channels(data), 32, false),
              recipe(32, new Schedule.Constant(1e-3), 0),
              10,
              "chosen on synthetic shapes for two CPU cores"),
          row(
              "points",
              WGan::points,
              recipe(128, new Schedule.Constant(3e-3), 0).withAveraging(new Averaging(0.99, 100)),
              0.3,
              "chosen on Gaussians in a ring and in a grid for two CPU cores: the published lambda of such"
                  + " data is 0.1 and the rate 1e-4, for 100,000 steps"));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public WGanGp(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the samples of a data set.
   *
   * @param data images or points
   * @return a builder with the preset {@code "small"}, for points {@code "points"}, unconditional
   */
  public static GanBuilder<WGanGp, Objective> builder(TrainingData data) {
    return new GanBuilder<>(data, PRESETS, Preset.byShape(data), WGanGp::new);
  }

  private static Preset<Objective> row(
      String name,
      Function<TrainingData, Backbone> backbone,
      Recipe recipe,
      double lambda,
      String source) {
    return new Preset<>(name, backbone, recipe, new Objective(), source)
        .with(new AdversarialLoss.Wasserstein(), new GradientPenalty(lambda));
  }

  /** Adam of beta2 0.9, five updates of D for each of G. */
  private static Recipe recipe(int batchSize, Schedule rate, double beta1) {
    var adam = new Optimizer.Adam(rate, beta1, 0.9, 1e-8, 0);
    return new Recipe(batchSize, 1, 5, adam, adam, Averaging.NONE);
  }
}
