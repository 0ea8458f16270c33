package org.adversaria.models;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.adversaria.nn.SelfAttention;
import org.adversaria.nn.SpectralNorm;

/**
 * The sizes of the BigGAN of PyTorch-StudioGAN, on which ECGAN, ContraGAN and ReACGAN were
 * published.
 *
 * <p>It differs from BigGAN's own code ({@link BigGanSizes}) in names; in PyTorch's own spectral
 * normalisation with epsilon 1e-6 and batch normalisation with epsilon 1e-4; in biases that are
 * initially 0; in a discriminator of half the width at 32x32 and a generator without a second block
 * of the largest width at 64x64; and in the discriminator's in-place ReLUs, which change its
 * shortcuts.
 *
 * <pre>{@code
 * var sizes = StudioBigGanSizes.cifar(10);
 * var backbone = new Backbone.StudioBigGan(sizes);
 * var generator = backbone.newGenerator();
 * var discriminator = HeadedDiscriminator.plain(backbone.newBody());
 * }</pre>
 *
 * @param resolution the image's height and width: 32, 64, 128 or 256
 * @param channels of the image
 * @param numClasses the number of classes
 * @param generatorWidth the generator's channel multiplier {@code g_conv_dim}
 * @param discriminatorWidth the discriminator's channel multiplier {@code d_conv_dim}
 * @param generatorAttention the number of the generator's block, from 1, that self-attention
 *     follows; 0 for none
 * @param discriminatorAttention the same of the discriminator
 * @param latent the size of z, a multiple of the generator's number of blocks plus 1: a part enters
 *     the first layer and each block
 * @param shared the width of the class embedding that all normalisations share
 * @param init the initialisation of the weights
 */
public record StudioBigGanSizes(
    int resolution,
    int channels,
    int numClasses,
    int generatorWidth,
    int discriminatorWidth,
    int generatorAttention,
    int discriminatorAttention,
    int latent,
    int shared,
    WeightInit init) {

  /** The spectral normalisation of all weights but the generator's embedding. */
  public static final SpectralNorm NORM = new SpectralNorm.Hook(1, 1e-6);

  /**
   * The published settings for CIFAR-10.
   *
   * @param numClasses the number of classes
   * @return 32x32, width 96, attention at 16x16, z of 80
   */
  public static StudioBigGanSizes cifar(int numClasses) {
    return new StudioBigGanSizes(32, 3, numClasses, 96, 96, 2, 1, 80, 128, WeightInit.ORTHOGONAL);
  }

  /**
   * The published settings for Tiny ImageNet.
   *
   * @param numClasses the number of classes
   * @return 64x64, width 80, attention at 32x32, z of 100
   */
  public static StudioBigGanSizes tinyImageNet(int numClasses) {
    return new StudioBigGanSizes(64, 3, numClasses, 80, 80, 3, 1, 100, 128, WeightInit.ORTHOGONAL);
  }

  /**
   * The published settings for ImageNet.
   *
   * @param numClasses the number of classes
   * @return 128x128, width 96, attention at 64x64, z of 120
   */
  public static StudioBigGanSizes imageNet(int numClasses) {
    return new StudioBigGanSizes(128, 3, numClasses, 96, 96, 4, 1, 120, 128, WeightInit.ORTHOGONAL);
  }

  /**
   * The same with another number of image channels.
   *
   * @param channels of the image
   * @return the changed settings
   */
  public StudioBigGanSizes withChannels(int channels) {
    return new StudioBigGanSizes(
        resolution,
        channels,
        numClasses,
        generatorWidth,
        discriminatorWidth,
        generatorAttention,
        discriminatorAttention,
        latent,
        shared,
        init);
  }

  /**
   * The same with other widths.
   *
   * @param width the channel multiplier of both networks
   * @return the changed settings
   */
  public StudioBigGanSizes withWidth(int width) {
    return new StudioBigGanSizes(
        resolution,
        channels,
        numClasses,
        width,
        width,
        generatorAttention,
        discriminatorAttention,
        latent,
        shared,
        init);
  }

  /** The channels before the generator's first block and after each. */
  static int[] generatorWidths(int resolution, int width) {
    return resolution == 64
        ? multiplied(width, 16, 8, 4, 2, 1)
        : bigGan(resolution, width).generatorWidths();
  }

  /** The channels after each of the discriminator's blocks. */
  static int[] discriminatorWidths(int resolution, int width) {
    return resolution == 32
        ? multiplied(width, 2, 2, 2, 2)
        : bigGan(resolution, width).discriminatorWidths();
  }

  /** Whether the discriminator's block of that number, from 0, halves the size. */
  static boolean downsamples(int resolution, int block) {
    return bigGan(resolution, 1).downsamples(block);
  }

  Shape imageShape() {
    return new Shape(channels, resolution, resolution);
  }

  private static BigGanSizes bigGan(int resolution, int width) {
    return BigGanSizes.of(resolution, 1).withWidth(width);
  }

  private static int[] multiplied(int width, int... multiples) {
    return Arrays.stream(multiples).map(multiple -> multiple * width).toArray();
  }

  static SelfAttention attention(int channels, SpectralNorm norm) {
    return new SelfAttention(channels, norm, SelfAttention.Names.STUDIO);
  }
}
