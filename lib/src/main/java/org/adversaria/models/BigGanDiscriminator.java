package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.DBlock;
import org.adversaria.nn.Layer;
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
    this(backbone, wide, head(backbone));
  }

  /**
   * Creates the network with another kind of logit.
   *
   * @param backbone what it shares with the generator
   * @param wide as above
   * @param head how the logit is read from the features
   * @throws IllegalArgumentException as above
   */
  public BigGanDiscriminator(BigGanBackbone backbone, boolean wide, LogitHead head) {
    super(last(backbone.discriminatorWidths()));
    SpectralNorm norm = backbone.norm();
    int[] widths = backbone.discriminatorWidths();
    List<Layer> stages = new ArrayList<>();
    int in = backbone.channels();
    for (int i = 0; i < widths.length; i++) {
      var place = i == 0 ? DBlock.Place.FIRST : DBlock.Place.LATER;
      List<Layer> stage = new ArrayList<>();
      stage.add(new DBlock(in, widths[i], place, wide, backbone.downsamples(i), norm));
      addAttention(stage, backbone, backbone.discriminatorResolution(i), widths[i]);
      stages.add(new Sequential(stage));
      in = widths[i];
    }
    blocks = child("blocks", new Sequential(stages));
    declareHead(head, backbone.numClasses(), norm, "linear", "embed");
    beginAs(Parameter.Type.WEIGHT, backbone.init().initializer());
  }

  /** The paper's: a projection where there are classes. */
  static LogitHead head(BigGanBackbone backbone) {
    return backbone.numClasses() == 0 ? LogitHead.PLAIN : LogitHead.PROJECTION;
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
