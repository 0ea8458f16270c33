package org.adversaria.models.stylegan2;

import ai.djl.ndarray.types.Shape;
import org.adversaria.models.Condition;

/**
 * The sizes of StyleGAN2's networks, and of those that build on them.
 *
 * @param resolution the image's height and width, a power of two from 4
 * @param channels of the image
 * @param classes the number of classes, 0 for unconditional networks
 * @param latent the length of z
 * @param width the length of w
 * @param channelBase channels times resolution of a layer, before the limit
 * @param channelMax the limit of a layer's channels
 * @param mappingLayers layers of the generator's mapping network
 * @param clamp the largest absolute value of a convolution's outputs, or null for none
 * @param residual true for a residual discriminator, false for a plain one
 * @param group images in a group of the minibatch standard deviation
 */
public record StyleGan2Sizes(
    int resolution,
    int channels,
    int classes,
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
   * @param classes the number of classes, 0 for unconditional networks
   * @param latent the length of z
   * @param width the length of w
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
    return new StyleGan2Sizes(resolution, 3, 0, 512, 512, 32_768, 512, 8, 256.0, true, 4);
  }

  /**
   * Changes what the images are like.
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
   * Changes how many channels there are.
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
   * @param latentSize the length of z
   * @param styleSize the length of w
   * @param layers of the generator's mapping network
   * @return the changed sizes
   */
  public StyleGan2Sizes withMapping(int latentSize, int styleSize, int layers) {
    return new StyleGan2Sizes(
        resolution,
        channels,
        classes,
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
   * @return how many
   */
  public int channelsAt(int size) {
    return Math.min(channelBase / size, channelMax);
  }

  /** How many w the synthesis takes: two for each block, the last of each but one shared. */
  int copies() {
    return 2 * Integer.numberOfTrailingZeros(resolution) - 2;
  }

  /** The shape of an image. */
  /**
   * Returns what the networks are told of an image.
   *
   * @return its class, or nothing
   */
  public Condition condition() {
    return Condition.of(classes);
  }

  Shape imageShape() {
    return new Shape(channels, resolution, resolution);
  }
}
