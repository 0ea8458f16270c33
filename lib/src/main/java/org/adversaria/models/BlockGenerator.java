package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;

/**
 * The base of generators of BigGAN's blocks: a linear map of z, or of its first part, to 4x4
 * pixels, and residual blocks whose condition is the class, or the vector of the class or of the
 * instance concatenated with a further part of z.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, figure 15a.
 */
abstract class BlockGenerator extends Generator {

  /** The height and width of the first layer's output. */
  static final int BOTTOM = 4;

  private Layer vectors;
  private Linear linear;
  private GeneratorStages stages;
  private int chunk;

  BlockGenerator(int latentSize, Condition condition, Shape imageShape) {
    super(latentSize, condition, imageShape);
  }

  BlockGenerator(int latentSize, int numClasses, Shape imageShape) {
    this(latentSize, Condition.of(numClasses), imageShape);
  }

  /**
   * Sets the layers, which the subclass declares.
   *
   * @param vectors maps conditions to vectors, as an embedding that all blocks share does; null
   *     where the blocks' condition is the label, and without conditions
   * @param chunk the size of each part of a hierarchical z; 0 where z enters the first layer only
   */
  final void setBlocks(Layer vectors, Linear linear, GeneratorStages stages, int chunk) {
    this.vectors = vectors;
    this.linear = linear;
    this.stages = stages;
    this.chunk = chunk;
  }

  /** Maps the last block's output to pixels, before the tanh. */
  abstract NDArray image(NDArray h, boolean training);

  /** {@inheritDoc} */
  @Override
  protected final NDArray compute(NDArray z, NDArray y, boolean training) {
    return generate(z, classVectors(y, training), training);
  }

  /**
   * Computes the vectors of classes, or of instances. G is a function of z and such a vector, so
   * that vectors between two classes give images between them.
   *
   * @param y conditions: labels, int64 {@code (N)} in [0, numClasses), or instances
   * @param training true in training
   * @return {@code (N, width)}; the labels themselves where blocks have embeddings of their own
   */
  public final NDArray classVectors(NDArray y, boolean training) {
    return vectors == null ? y : vectors.forward(y, training);
  }

  /**
   * Generates images from vectors, also from others than those of a class or an instance.
   *
   * @param z latents {@code (N, latentSize)}
   * @param y {@code (N, width)}, as those of {@link #classVectors}, or labels; null without
   *     conditions
   * @param training true in training, where some layers behave differently
   * @return images {@code (N, C, H, W)} in [-1, 1]
   */
  public final NDArray generate(NDArray z, NDArray y, boolean training) {
    NDArray h = stages.forward(stageInputs(z, y, training), training).singletonOrThrow();
    return Activation.tanh(image(h, training));
  }

  /**
   * Computes the maps of the self-attention layers, in evaluation mode, see {@link
   * org.adversaria.nn.SelfAttention#attention}.
   *
   * @param z latents {@code (N, latentSize)}
   * @param y conditions, as of {@link #classVectors}; null without
   * @return for each self-attention, from z to the image, {@code (N, H W, H W / 4)}
   */
  public final NDList attentionMaps(NDArray z, NDArray y) {
    return stages.attentionMaps(stageInputs(z, classVectors(y, false), false));
  }

  /** The first feature map {@code (N, C, 4, 4)} and the condition of each block, if any. */
  private NDList stageInputs(NDArray z, NDArray y, boolean training) {
    NDArray firstPart = z;
    var inputs = new NDList(stages.size() + 1);
    if (chunk > 0) {
      NDList parts = z.split(stages.size() + 1, 1);
      firstPart = parts.get(0);
      parts.subNDList(1).forEach(part -> inputs.add(y.concat(part, 1)));
    } else if (y != null) {
      for (int i = 0; i < stages.size(); i++) {
        inputs.add(y);
      }
    }
    inputs.add(
        0, linear.forward(firstPart, training).reshape(z.getShape().get(0), -1, BOTTOM, BOTTOM));
    return inputs;
  }
}
