package org.adversaria.methods;

import org.adversaria.data.ImageData;

/**
 * BigGAN: a projection GAN of large networks in large batches, with a class embedding that all
 * layers of the generator share, parts of z in all of them, and weights averaged over steps. Its
 * step is that of {@link SingleLogitGan}, its presets those of {@link ProjectionGan}.
 *
 * <p>The presets are the published settings of its PyTorch code for ImageNet, and those of later
 * papers for smaller images. {@link org.adversaria.models.Backbone.BigGanDeep} takes the networks
 * of BigGAN-deep; orthogonal regularisation, with which the paper prepares a generator for
 * truncation, is a regularizer, {@link org.adversaria.regularizers.Orthogonal}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * ICLR 2019.
 */
public final class BigGan extends SingleLogitGan {

  /** The name in run records. */
  public static final String NAME = "biggan";

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public BigGan(GanSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data labelled images
   * @return a builder with the preset {@code "small"}
   */
  public static GanBuilder<BigGan, Objective> builder(ImageData data) {
    return new GanBuilder<>(data, ProjectionGan.PRESETS, "small", BigGan::new);
  }
}
