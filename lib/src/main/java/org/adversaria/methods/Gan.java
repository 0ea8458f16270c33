package org.adversaria.methods;

import java.util.List;
import java.util.function.Function;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;

/**
 * The original GAN: a generator G that makes samples of noise, and a discriminator D, the
 * probability that a sample is one of the data, play a minimax game.
 *
 * <pre>
 * min_G max_D V(D, G) = E_x [log D(x)] + E_z [log(1 - D(G(z)))]               (equation 1)
 * </pre>
 *
 * <p>Both players' terms are in {@link SingleLogitGan}; D is the sigmoid of its logit. The loss of
 * all presets is {@link AdversarialLoss.NonSaturating}, with which the paper's experiments were
 * made: G maximises log D(G(z)), whose gradient does not vanish where D rejects samples with
 * confidence (section 3). {@link AdversarialLoss.Minimax} is equation 1 for G, too:
 *
 * <pre>{@code
 * Gan method = Gan.builder(data).loss(new AdversarialLoss.Minimax()).build();
 * }</pre>
 *
 * <p>With {@link org.adversaria.regularizers.Dragan} it is DRAGAN.
 *
 * <p>Source: Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014, arXiv:1406.2661.
 */
public final class Gan extends SingleLogitGan {

  /** The name in run records. */
  public static final String NAME = "gan";

  private static final String MNIST_CODE =
      "https://github.com/goodfeli/adversarial/blob/master/mnist.yaml";

  private static final List<Preset<Objective>> PRESETS =
      List.of(
          row("mnist", Gan::published, publishedRecipe(), MNIST_CODE),
          row(
              "small",
              Gan::small,
              Recipe.adam(64, 5e-4, 0.5, 0.999),
              "chosen on synthetic shapes for two CPU cores"),
          row(
              "points",
              WGan::points,
              Recipe.adam(128, 1e-3, 0.5, 0.999),
              "chosen on Gaussians on a line and on rings: densities are learned in a thousand steps"));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public Gan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for samples of the shape of a data set's.
   *
   * @param data images or points, whose labels are not used
   * @return a builder with the preset {@code "small"} for images, {@code "points"} for vectors
   */
  public static GanBuilder<Gan, Objective> builder(TrainingData data) {
    return new GanBuilder<>(data, PRESETS, Preset.byShape(data), Gan::new);
  }

  private static Preset<Objective> row(
      String name, Function<TrainingData, Backbone> backbone, Recipe recipe, String source) {
    return new Preset<>(
        name,
        backbone,
        recipe,
        new AdversarialLoss.NonSaturating(),
        new Objective(),
        List.of(),
        source);
  }

  private static Backbone published(TrainingData data) {
    return new Backbone.MaxoutMlp(100, 1200, 240, 5, Preset.channels(data), 28, 28);
  }

  /**
   * Gradient descent on batches of 100. The momentum grows over 250 epochs: 125,000 steps, for
   * 50,000 images. The published objective of D is half of {@link AdversarialLoss.NonSaturating}'s,
   * so that here its rate is half as large.
   */
  private static Recipe publishedRecipe() {
    var rate = new Schedule.Exponential(0.1, 1.000004, 1e-6);
    return new Recipe(100, 1, 1, descent(rate), descent(rate.times(0.5)), Averaging.NONE);
  }

  private static Optimizer descent(Schedule rate) {
    return new Optimizer.Sgd(rate, new Schedule.Linear(0.5, 0.7, 125_000), 0, false);
  }

  /** DCGAN's networks, narrow. */
  private static Backbone small(TrainingData data) {
    int resolution = (int) data.sampleShape().getLastDimension();
    return new Backbone.Dcgan(64, 16, Preset.channels(data), resolution, true);
  }
}
