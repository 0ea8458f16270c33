package org.adversaria.methods;

import java.util.List;
import java.util.function.Function;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.data.TrainingData;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.Condition;
import org.adversaria.torch.Text;
import org.adversaria.training.Averaging;

/**
 * IC-GAN: a GAN of the neighbourhoods of a data set. An instance is the feature vector h of one of
 * its images; a sample conditional on h is to be like the images whose features are near h.
 *
 * <pre>
 * D(x, h) = psi(f(x)) + v_h . f(x)               without classes
 * D(x, h, y) = psi(f(x)) + (v_y, v_h) . f(x)     with classes: y's vector in one half, h's in the other
 *
 * D minimises  L_adv(D(x, h), D(G(z, h), h))     x a random one of h's neighbours, with its class
 * G minimises  L_adv(D(G(z, h), h))              both in {@link SingleLogitGan}
 * </pre>
 *
 * <p>Every real image comes with the instance whose neighbour it is: the data pair them. The
 * instances of generated images are those of random images of the data. Whether there are classes
 * is the data's choice, too: with them it is the paper's class-conditional IC-GAN. Features have
 * length 1.
 *
 * <p>The networks are BigGAN's. IC-GAN on StyleGAN2's is {@link StyleGan2}, made conditional on
 * such data.
 *
 * <p>Source: Casanova et al., "Instance-Conditioned GAN", NeurIPS 2021, section 3, equations 1 to
 * 3, and appendix A; settings from the published code.
 */
public final class IcGan extends SingleLogitGan {

  /** The name in run records. */
  public static final String NAME = "ic-gan";

  private static final String CONFIG_FILES =
      "https://github.com/facebookresearch/ic_gan/tree/main/BigGAN_PyTorch/config_files";

  /** The width of the features' vector in the published code. */
  private static final int SHARED_FEATURES = 512;

  private static final DiffAugment TRANSLATION = new DiffAugment(false, true, false);

  /**
   * The published batches are those of one processor, each with its own batch normalisation;
   * gradients of all of them make an update.
   */
  private static final List<Preset<Objective>> PRESETS =
      List.of(
          row("imagenet-64", published(64, 64, 32), recipe(256, 1, 1, 1e-4, 1e-4)),
          row("imagenet-128", published(128, 96, 64), recipe(64, 32, 1, 4e-5, 1e-4)),
          row("imagenet-256", published(256, 96, 64), recipe(16, 128, 1, 4e-5, 1e-4)),
          row("imagenet-256-half", published(256, 64, 64), recipe(16, 128, 2, 1e-4, 1e-4)),
          row("imagenet-lt-64", published(64, 64, 32), recipe(128, 1, 1, 1e-5, 1e-3))
              .augmented(TRANSLATION),
          row("imagenet-lt-128", published(128, 64, 64), recipe(64, 2, 2, 1e-4, 1e-4))
              .augmented(TRANSLATION),
          row("imagenet-lt-256", published(256, 64, 64), recipe(16, 8, 2, 1e-4, 1e-4))
              .augmented(TRANSLATION),
          row("coco-stuff-128", published(128, 48, 64), recipe(64, 4, 1, 1e-4, 4e-4))
              .augmented(TRANSLATION),
          row("coco-stuff-256", published(256, 48, 64), recipe(16, 16, 1, 1e-4, 1e-4))
              .augmented(TRANSLATION),
          new Preset<>(
              "small",
              IcGan::small,
              BigGanRecipes.SMALL.recipe(),
              new Objective(),
              BigGanRecipes.SMALL.source()));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public IcGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the instances of a data set: their features, and their classes where the
   * data have them.
   *
   * @param data images, each with an instance
   * @return a builder with the preset {@code "small"}
   * @throws IllegalArgumentException if the data have no instances
   */
  public static GanBuilder<IcGan, Objective> builder(TrainingData data) {
    instances(data);
    return new GanBuilder<>(data, PRESETS, "small", IcGan::new);
  }

  /** The kind of instances of a data set. */
  static Condition.Instances instances(TrainingData data) {
    if (data.condition() instanceof Condition.Instances instances) {
      return instances;
    }
    throw new IllegalArgumentException(
        Text.format(
            "IC-GAN needs images with instances, but the conditions of %s are %s: compute features of its images first",
            data.name(), data.condition()));
  }

  private static Preset<Objective> row(
      String name, Function<TrainingData, Backbone> backbone, Recipe recipe) {
    return new Preset<>(name, backbone, recipe, new Objective(), CONFIG_FILES);
  }

  /** BigGAN's networks with parts of z in all blocks and attention at one resolution. */
  private static Function<TrainingData, Backbone> published(
      int resolution, int width, int attention) {
    return data ->
        new Backbone.IcGan(
            BigGanRecipes.sizes(resolution, data, width).withAttention(attention),
            BigGanLatent.hierarchical(120, 128),
            instances(data).features(),
            SHARED_FEATURES);
  }

  /** BigGAN's small networks. */
  private static Backbone small(TrainingData data) {
    return new Backbone.IcGan(
        BigGanRecipes.smallSizes(data),
        BigGanRecipes.smallLatent(data),
        instances(data).features(),
        32);
  }

  private static Recipe recipe(
      int batchSize,
      int accumulations,
      int discriminatorUpdates,
      double rateOfGenerator,
      double rateOfDiscriminator) {
    return new Recipe(
        batchSize,
        accumulations,
        discriminatorUpdates,
        BigGanRecipes.adam(rateOfGenerator, 1e-6),
        BigGanRecipes.adam(rateOfDiscriminator, 1e-6),
        new Averaging(0.9999, 20_000));
  }
}
