package org.adversaria.methods;

import java.util.List;
import java.util.function.Function;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.regularizers.WeightClip;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;

/**
 * WGAN: D is a critic, whose best value is the Earth Mover distance of generated and real samples,
 * and which G lowers.
 *
 * <pre>
 * D minimises  E D(G(z)) - E D(x)       all weights in [-c, c] after each update
 * G minimises  - E D(G(z))              both in {@link SingleLogitGan}
 * </pre>
 *
 * <p>Four changes make it of a GAN: D's output has no sigmoid, the losses have no logarithm ({@link
 * AdversarialLoss.Wasserstein}), D's weights are clipped ({@link WeightClip}), and neither player
 * has momentum ({@link Optimizer.RmsProp}). D is trained n_critic times for each update of G; the
 * published code has 5, and 100 in the first 25 updates of G and in every 500th ({@link Updates}).
 * It clips before an update of D, the paper, as here, after it.
 *
 * <p>With classes, D is the projection of {@link SingleLogitGan}.
 *
 * <p>Source: Arjovsky et al., "Wasserstein GAN", ICML 2017, section 3 and algorithm 1.
 */
public final class WGan extends SingleLogitGan {

  /** The name in run records. */
  public static final String NAME = "wgan";

  private static final String PUBLISHED =
      "https://github.com/martinarjovsky/WassersteinGAN/blob/master/main.py";

  private static final List<Preset<Objective>> PRESETS =
      List.of(
          row(
              "lsun-bedroom-64",
              data -> new Backbone.Dcgan(100, 64, Preset.channels(data), 64, true),
              recipe(64, 5e-5, new Updates(5, 100, 25, 500)),
              0.01,
              PUBLISHED),
          row(
              "small",
              data -> new Backbone.Dcgan(64, 16, Preset.channels(data), 32, true),
              recipe(32, 5e-4, Updates.of(5)),
              0.02,
              "chosen on synthetic shapes for two CPU cores"),
          row(
              "points",
              WGan::points,
              recipe(128, 1e-3, Updates.of(5)).withAveraging(new Averaging(0.99, 100)),
              0.1,
              "chosen on Gaussians in a ring and in a grid for two CPU cores"));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public WGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the samples of a data set.
   *
   * @param data images or points
   * @return a builder with the preset {@code "small"}, for points {@code "points"}, unconditional
   */
  public static GanBuilder<WGan, Objective> builder(TrainingData data) {
    return new GanBuilder<>(data, PRESETS, Preset.byShape(data), WGan::new);
  }

  private static Preset<Objective> row(
      String name,
      Function<TrainingData, Backbone> backbone,
      Recipe recipe,
      double bound,
      String source) {
    return new Preset<>(name, backbone, recipe, new Objective(), source)
        .with(new AdversarialLoss.Wasserstein(), new WeightClip(bound));
  }

  private static Recipe recipe(int batchSize, double rate, Updates updates) {
    var rmsProp = new Optimizer.RmsProp(rate);
    return new Recipe(batchSize, 1, updates, rmsProp, rmsProp, Averaging.NONE);
  }

  /** Three hidden layers, as in WGAN-GP's experiments with points. */
  static Backbone points(TrainingData data) {
    return new Backbone.ReluMlp(2, 0, (int) data.sampleShape().get(0), 128, 3);
  }
}
