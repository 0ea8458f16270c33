package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.function.IntFunction;
import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.GBlock;
import org.adversaria.nn.Linear;
import org.adversaria.nn.ResidualNames;
import org.adversaria.nn.VectorBatchNorm;
import org.adversaria.torch.Text;

/**
 * The generator of ECGAN, ContraGAN and ReACGAN: that of BigGAN with parts of z in all blocks and
 * with the names and constants of PyTorch-StudioGAN, see {@link StudioBigGanSizes}.
 *
 * <p>State dict: {@code linear0}, {@code shared}, {@code blocks.i.0} (residual, or the
 * self-attention, which is counted as a block), {@code bn4}, {@code conv2d5}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019; the published code of Chen et al., "A Unified View of cGANs with and without Classifiers",
 * 2021.
 */
public final class StudioBigGanGenerator extends BlockGenerator {

  private final BatchNorm lastNorm;
  private final Conv2d toImage;

  /**
   * Creates the network.
   *
   * @param backbone its settings
   * @throws IllegalArgumentException if the resolution is unknown, z cannot be split into equal
   *     parts, or a block with attention has fewer than 8 channels
   */
  public StudioBigGanGenerator(StudioBigGanSizes backbone) {
    super(backbone.latent(), backbone.numClasses(), backbone.imageShape());
    int[] widths =
        StudioBigGanSizes.generatorWidths(backbone.resolution(), backbone.generatorWidth());
    int chunk = chunk(backbone.latent(), widths.length);
    Linear linear =
        child(
            "linear0",
            new Linear(chunk, widths[0] * BOTTOM * BOTTOM, true, StudioBigGanSizes.NORM));
    Embedding shared = child("shared", new Embedding(numClasses(), backbone.shared()));
    IntFunction<VectorBatchNorm> norm =
        channels ->
            new VectorBatchNorm(channels, backbone.shared() + chunk, StudioBigGanSizes.NORM);
    GeneratorStages stages = child("blocks", new GeneratorStages());
    for (int i = 0; i + 1 < widths.length; i++) {
      stages.add(
          new GBlock(
              widths[i], widths[i + 1], true, StudioBigGanSizes.NORM, norm, ResidualNames.STUDIO),
          null);
      if (i + 1 == backbone.generatorAttention()) {
        stages.addAttention(StudioBigGanSizes.attention(widths[i + 1], StudioBigGanSizes.NORM));
      }
    }
    setBlocks(shared, linear, stages, chunk);
    int last = widths[widths.length - 1];
    lastNorm = child("bn4", new BatchNorm(last, true, VectorBatchNorm.EPSILON));
    toImage =
        child(
            "conv2d5",
            new Conv2d(last, backbone.channels(), 3, 1, 1, true, StudioBigGanSizes.NORM));
    setInitializer(backbone.init().initializer(), Parameter.Type.WEIGHT);
    setInitializer(Initializer.ZEROS, Parameter.Type.BIAS);
  }

  private static int chunk(int latent, int parts) {
    if (latent % parts != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "z is cut into %d equal parts, which its length %d does not allow", parts, latent));
    }
    return latent / parts;
  }

  @Override
  NDArray image(NDArray h, boolean training) {
    return toImage.forward(Activation.relu(lastNorm.forward(h, training)), training);
  }
}
