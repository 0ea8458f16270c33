package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.adversaria.nn.DBlock;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;

/**
 * The body of BigGAN's discriminator: residual blocks that halve the size, with self-attention in
 * between. With {@link HeadedDiscriminator#projection} it is BigGAN's discriminator.
 *
 * <p>State dict, by the names of BigGAN's PyTorch code: {@code blocks.i.0} (residual), {@code
 * blocks.i.1} (attention); heads are {@code linear}, {@code embed}, and by the names of ADC-GAN's
 * code {@code ac} and {@code mi}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, section 3, appendix B and tables 4 to 6.
 */
final class BigGanBody extends Body {

  /** The heads' names in BigGAN's PyTorch code and in ADC-GAN's, which extends it. */
  static final Map<String, String> HEADS =
      Map.of("logit", "linear", "class_embedding", "embed", "classifier", "ac", "twin", "mi");

  private final Sequential blocks;

  /**
   * Creates the network with the paper's wide blocks.
   *
   * @param sizes the settings that it shares with the generator
   * @throws IllegalArgumentException if the resolution is unknown or a block with attention has
   *     fewer than 8 channels
   */
  public BigGanBody(BigGanSizes sizes) {
    this(sizes, true);
  }

  /**
   * Creates the network.
   *
   * @param sizes the settings that it shares with the generator
   * @param wide true for blocks whose first convolution has the output's number of channels; false
   *     for SNGAN's blocks, whose second one has it
   * @throws IllegalArgumentException if the resolution is unknown or a block with attention has
   *     fewer than 8 channels
   */
  public BigGanBody(BigGanSizes sizes, boolean wide) {
    super(last(sizes.discriminatorWidths()), sizes.norm(), HEADS);
    SpectralNorm norm = sizes.norm();
    int[] widths = sizes.discriminatorWidths();
    List<Layer> stages = new ArrayList<>();
    int in = sizes.channels();
    for (int i = 0; i < widths.length; i++) {
      var place = i == 0 ? DBlock.Place.FIRST : DBlock.Place.LATER;
      List<Layer> stage = new ArrayList<>();
      stage.add(new DBlock(in, widths[i], place, wide, sizes.downsamples(i), norm));
      addAttention(stage, sizes, sizes.discriminatorResolution(i), widths[i]);
      stages.add(new Sequential(stage));
      in = widths[i];
    }
    blocks = child("blocks", new Sequential(stages));
    initialValues(Parameter.Type.WEIGHT, sizes.init().initializer());
  }

  static int last(int[] widths) {
    return widths[widths.length - 1];
  }

  /**
   * Adds the self-attention after a stage that ends at a resolution, if the settings have one
   * there.
   */
  static void addAttention(List<Layer> stage, BigGanSizes sizes, int resolution, int channels) {
    Layer attention = BigGanGenerator.attention(sizes, resolution, channels);
    if (attention != null) {
      stage.add(attention);
    }
  }

  /** ReLU, then the sum over all positions: {@code (N, C, H, W)} to {@code (N, C)}. */
  static NDArray pooled(NDArray map) {
    return Activation.relu(map).sum(new int[] {2, 3});
  }

  @Override
  public NDArray features(NDArray x, boolean training) {
    return pooled(blocks.forward(x, training));
  }
}
