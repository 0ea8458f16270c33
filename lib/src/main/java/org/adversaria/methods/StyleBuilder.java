package org.adversaria.methods;

import ai.djl.ndarray.types.Shape;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.data.ImageData;
import org.adversaria.models.StyleGan2Sizes;
import org.adversaria.regularizers.PathLength;
import org.adversaria.regularizers.R1;
import org.adversaria.regularizers.StyleMixing;
import org.adversaria.torch.Text;

/**
 * Describes a method on StyleGAN2's networks. Every setting begins as its preset has it.
 *
 * @param <B> the builder itself
 */
public abstract sealed class StyleBuilder<B extends StyleBuilder<B>>
    permits StyleGan2.Builder, Glead.Builder {

  private final ImageData data;
  private StyleGan2.Settings chosen;

  StyleBuilder(ImageData data) {
    this.data = data;
    take(StylePresets.SMALL);
  }

  abstract B self();

  /** The height and width of the data's images. */
  final int resolution() {
    return data.height();
  }

  /** Takes what a preset has; a subclass adds what it has beside StyleGAN2's. */
  void take(StylePresets preset) {
    chosen = preset.settings(data.height(), data.channels());
  }

  /**
   * Takes all settings of a preset: {@code ffhq-256}, {@code lsun-church-256}, {@code
   * lsun-bedroom-256}, {@code cifar10} (the published ones), or {@code small}, for two CPU cores.
   *
   * @param name the preset
   * @return this builder
   * @throws IllegalArgumentException if there is no such preset; the message lists them
   */
  public final B preset(String name) {
    take(StylePresets.named(name));
    return self();
  }

  /**
   * Has the networks told the class of an image.
   *
   * @return this builder
   */
  public final B conditional() {
    return sizes(chosen.sizes().withImages(data.channels(), data.numClasses()));
  }

  /**
   * Sets the sizes of the networks.
   *
   * @param value for images of the data's size
   * @return this builder
   */
  public final B sizes(StyleGan2Sizes value) {
    return with(
        value,
        chosen.mixing(),
        chosen.r1(),
        chosen.pathLength(),
        chosen.augmentation(),
        chosen.labels(),
        chosen.batchSize());
  }

  /**
   * Sets the mixing of styles.
   *
   * @param value the probability, or null for none
   * @return this builder
   */
  public final B mixing(StyleMixing value) {
    return with(
        chosen.sizes(),
        value,
        chosen.r1(),
        chosen.pathLength(),
        chosen.augmentation(),
        chosen.labels(),
        chosen.batchSize());
  }

  /**
   * Sets the penalty on D's gradient.
   *
   * @param value the penalty, or null for none
   * @return this builder
   */
  public final B r1(R1 value) {
    return with(
        chosen.sizes(),
        chosen.mixing(),
        value,
        chosen.pathLength(),
        chosen.augmentation(),
        chosen.labels(),
        chosen.batchSize());
  }

  /**
   * Sets the penalty on G's path lengths.
   *
   * @param value the penalty, or null for none
   * @return this builder
   */
  public final B pathLength(PathLength value) {
    return with(
        chosen.sizes(),
        chosen.mixing(),
        chosen.r1(),
        value,
        chosen.augmentation(),
        chosen.labels(),
        chosen.batchSize());
  }

  /**
   * Lets D see all images through an augmentation that passes gradients on.
   *
   * @param value such as {@link org.adversaria.augmentations.DiffAugment}, or null for none
   * @return this builder
   */
  public final B augmentation(Augmentation value) {
    return with(
        chosen.sizes(),
        chosen.mixing(),
        chosen.r1(),
        chosen.pathLength(),
        value,
        chosen.labels(),
        chosen.batchSize());
  }

  /**
   * Sets where the labels of generated images come from; every preset takes them from the data.
   *
   * @param value where from
   * @return this builder
   */
  public final B labels(LabelSampling value) {
    return with(
        chosen.sizes(),
        chosen.mixing(),
        chosen.r1(),
        chosen.pathLength(),
        chosen.augmentation(),
        value,
        chosen.batchSize());
  }

  /**
   * Sets the images in a turn, and takes them in one part.
   *
   * @param count at least 1
   * @return this builder
   */
  public final B batchSize(int count) {
    return with(
        chosen.sizes(),
        chosen.mixing(),
        chosen.r1(),
        chosen.pathLength(),
        chosen.augmentation(),
        chosen.labels(),
        count);
  }

  private B with(
      StyleGan2Sizes sizes,
      StyleMixing mixing,
      R1 r1,
      PathLength pathLength,
      Augmentation augmentation,
      LabelSampling labels,
      int batchSize) {
    chosen =
        new StyleGan2.Settings(
            chosen.preset(),
            sizes,
            mixing,
            r1,
            pathLength,
            chosen.pathLengthShrink(),
            chosen.lazy(),
            augmentation,
            labels,
            chosen.generatorOptimizer(),
            chosen.discriminatorOptimizer(),
            batchSize,
            batchSize == chosen.batchSize() ? chosen.accumulations() : 1,
            chosen.averaging());
    return self();
  }

  /** The settings, once they fit the data. */
  final StyleGan2.Settings checked() {
    int size = chosen.sizes().resolution();
    var made = new Shape(chosen.sizes().channels(), size, size);
    if (!made.equals(data.imageShape())) {
      throw new IllegalArgumentException(
          Text.format(
              "The preset '%s' makes images %s (C, H, W), but %s has %s: choose another preset, or describe the networks by sizes(...)",
              chosen.preset(), made, data.name(), data.imageShape()));
    }
    int group = chosen.sizes().group();
    int batch = chosen.batchSize();
    if (group > 0 && batch > group && batch % group != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "A batch of %d images does not split into groups of %d, over which D takes standard deviations: choose a multiple",
              batch, group));
    }
    return chosen;
  }
}
