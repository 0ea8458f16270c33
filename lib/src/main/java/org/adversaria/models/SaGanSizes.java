package org.adversaria.models;

import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.torch.Text;

/**
 * The sizes of SAGAN's networks, with the names and constants of PyTorch-StudioGAN: its spectral
 * normalisation, batch normalisation with epsilon 1e-4, biases that are initially 0, and in-place
 * ReLUs in the discriminator, which change its shortcuts.
 *
 * <pre>{@code
 * var sizes = SaGanSizes.cifar(10);
 * var backbone = new Backbone.SaGan(sizes);
 * var generator = backbone.newGenerator();
 * var discriminator = HeadedDiscriminator.projection(backbone.newBody(), 10);
 * }</pre>
 *
 * @param resolution the image's height and width: 32, 64, 128 or 256
 * @param channels of the image
 * @param numClasses the number of classes, 0 for an unconditional generator
 * @param generatorWidth the generator's channel multiplier {@code g_conv_dim}
 * @param discriminatorWidth the discriminator's channel multiplier {@code d_conv_dim}
 * @param generatorAttention the numbers of the generator's blocks, from 1, that self-attention
 *     follows; block i ends at 4 2<sup>i</sup> pixels
 * @param discriminatorAttention the same of the discriminator, whose block i ends at a
 *     2<sup>i</sup> th of the resolution, at least at 4 pixels (8 where the resolution is 32)
 * @param latent the size of z
 * @param generatorNorm the spectral normalisation of all the generator's weights
 * @param discriminatorNorm the same of the discriminator
 * @param init the initialisation of the weights
 */
public record SaGanSizes(
    int resolution,
    int channels,
    int numClasses,
    int generatorWidth,
    int discriminatorWidth,
    Set<Integer> generatorAttention,
    Set<Integer> discriminatorAttention,
    int latent,
    SpectralNorm generatorNorm,
    SpectralNorm discriminatorNorm,
    WeightInit init) {

  /**
   * Checks the places of attention.
   *
   * @param resolution 32, 64, 128 or 256
   * @param channels of the image
   * @param numClasses the number of classes, 0 without
   * @param generatorWidth the generator's channel multiplier
   * @param discriminatorWidth the discriminator's channel multiplier
   * @param generatorAttention numbers of blocks
   * @param discriminatorAttention numbers of blocks
   * @param latent the size of z
   * @param generatorNorm of the generator's weights
   * @param discriminatorNorm of the discriminator's weights
   * @param init the initialisation of the weights
   * @throws IllegalArgumentException if the resolution is unknown, or there is no block of a number
   */
  public SaGanSizes {
    // In ascending order, which records of runs keep.
    generatorAttention = Collections.unmodifiableSet(new TreeSet<>(generatorAttention));
    discriminatorAttention = Collections.unmodifiableSet(new TreeSet<>(discriminatorAttention));
    int blocks = StudioBigGanSizes.generatorWidths(resolution, generatorWidth).length - 1;
    requireBlocks("generator", generatorAttention, blocks);
    blocks = StudioBigGanSizes.discriminatorWidths(resolution, discriminatorWidth).length;
    requireBlocks("discriminator", discriminatorAttention, blocks);
  }

  private static void requireBlocks(String network, Set<Integer> attention, int blocks) {
    for (int number : attention) {
      if (number < 1 || number > blocks) {
        throw new IllegalArgumentException(
            Text.format(
                "Self-attention follows block %d of SAGAN's %s, which has %d blocks: give numbers from"
                    + " 1 to %d",
                number, network, blocks, blocks));
      }
    }
  }

  /**
   * The published settings of PyTorch-StudioGAN for CIFAR-10.
   *
   * @param numClasses the number of classes, 0 without
   * @return 32x32, width 64, attention at 16x16, z of 128, orthogonal weights
   */
  public static SaGanSizes cifar(int numClasses) {
    return of(32, numClasses, Set.of(2), Set.of(1), WeightInit.ORTHOGONAL);
  }

  /**
   * The paper's sizes for ImageNet. Of the places that its table 1 compares, attention at 32x32 has
   * the lowest FID.
   *
   * @param numClasses the number of classes, 0 without
   * @return 128x128, width 64, attention at 32x32, z of 128, weights uniform after Glorot
   */
  public static SaGanSizes imageNet(int numClasses) {
    return of(128, numClasses, Set.of(3), Set.of(2), WeightInit.XAVIER);
  }

  private static SaGanSizes of(
      int resolution,
      int numClasses,
      Set<Integer> generatorAttention,
      Set<Integer> discriminatorAttention,
      WeightInit init) {
    return new SaGanSizes(
        resolution,
        3,
        numClasses,
        64,
        64,
        generatorAttention,
        discriminatorAttention,
        128,
        StudioBigGanSizes.NORM,
        StudioBigGanSizes.NORM,
        init);
  }

  /**
   * The same with another number of image channels.
   *
   * @param value of the image
   * @return the changed settings
   */
  public SaGanSizes withChannels(int value) {
    return new SaGanSizes(
        resolution,
        value,
        numClasses,
        generatorWidth,
        discriminatorWidth,
        generatorAttention,
        discriminatorAttention,
        latent,
        generatorNorm,
        discriminatorNorm,
        init);
  }

  /**
   * The same with another number of classes.
   *
   * @param value the number of classes, 0 without
   * @return the changed settings
   */
  public SaGanSizes withClasses(int value) {
    return new SaGanSizes(
        resolution,
        channels,
        value,
        generatorWidth,
        discriminatorWidth,
        generatorAttention,
        discriminatorAttention,
        latent,
        generatorNorm,
        discriminatorNorm,
        init);
  }

  /**
   * The same with other widths.
   *
   * @param width the channel multiplier of both networks
   * @return the changed settings
   */
  public SaGanSizes withWidth(int width) {
    return new SaGanSizes(
        resolution,
        channels,
        numClasses,
        width,
        width,
        generatorAttention,
        discriminatorAttention,
        latent,
        generatorNorm,
        discriminatorNorm,
        init);
  }

  /**
   * The same with self-attention at other places.
   *
   * @param generator the numbers of the generator's blocks that it follows, from 1; none without
   * @param discriminator the same of the discriminator
   * @return the changed settings
   */
  public SaGanSizes withAttention(Set<Integer> generator, Set<Integer> discriminator) {
    return new SaGanSizes(
        resolution,
        channels,
        numClasses,
        generatorWidth,
        discriminatorWidth,
        generator,
        discriminator,
        latent,
        generatorNorm,
        discriminatorNorm,
        init);
  }

  /**
   * The same with other spectral normalisations.
   *
   * @param generator of the generator's weights
   * @param discriminator of the discriminator's weights
   * @return the changed settings
   */
  public SaGanSizes withNorms(SpectralNorm generator, SpectralNorm discriminator) {
    return new SaGanSizes(
        resolution,
        channels,
        numClasses,
        generatorWidth,
        discriminatorWidth,
        generatorAttention,
        discriminatorAttention,
        latent,
        generator,
        discriminator,
        init);
  }

  /** The shape of an image, {@code (C, H, W)}. */
  Shape imageShape() {
    return new Shape(channels, resolution, resolution);
  }
}
