package org.adversaria.methods;

import org.adversaria.data.ImageData;

/**
 * BigGAN: a projection GAN of large networks in large batches, with a class embedding that all
 * layers of the generator share, parts of z in all of them, and weights averaged over steps.
 *
 * <p>The presets are the published settings of its PyTorch code for ImageNet, and those of later
 * papers for smaller images. {@link Backbone.BigGanDeep} takes the networks of BigGAN-deep;
 * orthogonal regularisation, with which the paper prepares a generator for truncation, is a
 * setting.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * ICLR 2019.
 */
public final class BigGan extends ClassConditionalGan {

  /** The name in run records. */
  public static final String NAME = "biggan";

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public BigGan(Settings settings) {
    super(NAME, settings);
  }

  /**
   * Starts describing a method for a data set's classes and image size.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder<BigGan> builder(ImageData data) {
    return new Builder<>(data, preset -> null, BigGan::new);
  }
}
