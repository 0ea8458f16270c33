package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.DBlock;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;

/**
 * The discriminator of BigGAN: residual blocks that halve the size, self-attention in between, and
 * a projection onto the class.
 *
 * <p>State dict, by the names of BigGAN's PyTorch code: {@code blocks.i.0} (residual), {@code
 * blocks.i.1} (attention), {@code linear}, {@code embed}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, section 3, appendix B and tables 4 to 6.
 */
public final class BigGanDiscriminator extends ProjectionDiscriminator {

  private final Sequential blocks;

  /**
   * Creates the network with the paper's wide blocks.
   *
   * @param backbone what it shares with the generator
   * @throws IllegalArgumentException if the resolution is unknown or a block with attention has
   *     fewer than 8 channels
   */
  public BigGanDiscriminator(BigGanBackbone backbone) {
    this(backbone, true);
  }

  /**
   * Creates the network.
   *
   * @param backbone what it shares with the generator
   * @param wide true for blocks that reach their output's channels in the first convolution; false
   *     for those of SNGAN, which do in the second
   * @throws IllegalArgumentException if the resolution is unknown or a block with attention has
   *     fewer than 8 channels
   */
  public BigGanDiscriminator(BigGanBackbone backbone, boolean wide) {
    super(last(backbone.discriminatorWidths()));
    SpectralNorm norm = backbone.norm();
    int[] widths = backbone.discriminatorWidths();
    List<Layer> stages = new ArrayList<>();
    int in = backbone.channels();
    int resolution = backbone.resolution();
    for (int i = 0; i < widths.length; i++) {
      var place = i == 0 ? DBlock.Place.FIRST : DBlock.Place.LATER;
      boolean down = backbone.downsamples(i);
      resolution = down ? resolution / 2 : resolution;
      List<Layer> stage = new ArrayList<>();
      stage.add(new DBlock(in, widths[i], place, wide, down, norm));
      addAttention(stage, backbone, resolution, widths[i]);
      stages.add(new Sequential(stage));
      in = widths[i];
    }
    blocks = child("blocks", new Sequential(stages));
    Linear linear = child("linear", new Linear(in, 1, true, norm));
    int classes = backbone.numClasses();
    setHead(linear, classes == 0 ? null : child("embed", new Embedding(classes, in, norm)));
    setInitializer(backbone.init().initializer(), Parameter.Type.WEIGHT);
  }

  static int last(int[] widths) {
    return widths[widths.length - 1];
  }

  /** Adds the attention of a stage that ends at a resolution, where there is one. */
  static void addAttention(
      List<Layer> stage, BigGanBackbone backbone, int resolution, int channels) {
    Layer attention = BigGanGenerator.attention(backbone, resolution, channels);
    if (attention != null) {
      stage.add(attention);
    }
  }

  @Override
  NDArray featureMap(NDArray images, boolean training) {
    return blocks.forward(images, training);
  }
}
