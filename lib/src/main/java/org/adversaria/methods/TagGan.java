package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.Condition;
import org.adversaria.models.Discriminator;
import org.adversaria.models.TagDiscriminator;
import org.adversaria.models.TagGenerator;
import org.adversaria.regularizers.R1;
import org.adversaria.torch.Text;
import org.adversaria.training.Averaging;

/**
 * The conditional GAN with tags: from the features y of an image to a distribution of word vectors
 * x, those of the words that people would tag the image with.
 *
 * <pre>
 * min_G max_D V(D, G) = E_x [log D(x | y)] + E_z [log(1 - D(G(z | y)))]      (equation 2)
 * </pre>
 *
 * <p>Both players' terms are in {@link SingleLogitGan}. The data are pairs of an image and one of
 * its tags, as {@link org.adversaria.data.TaggedImages#pairs} makes them; {@link
 * org.adversaria.metrics.TagScores} turns samples into ranked tags.
 *
 * <p>Source: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014, section 4.2.
 */
public final class TagGan extends SingleLogitGan {

  /** The name in run records. */
  public static final String NAME = "tag-gan";

  private static final List<Preset<Objective>> PRESETS =
      List.of(
          new Preset<>(
              "paper",
              data -> tags(data, TagGenerator.Sizes.PAPER, TagDiscriminator.Sizes.PAPER),
              new Recipe(100, 1, 1, ConditionalGan.DESCENT, ConditionalGan.DESCENT, Averaging.NONE),
              new AdversarialLoss.NonSaturating(),
              new Objective(),
              List.of(),
              "section 4.2"),
          new Preset<>(
              "small",
              data ->
                  tags(
                      data,
                      new TagGenerator.Sizes(8, 64, 64, 64, 0),
                      new TagDiscriminator.Sizes(64, 64, 64, 3, 0)),
              Recipe.adam(200, 3e-3, 0, 0.9).withAveraging(new Averaging(0.998, 200)),
              new AdversarialLoss.NonSaturating(),
              new Objective(),
              List.of(new R1(0.5)),
              "chosen on tags of synthetic shapes for two CPU cores"));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public TagGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the word vectors and features of a data set.
   *
   * <ul>
   *   <li>{@code "paper"}: section 4.2: gradient descent in batches of 100, learning rate 0.1
   *       divided by 1.00004 each step down to 1e-6, momentum from 0.5 to 0.7, dropout 0.5. The
   *       paper does not say how fast momentum grows; here it is over 125,000 steps, as in {@link
   *       ConditionalGan}.
   *   <li>{@code "small"}: the same objective on narrower networks, with additions that are not in
   *       the paper: a joint hidden layer in the generator, Adam, an {@link R1} penalty in place of
   *       dropout, averaged weights.
   * </ul>
   *
   * @param data word vectors on the condition of features
   * @return a builder with the preset {@code "small"}
   * @throws IllegalArgumentException if samples or conditions of the data are not vectors
   */
  public static GanBuilder<TagGan, Objective> builder(TrainingData data) {
    return new GanBuilder<>(data, PRESETS, "small", TagGan::new);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Here: one logit of the word vector and the features, joined by a maxout layer.
   */
  @Override
  protected Discriminator<NDArray> newDiscriminator(Backbone backbone) {
    if (backbone instanceof Backbone.Tags tags) {
      return tags.newDiscriminator();
    }
    throw new IllegalArgumentException(
        Text.format(
            "The networks of %s are a Backbone.Tags, not %s: its discriminator joins word vectors and"
                + " features",
            NAME, backbone));
  }

  private static Backbone tags(
      TrainingData data, TagGenerator.Sizes generator, TagDiscriminator.Sizes discriminator) {
    if (data.condition() instanceof Condition.Values features
        && features.shape().dimension() == 1
        && data.sampleShape().dimension() == 1) {
      int width = (int) features.shape().get(0);
      return new Backbone.Tags(width, (int) data.sampleShape().get(0), generator, discriminator);
    }
    throw new IllegalArgumentException(
        Text.format(
            "%s has samples %s and conditions %s, but %s learns word vectors (D) on the condition of"
                + " features (F): make them by TaggedImages.pairs",
            data.name(), data.sampleShape(), data.condition(), NAME));
  }
}
