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
 * @param numClasses the number of classes, 0 for unconditional networks
 * @param generator what the generator has of its own; its block i ends at 4 2<sup>i</sup> pixels
 * @param discriminator what the discriminator has of its own; its first blocks halve the size
 * @param latent the size of z
 * @param init the initialisation of the weights
 */
public record SaGanSizes(
    int resolution,
    int channels,
    int numClasses,
    Network generator,
    Network discriminator,
    int latent,
    WeightInit init) {

  /**
   * What one of the networks has of its own.
   *
   * @param width the channel multiplier, {@code g_conv_dim} or {@code d_conv_dim}
   * @param attention the numbers of the blocks, from 1, that self-attention follows
   * @param norm the spectral normalisation of all weights
   */
  public record Network(int width, Set<Integer> attention, SpectralNorm norm) {

    /**
     * Keeps a copy of the places, in ascending order.
     *
     * @param width the channel multiplier
     * @param attention numbers of blocks
     * @param norm of all weights
     */
    public Network {
      // In ascending order, which records of runs keep.
      attention = Collections.unmodifiableSet(new TreeSet<>(attention));
    }

    private void requireBlocks(String name, int blocks) {
      for (int number : attention) {
        if (number < 1 || number > blocks) {
          throw new IllegalArgumentException(
              Text.format(
                  "Self-attention follows block %d of SAGAN's %s, which has %d blocks: give numbers"
                      + " from 1 to %d",
                  number, name, blocks, blocks));
        }
      }
    }
  }

  /**
   * Checks the places of attention.
   *
   * @param resolution 32, 64, 128 or 256
   * @param channels of the image
   * @param numClasses the number of classes, 0 without
   * @param generator what the generator has of its own
   * @param discriminator what the discriminator has of its own
   * @param latent the size of z
   * @param init the initialisation of the weights
   * @throws IllegalArgumentException if the resolution is unknown, or there is no block of a number
   */
  public SaGanSizes {
    generator.requireBlocks(
        "generator", StudioBigGanSizes.generatorWidths(resolution, 1).length - 1);
    discriminator.requireBlocks(
        "discriminator", StudioBigGanSizes.discriminatorWidths(resolution, 1).length);
  }

  /**
   * The published settings of PyTorch-StudioGAN for CIFAR-10.
   *
   * @param numClasses the number of classes, 0 without
   * @return 32x32, width 64, attention at 16x16, z of 128, orthogonal weights
   */
  public static SaGanSizes cifar(int numClasses) {
    return of(32, numClasses, 2, 1, WeightInit.ORTHOGONAL);
  }

  /**
   * The paper's sizes for ImageNet. Of the places that its table 1 compares, attention at 32x32 has
   * the lowest FID.
   *
   * @param numClasses the number of classes, 0 without
   * @return 128x128, width 64, attention at 32x32, z of 128, weights uniform after Glorot
   */
  public static SaGanSizes imageNet(int numClasses) {
    return of(128, numClasses, 3, 2, WeightInit.XAVIER);
  }

  private static SaGanSizes of(
      int resolution,
      int numClasses,
      int generatorAttention,
      int discriminatorAttention,
      WeightInit init) {
    var generator = new Network(64, Set.of(generatorAttention), StudioBigGanSizes.NORM);
    var discriminator = new Network(64, Set.of(discriminatorAttention), StudioBigGanSizes.NORM);
    return new SaGanSizes(resolution, 3, numClasses, generator, discriminator, 128, init);
  }

  /**
   * The same with another number of image channels.
   *
   * @param value of the image
   * @return the changed settings
   */
  public SaGanSizes withChannels(int value) {
    return new SaGanSizes(resolution, value, numClasses, generator, discriminator, latent, init);
  }

  /**
   * The same with another number of classes.
   *
   * @param value the number of classes, 0 without
   * @return the changed settings
   */
  public SaGanSizes withClasses(int value) {
    return new SaGanSizes(resolution, channels, value, generator, discriminator, latent, init);
  }

  /**
   * The same with another size of z.
   *
   * @param value at least 1
   * @return the changed settings
   */
  public SaGanSizes withLatent(int value) {
    return new SaGanSizes(resolution, channels, numClasses, generator, discriminator, value, init);
  }

  /**
   * The same with other widths.
   *
   * @param width the channel multiplier of both networks
   * @return the changed settings
   */
  public SaGanSizes withWidth(int width) {
    return withWidths(width, width);
  }

  /**
   * The same with other widths.
   *
   * @param ofGenerator the generator's channel multiplier
   * @param ofDiscriminator the discriminator's channel multiplier
   * @return the changed settings
   */
  public SaGanSizes withWidths(int ofGenerator, int ofDiscriminator) {
    return with(
        new Network(ofGenerator, generator.attention, generator.norm),
        new Network(ofDiscriminator, discriminator.attention, discriminator.norm));
  }

  /**
   * The same with self-attention at other places.
   *
   * @param ofGenerator the numbers of the generator's blocks that it follows, from 1
   * @param ofDiscriminator the same of the discriminator
   * @return the changed settings
   */
  public SaGanSizes withAttention(Set<Integer> ofGenerator, Set<Integer> ofDiscriminator) {
    return with(
        new Network(generator.width, ofGenerator, generator.norm),
        new Network(discriminator.width, ofDiscriminator, discriminator.norm));
  }

  /**
   * The same with other spectral normalisations.
   *
   * @param ofGenerator of the generator's weights
   * @param ofDiscriminator of the discriminator's weights
   * @return the changed settings
   */
  public SaGanSizes withNorms(SpectralNorm ofGenerator, SpectralNorm ofDiscriminator) {
    return with(
        new Network(generator.width, generator.attention, ofGenerator),
        new Network(discriminator.width, discriminator.attention, ofDiscriminator));
  }

  private SaGanSizes with(Network otherGenerator, Network otherDiscriminator) {
    return new SaGanSizes(
        resolution, channels, numClasses, otherGenerator, otherDiscriminator, latent, init);
  }

  /** The shape of an image, {@code (C, H, W)}. */
  Shape imageShape() {
    return new Shape(channels, resolution, resolution);
  }
}
