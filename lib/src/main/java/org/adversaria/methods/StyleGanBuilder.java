package org.adversaria.methods;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.data.TrainingData;
import org.adversaria.models.Condition;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.regularizers.PathLength;
import org.adversaria.regularizers.R1;
import org.adversaria.regularizers.StyleMixing;
import org.adversaria.torch.Text;
import org.adversaria.training.Method;

/**
 * A builder of methods on StyleGAN2's networks. Every setting has the preset's value until it is
 * set.
 *
 * @param <M> the method
 * @param <T> the method's objective
 */
public final class StyleGanBuilder<M extends Method<?>, T extends Record>
    implements MethodBuilder<M> {

  private final TrainingData data;
  private final List<StyleGanPreset.Row<T>> rows;
  private final Function<StyleGanSettings<T>, M> constructor;
  private String preset;
  private StyleGan2Sizes sizes;
  private StyleGanSettings.Regularization regularization;
  private T objective;
  private Augmentation augmentation;
  private ConditionSampling conditions;
  private Recipe recipe;

  StyleGanBuilder(
      TrainingData data,
      List<StyleGanPreset.Row<T>> rows,
      String preset,
      Function<StyleGanSettings<T>, M> constructor) {
    if (data.sampleShape().dimension() != 3) {
      throw new IllegalArgumentException(
          Text.format(
              "StyleGAN2's networks make images (C, H, W), but the samples of %s are %s",
              data.name(), data.sampleShape()));
    }
    this.data = data;
    this.rows = rows;
    this.constructor = constructor;
    preset(preset);
  }

  /** {@inheritDoc} */
  @Override
  public List<String> presets() {
    return rows.stream().map(row -> row.preset().name()).toList();
  }

  /**
   * Sets everything to a preset: {@code ffhq-256}, {@code lsun-church-256}, {@code
   * lsun-bedroom-256}, {@code cifar10} (the published ones), or {@code small}, for two CPU cores;
   * of {@link StyleGan2} also {@code ic-gan-coco-stuff-128} and {@code ic-gan-coco-stuff-256}.
   *
   * @param name the preset
   * @return this builder
   * @throws IllegalArgumentException if there is no such preset; the message lists them
   */
  @Override
  public StyleGanBuilder<M, T> preset(String name) {
    StyleGanPreset.Row<T> row = Preset.named(rows, each -> each.preset().name(), name);
    preset = name;
    sizes = row.preset().sizes().apply(data);
    regularization = row.preset().regularization();
    objective = row.objective().apply(data);
    augmentation = new Augmentation.None();
    conditions = ConditionSampling.DATA;
    recipe = row.preset().recipe();
    return this;
  }

  /**
   * Makes both networks conditional on the class of an image, or on its instance where the data
   * have instances.
   *
   * @return this builder
   * @throws IllegalArgumentException if the conditions of the data are neither
   */
  @Override
  public StyleGanBuilder<M, T> conditional() {
    return sizes(sizes.withCondition(data.condition()));
  }

  /** {@inheritDoc} Every preset for images alone is unconditional. */
  @Override
  public StyleGanBuilder<M, T> unconditional() {
    return sizes(sizes.withCondition(new Condition.None()));
  }

  /**
   * Sets the sizes of the networks.
   *
   * @param value for images of the data's size
   * @return this builder
   */
  public StyleGanBuilder<M, T> sizes(StyleGan2Sizes value) {
    sizes = value;
    return this;
  }

  /**
   * Sets the mixing of styles.
   *
   * @param value the mixing; with probability 0 there is none
   * @return this builder
   */
  public StyleGanBuilder<M, T> mixing(StyleMixing value) {
    regularization = regularization.withMixing(value);
    return this;
  }

  /**
   * Sets the penalty on the gradient of D.
   *
   * @param value the penalty; with gamma 0 there is none
   * @return this builder
   */
  public StyleGanBuilder<M, T> r1(R1 value) {
    regularization = regularization.withR1(value);
    return this;
  }

  /**
   * Sets the penalty on the path lengths of G.
   *
   * @param value the penalty; {@link PathLength#none} for none
   * @return this builder
   */
  public StyleGanBuilder<M, T> pathLength(PathLength value) {
    regularization = regularization.withPathLength(value);
    return this;
  }

  /**
   * Changes the weights of the method's own terms.
   *
   * @param change maps the current objective to the new one
   * @return this builder
   */
  public StyleGanBuilder<M, T> objective(UnaryOperator<T> change) {
    objective = change.apply(objective);
    return this;
  }

  /**
   * Sets a differentiable augmentation of all images that D is given.
   *
   * @param value such as {@link org.adversaria.augmentations.DiffAugment}
   * @return this builder
   */
  @Override
  public StyleGanBuilder<M, T> augmentation(Augmentation value) {
    augmentation = value;
    return this;
  }

  /**
   * Sets the distribution of the labels of generated images; that of the data in every preset.
   *
   * @param value the distribution
   * @return this builder
   */
  public StyleGanBuilder<M, T> labels(ConditionSampling value) {
    conditions = value;
    return this;
  }

  /**
   * Sets the batch size, without gradient accumulation.
   *
   * @param count at least 1
   * @return this builder
   */
  @Override
  public StyleGanBuilder<M, T> batchSize(int count) {
    recipe = recipe.withBatchSize(count);
    return this;
  }

  /**
   * Sets the recipe, with the optimizers as they are without lazy regularisation.
   *
   * @param value the recipe
   * @return this builder
   */
  public StyleGanBuilder<M, T> recipe(Recipe value) {
    recipe = value;
    return this;
  }

  /**
   * Creates the method.
   *
   * @return the method
   * @throws IllegalArgumentException if the networks' images differ in size from the data's, or
   *     their instances from those of the data, the batch size is not a multiple of D's group, or
   *     the method's settings are invalid
   */
  @Override
  public M build() {
    var sample = new Shape(sizes.channels(), sizes.resolution(), sizes.resolution());
    if (!sample.equals(data.sampleShape())) {
      throw new IllegalArgumentException(
          Text.format(
              "The preset '%s' makes images %s (C, H, W), but %s has %s: choose another preset, or describe the networks by sizes(...)",
              preset, sample, data.name(), data.sampleShape()));
    }
    if (sizes.features() > 0 && !sizes.condition().equals(data.condition())) {
      throw new IllegalArgumentException(
          Text.format(
              "The networks are told %s, but the conditions of %s are %s: set them by conditional()",
              sizes.condition(), data.name(), data.condition()));
    }
    int group = sizes.group();
    int batch = recipe.batchSize();
    if (group > 0 && batch > group && batch % group != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "A batch of %d images does not split into groups of %d, over which D takes standard deviations: choose a multiple",
              batch, group));
    }
    return constructor.apply(
        new StyleGanSettings<>(
            preset, sizes, regularization, objective, augmentation, conditions, recipe));
  }
}
