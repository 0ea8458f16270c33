package org.adversaria.models.stylegan2;

import ai.djl.ndarray.types.Shape;
import org.adversaria.models.Condition;

/**
 * The sizes of StyleGAN2's and GLeaD's networks.
 *
 * @param resolution the image's height and width, a power of two from 4
 * @param channels of the image: 1 or 3
 * @param classes the number of classes, 0 for none
 * @param features the number of features of an instance, see {@link Condition.Instances}; 0 for
 *     none
 * @param latent the size of z, at least 1
 * @param width the size of w, at least 1
 * @param channelBase channels times resolution of a layer, before the limit
 * @param channelMax the limit of a layer's channels
 * @param mappingLayers layers of the generator's mapping network, at least 1
 * @param clamp the largest absolute value of a convolution's outputs, or null for none
 * @param residual true for a residual discriminator, false for a plain one
 * @param group images in a group of the minibatch standard deviation; 0 for the whole batch
 */
public record StyleGan2Sizes(
    int resolution,
    int channels,
    int classes,
    int features,
    int latent,
    int width,
    int channelBase,
    int channelMax,
    int mappingLayers,
    Double clamp,
    boolean residual,
    int group) {

  private static final int SMALLEST = 4;

  /**
   * Checks the resolution.
   *
   * @param resolution a power of two from 4
   * @param channels of the image
   * @param classes the number of classes, 0 for none
   * @param features the number of features of an instance, 0 for none
   * @param latent the size of z
   * @param width the size of w
   * @param channelBase channels times resolution of a layer, before the limit
   * @param channelMax the limit of a layer's channels
   * @param mappingLayers layers of the generator's mapping network
   * @param clamp the largest absolute value of a convolution's outputs, or null for none
   * @param residual true for a residual discriminator
   * @param group images in a group of the minibatch standard deviation
   * @throws IllegalArgumentException if it is not a power of two from 4
   */
  public StyleGan2Sizes {
    if (resolution < SMALLEST || Integer.bitCount(resolution) != 1) {
      throw new IllegalArgumentException(
          "StyleGAN2 makes square images of 4, 8, 16, ... pixels, not of " + resolution);
    }
  }

  /**
   * The published sizes: z and w of length 512, at most 512 channels, 8 mapping layers, clamp 256,
   * a residual discriminator with groups of 4, unconditional, RGB.
   *
   * @param resolution the image's height and width, a power of two from 4
   * @return the sizes
   * @throws IllegalArgumentException if the resolution is not such a number
   */
  public static StyleGan2Sizes of(int resolution) {
    return new StyleGan2Sizes(resolution, 3, 0, 0, 512, 512, 32_768, 512, 8, 256.0, true, 4);
  }

  /**
   * Changes the images' channels and classes.
   *
   * @param imageChannels of the image
   * @param numClasses the number of classes, 0 for unconditional networks
   * @return the changed sizes
   */
  public StyleGan2Sizes withImages(int imageChannels, int numClasses) {
    return new StyleGan2Sizes(
        resolution,
        imageChannels,
        numClasses,
        features,
        latent,
        width,
        channelBase,
        channelMax,
        mappingLayers,
        clamp,
        residual,
        group);
  }

  /**
   * Changes the condition of both networks.
   *
   * @param condition none, classes or instances
   * @return the changed sizes
   * @throws IllegalArgumentException if it is values
   */
  public StyleGan2Sizes withCondition(Condition condition) {
    if (condition instanceof Condition.Values) {
      throw new IllegalArgumentException(
          "StyleGAN2's networks are told classes or instances, not "
              + condition
              + ": give features as Condition.Instances");
    }
    boolean instances = condition instanceof Condition.Instances;
    return new StyleGan2Sizes(
        resolution,
        channels,
        condition.numClasses(),
        instances ? ((Condition.Instances) condition).features() : 0,
        latent,
        width,
        channelBase,
        channelMax,
        mappingLayers,
        clamp,
        residual,
        group);
  }

  /**
   * Changes the channels of the layers.
   *
   * @param base channels times resolution, before the limit
   * @param max the limit
   * @return the changed sizes
   */
  public StyleGan2Sizes withChannels(int base, int max) {
    return new StyleGan2Sizes(
        resolution,
        channels,
        classes,
        features,
        latent,
        width,
        base,
        max,
        mappingLayers,
        clamp,
        residual,
        group);
  }

  /**
   * Changes the mapping network.
   *
   * @param latentSize the size of z
   * @param styleSize the size of w
   * @param layers of the generator's mapping network
   * @return the changed sizes
   */
  public StyleGan2Sizes withMapping(int latentSize, int styleSize, int layers) {
    return new StyleGan2Sizes(
        resolution,
        channels,
        classes,
        features,
        latentSize,
        styleSize,
        channelBase,
        channelMax,
        layers,
        clamp,
        residual,
        group);
  }

  /**
   * Changes the discriminator.
   *
   * @param residualBlocks true for a residual one
   * @param groupSize images in a group of the minibatch standard deviation
   * @return the changed sizes
   */
  public StyleGan2Sizes withDiscriminator(boolean residualBlocks, int groupSize) {
    return new StyleGan2Sizes(
        resolution,
        channels,
        classes,
        features,
        latent,
        width,
        channelBase,
        channelMax,
        mappingLayers,
        clamp,
        residualBlocks,
        groupSize);
  }

  /**
   * Changes the clamp.
   *
   * @param value the largest absolute value of a convolution's outputs, or null for none
   * @return the changed sizes
   */
  public StyleGan2Sizes withClamp(Double value) {
    return new StyleGan2Sizes(
        resolution,
        channels,
        classes,
        features,
        latent,
        width,
        channelBase,
        channelMax,
        mappingLayers,
        value,
        residual,
        group);
  }

  /**
   * Returns the channels of the layers at a resolution.
   *
   * @param size a power of two from 4 to the resolution
   * @return the number of channels
   */
  public int channelsAt(int size) {
    return Math.min(channelBase / size, channelMax);
  }

  /**
   * The number of w for the synthesis: one for each convolution, and one for the last RGB layer.
   */
  int copies() {
    return 2 * Integer.numberOfTrailingZeros(resolution) - 2;
  }

  /**
   * Returns the condition of both networks.
   *
   * @return a class, an instance, or none
   */
  public Condition condition() {
    return features == 0 ? Condition.of(classes) : new Condition.Instances(features, classes);
  }

  /** The shape of an image, {@code (C, H, W)}. */
  Shape imageShape() {
    return new Shape(channels, resolution, resolution);
  }
}
