package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import java.util.function.IntFunction;
import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.ClassBatchNorm;
import org.adversaria.nn.ConditionalLayer;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.GBlock;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Linear;
import org.adversaria.nn.SpectralNorm;

/**
 * The residual generator of WGAN-GP at 32x32: a linear map of z to 4x4 pixels, three residual
 * blocks that double the size, batch normalisation, ReLU, a convolution and tanh. With classes the
 * blocks' batch normalisations are {@link ClassBatchNorm}s.
 *
 * <p>State dict: {@code linear}, {@code block1} to {@code block3} with the names of {@link GBlock},
 * {@code bn}, {@code conv}. All biases are initially 0.
 *
 * <p>Source: Gulrajani et al., "Improved Training of Wasserstein GANs", 2017, appendix C and its
 * published code.
 */
final class WganGpGenerator32 extends Generator {

  private static final int BOTTOM = 4;
  private static final double EPSILON = 1e-5;

  private final Linear linear;
  private final List<GBlock> blocks;
  private final BatchNorm bn;
  private final Conv2d conv;

  /**
   * Creates the network.
   *
   * @param latent the size of z
   * @param width the channels of all blocks
   * @param channels of the image: 1 or 3
   * @param numClasses the number of classes, 0 for an unconditional generator
   */
  WganGpGenerator32(int latent, int width, int channels, int numClasses) {
    super(latent, numClasses, new Shape(channels, 32, 32));
    IntFunction<ConditionalLayer> norms =
        count ->
            numClasses == 0
                ? new PlainBatchNorm(count, EPSILON)
                : new ClassBatchNorm(count, numClasses);
    linear = child("linear", new Linear(latent, BOTTOM * BOTTOM * width));
    blocks =
        List.of(
            child("block1", new GBlock(width, width, true, SpectralNorm.none(), norms)),
            child("block2", new GBlock(width, width, true, SpectralNorm.none(), norms)),
            child("block3", new GBlock(width, width, true, SpectralNorm.none(), norms)));
    bn = child("bn", new BatchNorm(width));
    conv = child("conv", new Conv2d(width, channels, 3, 1, 1, true));
    blocks.forEach(WganGpBody32::setInitializers);
    linear.setInitializer(Initializers.xavierUniform(1), Parameter.Type.WEIGHT);
    conv.setInitializer(Initializers.xavierUniform(1), Parameter.Type.WEIGHT);
    setInitializer(Initializer.ZEROS, Parameter.Type.BIAS);
  }

  @Override
  protected NDArray compute(NDArray z, NDArray labels, boolean training) {
    NDArray h = linear.forward(z, training).reshape(z.getShape().get(0), -1, BOTTOM, BOTTOM);
    for (GBlock block : blocks) {
      h = block.forward(h, labels, training);
    }
    h = Activation.relu(bn.forward(h, training));
    return Activation.tanh(conv.forward(h, training));
  }
}
