package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.function.IntFunction;
import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.ConditionalLayer;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.GBlock;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.ResidualNames;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.nn.VectorBatchNorm;

/**
 * SAGAN's generator: a linear map of z to 4x4 pixels, residual blocks that double the size, and
 * self-attention after some of them. Gain and bias of the batch normalisations are linear in the
 * one-hot label; without classes they are parameters.
 *
 * <p>State dict, by the names of PyTorch-StudioGAN: {@code linear0}, {@code blocks.i.0} (residual,
 * or a self-attention, which is counted as a block), {@code bn4}, {@code conv2d5}.
 *
 * <p>Source: Zhang et al., "Self-Attention Generative Adversarial Networks", ICML 2019, sections 3
 * and 4.
 */
public final class SaGanGenerator extends BlockGenerator {

  private final BatchNorm lastNorm;
  private final Conv2d toImage;

  /**
   * Creates the network.
   *
   * @param sizes its settings
   * @throws IllegalArgumentException if a block with attention has fewer than 8 channels
   */
  public SaGanGenerator(SaGanSizes sizes) {
    super(sizes.latent(), sizes.numClasses(), sizes.imageShape());
    int[] widths = StudioBigGanSizes.generatorWidths(sizes.resolution(), sizes.generator().width());
    SpectralNorm norm = sizes.generator().norm();
    Linear linear =
        child("linear0", new Linear(sizes.latent(), widths[0] * BOTTOM * BOTTOM, true, norm));
    IntFunction<ConditionalLayer> batchNorm =
        channels ->
            numClasses() == 0
                ? new PlainBatchNorm(channels, VectorBatchNorm.EPSILON)
                : new VectorBatchNorm(channels, numClasses(), norm);
    GeneratorStages stages = child("blocks", new GeneratorStages());
    for (int i = 0; i + 1 < widths.length; i++) {
      stages.add(
          new GBlock(widths[i], widths[i + 1], true, norm, batchNorm, ResidualNames.STUDIO), null);
      if (sizes.generator().attention().contains(i + 1)) {
        stages.addAttention(StudioBigGanSizes.attention(widths[i + 1], norm));
      }
    }
    setBlocks(numClasses() == 0 ? null : new OneHot(numClasses()), linear, stages, 0);
    int last = widths[widths.length - 1];
    lastNorm = child("bn4", new BatchNorm(last, true, VectorBatchNorm.EPSILON));
    toImage = child("conv2d5", new Conv2d(last, sizes.channels(), 3, 1, 1, true, norm));
    setInitializer(sizes.init().initializer(), Parameter.Type.WEIGHT);
    setInitializer(Initializer.ZEROS, Parameter.Type.BIAS);
  }

  /** Labels to vectors of zeros and a one. */
  private static final class OneHot extends Layer {

    private final int classes;

    OneHot(int classes) {
      this.classes = classes;
    }

    @Override
    public NDArray forward(NDArray labels, boolean training) {
      return labels.oneHot(classes, DataType.FLOAT32); // (N, classes)
    }
  }

  @Override
  NDArray image(NDArray h, boolean training) {
    return toImage.forward(Activation.relu(lastNorm.forward(h, training)), training);
  }
}
