package org.adversaria.methods;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.regularizers.Regularizer;
import org.adversaria.torch.Text;
import org.adversaria.training.Method;

/**
 * A builder of methods. Every setting has the preset's value until it is set.
 *
 * @param <M> the method
 * @param <T> the method's objective
 */
public final class GanBuilder<M extends Method<?>, T extends Record> implements MethodBuilder<M> {

  private final TrainingData data;
  private final List<Preset<T>> presets;
  private final Function<GanSettings<T>, M> constructor;
  private String preset;
  private Backbone backbone;
  private AdversarialLoss loss;
  private T objective;
  private List<Regularizer> regularizers;
  private Augmentation augmentation;
  private ConditionSampling conditions;
  private Recipe recipe;

  /**
   * Starts with a preset.
   *
   * @param data what the method will be trained on
   * @param presets the method's table
   * @param preset the name of a row
   * @param constructor creates the method from its settings
   */
  public GanBuilder(
      TrainingData data,
      List<Preset<T>> presets,
      String preset,
      Function<GanSettings<T>, M> constructor) {
    this.data = data;
    this.presets = List.copyOf(presets);
    this.constructor = constructor;
    preset(preset);
  }

  /** {@inheritDoc} */
  @Override
  public List<String> presets() {
    return presets.stream().map(Preset::name).toList();
  }

  /**
   * Sets everything to a preset: the networks, recipe, loss, objective, regularizers and
   * augmentation of its row, uniform classes.
   *
   * @param name of the row
   * @return this builder
   * @throws IllegalArgumentException if there is no such preset; the message lists them
   */
  @Override
  public GanBuilder<M, T> preset(String name) {
    Preset<T> row = Preset.named(presets, name);
    preset = name;
    backbone = row.backbone().apply(data);
    loss = row.loss();
    objective = row.objective();
    regularizers = new ArrayList<>(row.regularizers());
    augmentation = row.augmentation();
    conditions = ConditionSampling.UNIFORM;
    recipe = row.recipe();
    return this;
  }

  /**
   * Sets the networks.
   *
   * @param value for images of the data's size and classes
   * @return this builder
   */
  public GanBuilder<M, T> backbone(Backbone value) {
    backbone = value;
    return this;
  }

  /**
   * Sets the channel multiplier of the networks.
   *
   * @param width the multiplier {@code ch}, at least 1
   * @return this builder
   * @throws UnsupportedOperationException if the networks have none
   */
  public GanBuilder<M, T> channels(int width) {
    return backbone(backbone.withWidth(width));
  }

  /**
   * Makes the networks conditional on the classes of the data.
   *
   * @return this builder
   * @throws IllegalArgumentException if the data have no classes
   * @throws UnsupportedOperationException if the networks are described with their classes only
   */
  @Override
  public GanBuilder<M, T> conditional() {
    if (data.numClasses() == 0) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has no classes: give each sample a label, int64, or train without conditional()",
              data.name()));
    }
    return backbone(backbone.withClasses(data.numClasses()));
  }

  /**
   * Makes the networks unconditional: labels of the data are not used.
   *
   * @return this builder
   * @throws UnsupportedOperationException if the networks are described with their classes only
   */
  @Override
  public GanBuilder<M, T> unconditional() {
    return backbone(backbone.withClasses(0));
  }

  /**
   * Sets the adversarial loss.
   *
   * @param value the loss
   * @return this builder
   */
  public GanBuilder<M, T> loss(AdversarialLoss value) {
    loss = value;
    return this;
  }

  /**
   * Sets the weights of the method's own terms.
   *
   * @param value the objective
   * @return this builder
   */
  public GanBuilder<M, T> objective(T value) {
    objective = value;
    return this;
  }

  /**
   * Changes the weights of the method's own terms.
   *
   * @param change maps the current objective to the new one
   * @return this builder
   */
  public GanBuilder<M, T> objective(UnaryOperator<T> change) {
    return objective(change.apply(objective));
  }

  /**
   * Adds terms to those beside the method's own, such as {@link org.adversaria.regularizers.Cr}.
   *
   * @param value the terms
   * @return this builder
   */
  public GanBuilder<M, T> regularizer(Regularizer value) {
    regularizers.add(value);
    return this;
  }

  /**
   * Sets all terms beside the method's own, also in place of those of the preset.
   *
   * @param values the terms, in the order of the log; none to remove all
   * @return this builder
   */
  public GanBuilder<M, T> regularizers(Regularizer... values) {
    regularizers = new ArrayList<>(List.of(values));
    return this;
  }

  /**
   * Sets a differentiable augmentation of all images that D is given.
   *
   * @param value such as {@link org.adversaria.augmentations.DiffAugment}
   * @return this builder
   */
  @Override
  public GanBuilder<M, T> augmentation(Augmentation value) {
    augmentation = value;
    return this;
  }

  /**
   * Sets the distribution of the conditions of generated samples.
   *
   * @param value the distribution
   * @return this builder
   */
  public GanBuilder<M, T> labels(ConditionSampling value) {
    conditions = value;
    return this;
  }

  /**
   * Sets how the networks are trained.
   *
   * @param value the recipe
   * @return this builder
   */
  public GanBuilder<M, T> recipe(Recipe value) {
    recipe = value;
    return this;
  }

  /**
   * Sets the number of updates of D for each update of G.
   *
   * @param count at least 1
   * @return this builder
   */
  public GanBuilder<M, T> discriminatorUpdates(int count) {
    return recipe(recipe.withDiscriminatorUpdates(count));
  }

  /**
   * Sets the batch size, without gradient accumulation.
   *
   * @param count at least 1
   * @return this builder
   */
  @Override
  public GanBuilder<M, T> batchSize(int count) {
    return recipe(recipe.withBatchSize(count));
  }

  /**
   * Creates the method.
   *
   * @return the method
   * @throws IllegalArgumentException if the networks' samples differ in shape from the data's
   */
  @Override
  public M build() {
    Shape sample = backbone.sampleShape();
    if (!sample.equals(data.sampleShape())) {
      throw new IllegalArgumentException(
          Text.format(
              "The preset '%s' makes samples %s, but those of %s are %s (C, H, W for images): %s",
              preset, sample, data.name(), data.sampleShape(), remedy()));
    }
    return constructor.apply(
        new GanSettings<>(
            preset,
            backbone,
            loss,
            objective,
            List.copyOf(regularizers),
            augmentation,
            conditions,
            recipe));
  }

  /** The presets whose samples have the shape of the data's, in words. */
  private String remedy() {
    List<String> fitting = presets.stream().filter(this::fits).map(Preset::name).toList();
    return fitting.isEmpty()
        ? "no preset of the method fits; describe the networks by backbone(...), or read the data at"
            + " another resolution"
        : "the presets that fit are " + String.join(", ", fitting);
  }

  private boolean fits(Preset<T> row) {
    try {
      return row.backbone().apply(data).sampleShape().equals(data.sampleShape());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
