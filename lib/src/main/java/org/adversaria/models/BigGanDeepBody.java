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
 * The body of BigGAN-deep's discriminator: a convolution, and two bottleneck blocks at each size,
 * the first of which halves it.
 *
 * <p>State dict, by the names of BigGAN's PyTorch code: {@code input_conv}, {@code blocks.i.0} and
 * {@code blocks.i.1} (residual), {@code blocks.i.2} (attention); heads as in {@link BigGanBody}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, appendix B.1 and tables 7 to 9.
 */
final class BigGanDeepBody extends Body {

  private final Conv2d inputConvolution;
  private final Sequential blocks;

  /**
   * Creates the network.
   *
   * @param sizes the settings that it shares with the generator
   * @throws IllegalArgumentException if the resolution is unknown or a block with attention has
   *     fewer than 8 channels
   */
  public BigGanDeepBody(BigGanSizes sizes) {
    super(BigGanBody.last(sizes.discriminatorWidths()), sizes.norm(), BigGanBody.HEADS);
    SpectralNorm norm = sizes.norm();
    int[] widths = sizes.discriminatorWidths();
    inputConvolution =
        child("input_conv", new Conv2d(sizes.channels(), widths[0], 3, 1, 1, true, norm));
    List<Layer> stages = new ArrayList<>();
    for (int i = 0; i + 1 < widths.length; i++) {
      int out = widths[i + 1];
      List<Layer> stage = new ArrayList<>();
      stage.add(new DeepDBlock(widths[i], out, sizes.downsamples(i), norm));
      stage.add(new DeepDBlock(out, out, false, norm));
      BigGanBody.addAttention(stage, sizes, sizes.discriminatorResolution(i), out);
      stages.add(new Sequential(stage));
    }
    blocks = child("blocks", new Sequential(stages));
    initialValues(Parameter.Type.WEIGHT, sizes.init().initializer());
  }

  @Override
  public NDArray features(NDArray x, boolean training) {
    return BigGanBody.pooled(blocks.forward(inputConvolution.forward(x, training), training));
  }
}
