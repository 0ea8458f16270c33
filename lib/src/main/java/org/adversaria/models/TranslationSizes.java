package org.adversaria.models;

import org.adversaria.torch.Text;

/**
 * The sizes of the four networks of a translation between two domains A and B of images: a
 * generator for each direction, a discriminator for each domain.
 *
 * @param channelsA channels of A's images
 * @param channelsB channels of B's images
 * @param height of all images, a multiple of 4
 * @param width of all images, a multiple of 4
 * @param generatorWidth channels after the generators' first convolution ("ngf")
 * @param blocks residual blocks of the generators
 * @param discriminatorWidth channels after the discriminators' first convolution ("ndf")
 * @param layers convolutions of the discriminators with stride 2
 * @param norm the normalisation in all networks
 */
public record TranslationSizes(
    int channelsA,
    int channelsB,
    int height,
    int width,
    int generatorWidth,
    int blocks,
    int discriminatorWidth,
    int layers,
    TranslationNorm norm) {

  /**
   * Checks the image size.
   *
   * @param channelsA channels of A's images
   * @param channelsB channels of B's images
   * @param height of all images
   * @param width of all images
   * @param generatorWidth channels after the generators' first convolution
   * @param blocks residual blocks of the generators
   * @param discriminatorWidth channels after the discriminators' first convolution
   * @param layers convolutions of the discriminators with stride 2
   * @param norm the normalisation in all networks
   * @throws IllegalArgumentException if height or width is not a multiple of 4 from 8 on, or
   *     another number is out of range
   */
  public TranslationSizes {
    ResnetGenerator.requireSize(height);
    ResnetGenerator.requireSize(width);
    if (generatorWidth < 1 || blocks < 0 || discriminatorWidth < 1 || layers < 1) {
      throw new IllegalArgumentException(
          Text.format(
              "Generators have a width from 1 and blocks from 0, discriminators a width and layers from"
                  + " 1, but these are %d, %d, %d and %d",
              generatorWidth, blocks, discriminatorWidth, layers));
    }
  }

  /**
   * The sizes of CycleGAN's paper for images of 256x256: generators of width 64 with nine blocks,
   * discriminators of 70x70 patches with width 64, instance normalisation.
   *
   * @param channelsA channels of A's images
   * @param channelsB channels of B's images
   * @param height of all images
   * @param width of all images
   * @return the sizes
   */
  public static TranslationSizes paper(int channelsA, int channelsB, int height, int width) {
    return new TranslationSizes(
        channelsA, channelsB, height, width, 64, 9, 64, 3, TranslationNorm.INSTANCE);
  }

  /**
   * The same with other generators.
   *
   * @param channels after the first convolution
   * @param count of residual blocks
   * @return the sizes
   */
  public TranslationSizes withGenerators(int channels, int count) {
    return new TranslationSizes(
        channelsA, channelsB, height, width, channels, count, discriminatorWidth, layers, norm);
  }

  /**
   * The same with other discriminators.
   *
   * @param channels after the first convolution
   * @param count of convolutions with stride 2; 3 for patches of 70x70 pixels, 2 for 34x34, 1 for
   *     16x16
   * @return the sizes
   */
  public TranslationSizes withDiscriminators(int channels, int count) {
    return new TranslationSizes(
        channelsA, channelsB, height, width, generatorWidth, blocks, channels, count, norm);
  }

  /**
   * The same with another normalisation.
   *
   * @param value in all networks
   * @return the sizes
   */
  public TranslationSizes withNorm(TranslationNorm value) {
    return new TranslationSizes(
        channelsA,
        channelsB,
        height,
        width,
        generatorWidth,
        blocks,
        discriminatorWidth,
        layers,
        value);
  }

  /**
   * Returns the sizes of the generator from A to B.
   *
   * @return the sizes
   */
  public ResnetGenerator.Settings generatorAB() {
    return new ResnetGenerator.Settings(channelsA, channelsB, generatorWidth, blocks, norm);
  }

  /**
   * Returns the sizes of the generator from B to A.
   *
   * @return the sizes
   */
  public ResnetGenerator.Settings generatorBA() {
    return new ResnetGenerator.Settings(channelsB, channelsA, generatorWidth, blocks, norm);
  }

  /**
   * Returns the sizes of the discriminator of A's images.
   *
   * @return the sizes
   */
  public PatchDiscriminator.Settings discriminatorA() {
    return new PatchDiscriminator.Settings(channelsA, discriminatorWidth, layers, norm);
  }

  /**
   * Returns the sizes of the discriminator of B's images.
   *
   * @return the sizes
   */
  public PatchDiscriminator.Settings discriminatorB() {
    return new PatchDiscriminator.Settings(channelsB, discriminatorWidth, layers, norm);
  }
}
