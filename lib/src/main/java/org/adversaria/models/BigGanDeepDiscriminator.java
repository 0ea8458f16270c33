package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.DeepDBlock;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
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
    super(BigGanDiscriminator.last(backbone.discriminatorWidths()));
    SpectralNorm norm = backbone.norm();
    int[] widths = backbone.discriminatorWidths();
    inputConvolution =
        child("input_conv", new Conv2d(backbone.channels(), widths[0], 3, 1, 1, true, norm));
    List<Layer> stages = new ArrayList<>();
    int resolution = backbone.resolution();
    for (int i = 0; i + 1 < widths.length; i++) {
      boolean down = backbone.downsamples(i);
      resolution = down ? resolution / 2 : resolution;
      int out = widths[i + 1];
      List<Layer> stage = new ArrayList<>();
      stage.add(new DeepDBlock(widths[i], out, down, norm));
      stage.add(new DeepDBlock(out, out, false, norm));
      BigGanDiscriminator.addAttention(stage, backbone, resolution, out);
      stages.add(new Sequential(stage));
    }
    blocks = child("blocks", new Sequential(stages));
    Linear linear = child("linear", new Linear(featureWidth(), 1, true, norm));
    int classes = backbone.numClasses();
    setHead(
        linear, classes == 0 ? null : child("embed", new Embedding(classes, featureWidth(), norm)));
    setInitializer(backbone.init().initializer(), Parameter.Type.WEIGHT);
  }

  @Override
  NDArray featureMap(NDArray images, boolean training) {
    return blocks.forward(inputConvolution.forward(images, training), training);
  }
}
