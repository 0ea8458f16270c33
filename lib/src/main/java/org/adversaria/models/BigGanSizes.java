package org.adversaria.models;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.adversaria.nn.SpectralNorm;

/**
 * The settings that both networks of a BigGAN, or BigGAN-deep, share.
 *
 * <pre>{@code
 * var sizes = BigGanSizes.of(32, 10).withWidth(64).withInit(WeightInit.NORMAL_02);
 * var backbone = new Backbone.BigGan(sizes, BigGanLatent.plain(128));
 * var generator = backbone.newGenerator();
 * var discriminator = HeadedDiscriminator.projection(backbone.newBody(), 10);
 * }</pre>
 *
 * @param resolution the image's height and width: 32, 64, 128 or 256 as published, or 16, for which
 *     the networks are those of 32 without a block
 * @param channels of the image: 1 or 3
 * @param numClasses the number of classes; 0 for unconditional networks
 * @param width the channel multiplier {@code ch}, at least 1
 * @param tapered true for networks for 16 or 32 pixels whose width decreases towards the image, as
 *     for larger images; the published ones have a constant width, which spends most of the time on
 *     the largest feature maps. No effect at other resolutions
 * @param attention the resolutions with self-attention after their blocks; resolutions without a
 *     block are ignored. At 32 pixels the published code counts all four blocks of a discriminator
 *     as ending at 16, although two of them halve the size
 * @param norm the spectral normalisation of all weights but the generator's embedding
 * @param init the initialisation of the weights
 */
public record BigGanSizes(
    int resolution,
    int channels,
    int numClasses,
    int width,
    boolean tapered,
    Set<Integer> attention,
    SpectralNorm norm,
    WeightInit init) {

  /**
   * The published code's defaults: colour images, width 64, attention at 64, spectral normalisation
   * in BigGAN's convention with its ImageNet models' epsilon, orthogonal weights.
   *
   * @param resolution 16, 32, 64, 128 or 256
   * @param numClasses the number of classes
   * @return the settings
   */
  public static BigGanSizes of(int resolution, int numClasses) {
    return new BigGanSizes(
        resolution,
        3,
        numClasses,
        64,
        false,
        Set.of(64),
        SpectralNorm.bigGan(),
        WeightInit.ORTHOGONAL);
  }

  /**
   * The same with another number of image channels.
   *
   * @param channels of the image
   * @return the changed settings
   */
  public BigGanSizes withChannels(int channels) {
    return new BigGanSizes(resolution, channels, numClasses, width, tapered, attention, norm, init);
  }

  /**
   * The same with another number of classes.
   *
   * @param numClasses 0 for a discriminator without projection
   * @return the changed settings
   */
  public BigGanSizes withClasses(int numClasses) {
    return new BigGanSizes(resolution, channels, numClasses, width, tapered, attention, norm, init);
  }

  /**
   * The same with another width.
   *
   * @param width the channel multiplier
   * @return the changed settings
   */
  public BigGanSizes withWidth(int width) {
    return new BigGanSizes(resolution, channels, numClasses, width, tapered, attention, norm, init);
  }

  /**
   * The same with widths that decrease towards the image at 16 and 32 pixels.
   *
   * @return the changed settings
   */
  public BigGanSizes withTaper() {
    return new BigGanSizes(resolution, channels, numClasses, width, true, attention, norm, init);
  }

  /**
   * The same with self-attention at other resolutions.
   *
   * @param resolutions the resolutions; none for no attention
   * @return the changed settings
   */
  public BigGanSizes withAttention(int... resolutions) {
    Set<Integer> resolutionSet = Arrays.stream(resolutions).boxed().collect(Collectors.toSet());
    return new BigGanSizes(
        resolution, channels, numClasses, width, tapered, resolutionSet, norm, init);
  }

  /**
   * The same with another spectral normalisation.
   *
   * @param norm of the weights
   * @return the changed settings
   */
  public BigGanSizes withNorm(SpectralNorm norm) {
    return new BigGanSizes(resolution, channels, numClasses, width, tapered, attention, norm, init);
  }

  /**
   * The same with another initialisation.
   *
   * @param init the initialisation of the weights
   * @return the changed settings
   */
  public BigGanSizes withInit(WeightInit init) {
    return new BigGanSizes(resolution, channels, numClasses, width, tapered, attention, norm, init);
  }

  /** The shape of an image, {@code (C, H, W)}. */
  Shape imageShape() {
    return new Shape(channels, resolution, resolution);
  }

  /** The generator's channels before its first block and after each block. */
  int[] generatorWidths() {
    return widths(
        switch (resolution) {
          case 16 -> tapered ? new int[] {8, 4, 2} : new int[] {4, 4, 4};
          case 32 -> tapered ? new int[] {16, 8, 4, 2} : new int[] {4, 4, 4, 4};
          case 64 -> new int[] {16, 16, 8, 4, 2};
          case 128 -> new int[] {16, 16, 8, 4, 2, 1};
          case 256 -> new int[] {16, 16, 8, 8, 4, 2, 1};
          default -> throw unknownResolution();
        });
  }

  /** The channels after each of BigGAN's blocks; before and after each of BigGAN-deep's stages. */
  int[] discriminatorWidths() {
    return widths(
        switch (resolution) {
          case 16 -> tapered ? new int[] {2, 4, 8} : new int[] {4, 4, 4};
          case 32 -> tapered ? new int[] {2, 4, 8, 16} : new int[] {4, 4, 4, 4};
          case 64 -> new int[] {1, 2, 4, 8, 16};
          case 128 -> new int[] {1, 2, 4, 8, 16, 16};
          case 256 -> new int[] {1, 2, 4, 8, 8, 16, 16};
          default -> throw unknownResolution();
        });
  }

  /** The channels after each of a U-Net's halving blocks: BigGAN's without the last. */
  int[] encoderWidths() {
    int[] widths = discriminatorWidths();
    return Arrays.copyOf(widths, widths.length - 1);
  }

  /** Whether the discriminator's stage of that number, from 0, halves the size. */
  boolean downsamples(int stage) {
    return stage < halvings();
  }

  /**
   * The resolution at which a stage of the discriminator ends, as the published code counts for
   * attention.
   */
  int discriminatorResolution(int stage) {
    return resolution == 32 ? 16 : resolution >> Math.min(stage + 1, halvings());
  }

  private int halvings() {
    return resolution == 32 ? 2 : Integer.numberOfTrailingZeros(resolution) - 2;
  }

  private int[] widths(int[] multiples) {
    return Arrays.stream(multiples).map(multiple -> multiple * width).toArray();
  }

  private IllegalArgumentException unknownResolution() {
    return new IllegalArgumentException(
        "BigGAN's networks are made for 16, 32, 64, 128 and 256 pixels, but the resolution is "
            + resolution);
  }
}
