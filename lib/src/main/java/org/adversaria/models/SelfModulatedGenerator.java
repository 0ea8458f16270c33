package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import java.util.Collections;
import org.adversaria.nn.ConditionalBatchNorm;
import org.adversaria.nn.GBlock;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;

/**
 * The generator of BigGAN without classes, by self-modulation: z enters the first layer, and gains
 * and biases of all normalisations are functions of z, see {@link
 * ConditionalBatchNorm#selfModulated}.
 *
 * <p>State dict, by the names of U-Net GAN's code: {@code linear}, {@code blocks.i.0} (residual),
 * {@code blocks.i.1} (attention), {@code output_layer.0} and {@code output_layer.2}.
 *
 * <p>Source: Chen et al., "On Self Modulation for Generative Adversarial Networks", ICLR 2019; on
 * BigGAN's blocks Schoenfeld et al., "A U-Net Based Discriminator for Generative Adversarial
 * Networks", 2020, published code.
 */
final class SelfModulatedGenerator extends Generator {

  private static final double EPSILON = 1e-5;

  private final Linear linear;
  private final GeneratorStages stages;
  private final Sequential outputLayer;

  /**
   * Creates the network.
   *
   * @param sizes the settings that it shares with the discriminator
   * @param latentSize the size of z; 128 in U-Net GAN's code
   * @throws IllegalArgumentException if the resolution is unknown or a block with attention has
   *     fewer than 8 channels
   */
  SelfModulatedGenerator(BigGanSizes sizes, int latentSize) {
    super(latentSize, new Condition.None(), sizes.imageShape());
    int[] widths = sizes.generatorWidths();
    SpectralNorm norm = sizes.norm();
    int first = widths[0] * BlockGenerator.BOTTOM * BlockGenerator.BOTTOM;
    linear = child("linear", new Linear(latentSize, first, true, norm));
    stages = child("blocks", new GeneratorStages());
    for (int i = 0; i + 1 < widths.length; i++) {
      stages.add(
          new GBlock(
              widths[i],
              widths[i + 1],
              true,
              norm,
              channels -> ConditionalBatchNorm.selfModulated(channels, latentSize, EPSILON)),
          BigGanGenerator.attention(sizes, (2 * BlockGenerator.BOTTOM) << i, widths[i + 1]));
    }
    outputLayer =
        child("output_layer", BigGanGenerator.outputLayer(sizes, widths[widths.length - 1]));
    setInitializer(sizes.init().initializer(), Parameter.Type.WEIGHT);
  }

  @Override
  protected NDArray compute(NDArray z, NDArray labels, boolean training) {
    NDArray h = linear.forward(z, training);
    long rows = z.getShape().get(0);
    var inputs = new NDList(h.reshape(rows, -1, BlockGenerator.BOTTOM, BlockGenerator.BOTTOM));
    inputs.addAll(Collections.nCopies(stages.size(), z));
    h = stages.forward(inputs, training).singletonOrThrow();
    return Activation.tanh(outputLayer.forward(h, training));
  }
}
