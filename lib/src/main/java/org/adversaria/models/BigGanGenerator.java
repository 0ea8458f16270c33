package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.function.IntFunction;
import org.adversaria.nn.ConditionalBatchNorm;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.GBlock;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.SelfAttention;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.nn.StoredBatchNorm;
import org.adversaria.torch.Text;

/**
 * The generator of BigGAN: a linear map of z to 4x4 pixels, residual blocks that double the size,
 * each normalised by the class, self-attention in between, and a tanh.
 *
 * <p>State dict, by the names of BigGAN's PyTorch code: {@code shared} where the embedding is
 * shared, {@code linear}, {@code blocks.i.0} (residual), {@code blocks.i.1} (attention), {@code
 * output_layer.0} and {@code output_layer.2}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, section 3, appendix B and tables 4 to 6.
 */
public final class BigGanGenerator extends BlockGenerator {

  private static final double EPSILON = 1e-5;

  private final Sequential outputLayer;

  /**
   * Creates the network.
   *
   * @param backbone the settings that it shares with the discriminator
   * @param latent how z and the class enter it
   * @throws IllegalArgumentException if the resolution is unknown, there are no classes, a
   *     hierarchical z has no shared embedding or fewer elements than layers, or a block with
   *     attention has fewer than 8 channels
   */
  public BigGanGenerator(BigGanSizes backbone, BigGanLatent latent) {
    super(
        latentSize(backbone, latent, latent.shared()),
        new Condition.Classes(requireClasses(backbone)),
        backbone.imageShape());
    Embedding shared =
        latent.shared() == 0 ? null : child("shared", new Embedding(numClasses(), latent.shared()));
    outputLayer = build(backbone, latent, shared, latent.shared());
  }

  /**
   * Creates IC-GAN's network, whose blocks are normalised by an instance and its class.
   *
   * @param backbone the settings that it shares with the discriminator
   * @param latent how z enters it
   * @param vectors maps conditions to the vectors that all blocks share
   */
  BigGanGenerator(BigGanSizes backbone, BigGanLatent latent, InstanceVectors vectors) {
    super(
        latentSize(backbone, latent, vectors.width()), vectors.condition(), backbone.imageShape());
    outputLayer = build(backbone, latent, child("", vectors), vectors.width());
  }

  /**
   * Declares all layers behind the vectors of the condition, and returns the last one.
   *
   * @param vectors maps conditions to vectors; null for an embedding in every normalisation
   * @param width of these vectors
   */
  private Sequential build(BigGanSizes backbone, BigGanLatent latent, Layer vectors, int width) {
    int[] widths = backbone.generatorWidths();
    int first = latent.hierarchical() ? latentSize() / widths.length : latentSize();
    int chunk = latent.hierarchical() ? first : 0;
    SpectralNorm norm = backbone.norm();
    Linear linear = child("linear", new Linear(first, widths[0] * BOTTOM * BOTTOM, true, norm));
    IntFunction<ConditionalBatchNorm> batchNorm =
        channels ->
            vectors == null
                ? ConditionalBatchNorm.perClass(channels, numClasses(), EPSILON)
                : ConditionalBatchNorm.linear(channels, width + chunk, norm, EPSILON);
    GeneratorStages stages = child("blocks", new GeneratorStages());
    for (int i = 0; i + 1 < widths.length; i++) {
      stages.add(
          new GBlock(widths[i], widths[i + 1], true, norm, batchNorm),
          attention(backbone, (2 * BOTTOM) << i, widths[i + 1]));
    }
    setBlocks(vectors, linear, stages, chunk);
    Sequential last = child("output_layer", outputLayer(backbone, widths[widths.length - 1]));
    setInitializer(backbone.init().initializer(), Parameter.Type.WEIGHT);
    return last;
  }

  private static int latentSize(BigGanSizes backbone, BigGanLatent latent, int sharedWidth) {
    if (!latent.hierarchical()) {
      return latent.size();
    }
    int parts = backbone.generatorWidths().length;
    if (sharedWidth == 0 || latent.size() < parts) {
      throw new IllegalArgumentException(
          Text.format(
                  "A hierarchical z needs a shared embedding and at least %d elements at %d pixels, but",
                  parts, backbone.resolution())
              + " this is "
              + latent);
    }
    return latent.size() / parts * parts;
  }

  /** The number of classes, of a network that has them. */
  static int requireClasses(BigGanSizes backbone) {
    if (backbone.numClasses() < 1) {
      throw new IllegalArgumentException(
          "BigGAN's generators are class-conditional: give the number of classes, 1 for one kind"
              + " of images, not "
              + backbone.numClasses());
    }
    return backbone.numClasses();
  }

  /** The attention after a block that ends at a resolution, or null. */
  static SelfAttention attention(BigGanSizes backbone, int resolution, int channels) {
    return backbone.attention().contains(resolution)
        ? new SelfAttention(channels, backbone.norm())
        : null;
  }

  /** Normalisation, ReLU and the convolution to the image. */
  static Sequential outputLayer(BigGanSizes backbone, int width) {
    return new Sequential(
        List.of(
            new StoredBatchNorm(width),
            Elementwise.relu(),
            new Conv2d(width, backbone.channels(), 3, 1, 1, true, backbone.norm())));
  }

  @Override
  NDArray image(NDArray h, boolean training) {
    return outputLayer.forward(h, training);
  }
}
