package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.DeepDBlock;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;

/**
 * The discriminator of BigGAN-deep: a convolution, two bottleneck blocks at each size, the first of
 * which halves it, and a projection onto the class.
 *
 * <p>State dict, by the names of BigGAN's PyTorch code: {@code input_conv}, {@code blocks.i.0} and
 * {@code blocks.i.1} (residual), {@code blocks.i.2} (attention), {@code linear}, {@code embed}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, appendix B.1 and tables 7 to 9.
 */
public final class BigGanDeepDiscriminator extends ProjectionDiscriminator {

  private final Conv2d inputConvolution;
  private final Sequential blocks;

  /**
   * Creates the network.
   *
   * @param backbone what it shares with the generator; at 64 pixels and more its width is at least
   *     2
   * @throws IllegalArgumentException if the resolution is unknown or a block has too few channels
   */
  public BigGanDeepDiscriminator(BigGanBackbone backbone) {
    this(backbone, BigGanDiscriminator.head(backbone));
  }

  /**
   * Creates the network with another kind of logit.
   *
   * @param backbone as above
   * @param head how the logit is read from the features
   * @throws IllegalArgumentException as above
   */
  public BigGanDeepDiscriminator(BigGanBackbone backbone, LogitHead head) {
    super(BigGanDiscriminator.last(backbone.discriminatorWidths()));
    SpectralNorm norm = backbone.norm();
    int[] widths = backbone.discriminatorWidths();
    inputConvolution =
        child("input_conv", new Conv2d(backbone.channels(), widths[0], 3, 1, 1, true, norm));
    List<Layer> stages = new ArrayList<>();
    for (int i = 0; i + 1 < widths.length; i++) {
      int out = widths[i + 1];
      List<Layer> stage = new ArrayList<>();
      stage.add(new DeepDBlock(widths[i], out, backbone.downsamples(i), norm));
      stage.add(new DeepDBlock(out, out, false, norm));
      BigGanDiscriminator.addAttention(stage, backbone, backbone.discriminatorResolution(i), out);
      stages.add(new Sequential(stage));
    }
    blocks = child("blocks", new Sequential(stages));
    declareHead(head, backbone.numClasses(), norm, "linear", "embed");
    beginAs(Parameter.Type.WEIGHT, backbone.init().initializer());
  }

  @Override
  NDArray featureMap(NDArray images, boolean training) {
    return blocks.forward(inputConvolution.forward(images, training), training);
  }
}
