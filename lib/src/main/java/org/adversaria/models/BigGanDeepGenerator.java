package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import java.util.function.IntFunction;
import org.adversaria.nn.ConditionalBatchNorm;
import org.adversaria.nn.DeepGBlock;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;

/**
 * The generator of BigGAN-deep: two bottleneck blocks at each size, the second of which doubles it.
 *
 * <p>The concatenation of the class's shared vector and z is the input of the first layer and the
 * condition of every normalisation.
 *
 * <p>State dict, by the names of BigGAN's PyTorch code: {@code shared}, {@code linear}, {@code
 * blocks.i.0} for each of the blocks, {@code blocks.i.1} for the attention after block i, {@code
 * output_layer.0} and {@code output_layer.2}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, appendix B.1 and tables 7 to 9.
 */
public final class BigGanDeepGenerator extends Generator {

  private static final int BOTTOM = 4;
  private static final double EPSILON = 1e-5;

  private final Embedding shared;
  private final Linear linear;
  private final GeneratorStages stages;
  private final Sequential outputLayer;

  /**
   * Creates the network.
   *
   * @param backbone the settings that it shares with the discriminator; at 128 pixels and more its
   *     width is at least 2
   * @param latentSize the size of z; the paper's is 128
   * @param sharedSize the width of the class embedding; the paper's is 128
   * @throws IllegalArgumentException if the resolution is unknown, there are no classes, or a block
   *     has too few channels
   */
  public BigGanDeepGenerator(BigGanSizes backbone, int latentSize, int sharedSize) {
    super(
        latentSize,
        new Condition.Classes(BigGanGenerator.requireClasses(backbone)),
        backbone.imageShape());
    int[] widths = backbone.generatorWidths();
    SpectralNorm norm = backbone.norm();
    int conditionWidth = sharedSize + latentSize;
    shared = child("shared", new Embedding(numClasses(), sharedSize));
    linear = child("linear", new Linear(conditionWidth, widths[0] * BOTTOM * BOTTOM, true, norm));
    IntFunction<ConditionalBatchNorm> batchNorm =
        channels -> ConditionalBatchNorm.linear(channels, conditionWidth, norm, EPSILON);
    stages = child("blocks", new GeneratorStages());
    for (int i = 0; i + 1 < widths.length; i++) {
      stages.add(new DeepGBlock(widths[i], widths[i], false, norm, batchNorm), null);
      stages.add(
          new DeepGBlock(widths[i], widths[i + 1], true, norm, batchNorm),
          BigGanGenerator.attention(backbone, (2 * BOTTOM) << i, widths[i + 1]));
    }
    outputLayer =
        child("output_layer", BigGanGenerator.outputLayer(backbone, widths[widths.length - 1]));
    setInitializer(backbone.init().initializer(), Parameter.Type.WEIGHT);
  }

  /** {@inheritDoc} */
  @Override
  protected NDArray compute(NDArray z, NDArray labels, boolean training) {
    return generate(z, classVectors(labels, training), training);
  }

  /**
   * Looks up the class vectors. G is a function of z and such a vector, so that vectors between two
   * classes give images between them.
   *
   * @param labels int64 {@code (N)} in [0, numClasses)
   * @param training true in training
   * @return {@code (N, sharedSize)}
   */
  public NDArray classVectors(NDArray labels, boolean training) {
    return shared.forward(labels, training);
  }

  /**
   * Generates images from class vectors, also from others than those of a class.
   *
   * @param z latents {@code (N, latentSize)}
   * @param vectors {@code (N, sharedSize)}, as those of {@link #classVectors}
   * @param training true in training, where some layers behave differently
   * @return images {@code (N, C, H, W)} in [-1, 1]
   */
  public NDArray generate(NDArray z, NDArray vectors, boolean training) {
    NDArray y = vectors.concat(z, 1);
    NDArray h = linear.forward(y, training).reshape(z.getShape().get(0), -1, BOTTOM, BOTTOM);
    var inputs = new NDList(h);
    for (int i = 0; i < stages.size(); i++) {
      inputs.add(y);
    }
    h = stages.forward(inputs, training).singletonOrThrow();
    return Activation.tanh(outputLayer.forward(h, training));
  }
}
