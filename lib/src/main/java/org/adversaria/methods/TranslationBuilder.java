package org.adversaria.methods;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.data.ImagePairs;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.TranslationSizes;
import org.adversaria.torch.Text;
import org.adversaria.training.Method;

/**
 * A builder of translations between two domains of images. Every setting has the preset's value
 * until it is set.
 *
 * @param <M> the method
 * @param <T> the method's objective
 */
public final class TranslationBuilder<M extends Method<?>, T extends Record>
    implements MethodBuilder<M> {

  private final ImagePairs data;
  private final List<TranslationPreset<T>> presets;
  private final Function<TranslationSettings<T>, M> constructor;
  private String preset;
  private TranslationSizes sizes;
  private AdversarialLoss loss;
  private T objective;
  private int pool;
  private Recipe recipe;

  TranslationBuilder(
      ImagePairs data,
      List<TranslationPreset<T>> presets,
      Function<TranslationSettings<T>, M> constructor) {
    this.data = data;
    this.presets = presets;
    this.constructor = constructor;
    preset("small");
  }

  /** {@inheritDoc} */
  @Override
  public List<String> presets() {
    return presets.stream().map(TranslationPreset::name).toList();
  }

  /**
   * Sets everything to a preset: {@code paper}, the published settings at 256 pixels, or {@code
   * small}, for two CPU cores. The networks are fully convolutional and fit images of any size.
   *
   * @param name the preset
   * @return this builder
   * @throws IllegalArgumentException if there is no such preset; the message lists them
   */
  @Override
  public TranslationBuilder<M, T> preset(String name) {
    TranslationPreset<T> row = Preset.named(presets, TranslationPreset::name, name);
    preset = name;
    sizes = row.sizes().apply(data);
    loss = new AdversarialLoss.CycleGanLeastSquares();
    objective = row.objective();
    pool = row.pool();
    recipe = row.recipe().apply(data);
    return this;
  }

  /**
   * Changes the sizes of the networks.
   *
   * @param change maps the current sizes to the new ones
   * @return this builder
   */
  public TranslationBuilder<M, T> sizes(UnaryOperator<TranslationSizes> change) {
    sizes = change.apply(sizes);
    return this;
  }

  /**
   * Sets the adversarial loss.
   *
   * @param value the loss
   * @return this builder
   */
  public TranslationBuilder<M, T> loss(AdversarialLoss value) {
    loss = value;
    return this;
  }

  /**
   * Changes the weights of the method's own terms.
   *
   * @param change maps the current objective to the new one
   * @return this builder
   */
  public TranslationBuilder<M, T> objective(UnaryOperator<T> change) {
    objective = change.apply(objective);
    return this;
  }

  /**
   * Sets the number of generated images of each domain that are kept for the discriminators.
   *
   * @param images at least 0; 0 for none
   * @return this builder
   */
  public TranslationBuilder<M, T> pool(int images) {
    pool = images;
    return this;
  }

  /**
   * Changes how the networks are trained.
   *
   * @param change maps the current recipe to the new one
   * @return this builder
   */
  public TranslationBuilder<M, T> recipe(UnaryOperator<Recipe> change) {
    recipe = change.apply(recipe);
    return this;
  }

  /** Not supported: translations have no classes. */
  @Override
  public TranslationBuilder<M, T> conditional() {
    throw new UnsupportedOperationException(
        "A translation is told an image, and no class: train it without conditional()");
  }

  /** {@inheritDoc} Translations have no classes. */
  @Override
  public TranslationBuilder<M, T> unconditional() {
    return this;
  }

  /** Not supported: each discriminator would need the same change of both images of a pair. */
  @Override
  public TranslationBuilder<M, T> augmentation(Augmentation value) {
    if (value instanceof Augmentation.None) {
      return this;
    }
    throw new UnsupportedOperationException(
        "Translations have no augmentation of D's images: train them without one");
  }

  /**
   * Sets the batch size.
   *
   * @param count at least 1
   * @return this builder
   */
  @Override
  public TranslationBuilder<M, T> batchSize(int count) {
    recipe = recipe.withBatchSize(count);
    return this;
  }

  /**
   * Creates the method.
   *
   * @return the method
   * @throws IllegalArgumentException if the networks' images differ in shape from the data's, or a
   *     setting is out of range
   */
  @Override
  public M build() {
    requireShape("A", sizes.channelsA(), data.sampleShape());
    requireShape("B", sizes.channelsB(), data.targetShape());
    return constructor.apply(
        new TranslationSettings<>(preset, sizes, loss, objective, pool, recipe));
  }

  private void requireShape(String domain, int channels, Shape images) {
    var shape = new Shape(channels, sizes.height(), sizes.width());
    if (!shape.equals(images)) {
      throw new IllegalArgumentException(
          Text.format(
              "The networks are for images %s in domain %s, but the data have %s (C, H, W): start from"
                  + " the sizes of a preset",
              shape, domain, images));
    }
  }
}
