package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import java.util.Map;
import org.adversaria.nn.DBlock;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.TorchOps;

/**
 * The body of WGAN-GP's residual critic at 32x32: four residual blocks, of which the first two
 * halve the size, without normalisation; the mean over the pixels of the last.
 *
 * <p>State dict: {@code blocks.0} to {@code blocks.3} with the names of {@link DBlock}; heads are
 * {@code linear}, {@code embed} and {@code classifier}. All biases are initially 0.
 *
 * <p>Source: Gulrajani et al., "Improved Training of Wasserstein GANs", 2017, appendix C and its
 * published code.
 */
final class WganGpBody32 extends Body {

  /** The height and width of the last feature map. */
  private static final int SMALLEST = 8;

  private final Sequential blocks;

  /**
   * Creates the network.
   *
   * @param width the channels of all blocks
   * @param channels of the image: 1 or 3
   */
  WganGpBody32(int width, int channels) {
    super(width, SpectralNorm.none(), Map.of("logit", "linear", "class_embedding", "embed"));
    initialValues(Parameter.Type.WEIGHT, Initializers.xavierUniform(1));
    List<DBlock> all =
        List.of(
            block(channels, width, DBlock.Place.FIRST, true),
            block(width, width, DBlock.Place.LATER, true),
            block(width, width, DBlock.Place.LATER, false),
            block(width, width, DBlock.Place.LATER, false));
    all.forEach(WganGpBody32::setInitializers);
    blocks = child("blocks", new Sequential(all));
    initialValues(Parameter.Type.BIAS, Initializer.ZEROS);
  }

  private static DBlock block(int in, int out, DBlock.Place place, boolean halves) {
    return new DBlock(in, out, place, true, halves, SpectralNorm.none());
  }

  /** Xavier's uniform weights, times sqrt(2) before a ReLU. */
  static void setInitializers(TorchBlock block) {
    block
        .getChildren()
        .forEach(
            child -> {
              if (child.getKey().startsWith("conv")) {
                double gain = child.getKey().equals("conv_sc") ? 1 : Math.sqrt(2);
                child
                    .getValue()
                    .setInitializer(Initializers.xavierUniform(gain), Parameter.Type.WEIGHT);
              }
            });
  }

  @Override
  public NDArray features(NDArray x, boolean training) {
    NDArray sums = BigGanBody.pooled(blocks.forward(x, training)); // (N, width)
    return TorchOps.scale(sums, 1.0 / (SMALLEST * SMALLEST));
  }
}
