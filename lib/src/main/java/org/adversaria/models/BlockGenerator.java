package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;

/**
 * The base of generators of BigGAN's blocks: a linear map of z, or of its first part, to 4x4
 * pixels, and residual blocks whose condition is the class, or the class's shared vector
 * concatenated with a further part of z.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, figure 15a.
 */
abstract class BlockGenerator extends Generator {

  /** The height and width of the first layer's output. */
  static final int BOTTOM = 4;

  private Layer classes;
  private Linear linear;
  private GeneratorStages stages;
  private int chunk;

  BlockGenerator(int latentSize, int numClasses, Shape imageShape) {
    super(latentSize, numClasses, imageShape);
  }

  /**
   * Sets the layers, which the subclass declares.
   *
   * @param classes maps labels to vectors, as an embedding that all blocks share does; null where
   *     the blocks' condition is the label, and without classes
   * @param chunk the size of each part of a hierarchical z; 0 where z enters the first layer only
   */
  final void setBlocks(Layer classes, Linear linear, GeneratorStages stages, int chunk) {
    this.classes = classes;
    this.linear = linear;
    this.stages = stages;
    this.chunk = chunk;
  }

  /** Maps the last block's output to pixels, before the tanh. */
  abstract NDArray image(NDArray h, boolean training);

  /** {@inheritDoc} */
  @Override
  protected final NDArray compute(NDArray z, NDArray labels, boolean training) {
    return generate(z, classVectors(labels, training), training);
  }

  /**
   * Looks up the class vectors. G is a function of z and such a vector, so that vectors between two
   * classes give images between them.
   *
   * @param labels int64 {@code (N)} in [0, numClasses)
   * @param training true in training
   * @return {@code (N, width)}; the labels themselves where blocks have embeddings of their own
   */
  public final NDArray classVectors(NDArray labels, boolean training) {
    return classes == null ? labels : classes.forward(labels, training);
  }

  /**
   * Generates images from class vectors, also from others than those of a class.
   *
   * @param z latents {@code (N, latentSize)}
   * @param y {@code (N, width)}, as those of {@link #classVectors}, or labels; null without classes
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
   * @param labels int64 {@code (N)} in [0, numClasses); null without classes
   * @return for each self-attention, from z to the image, {@code (N, H W, H W / 4)}
   */
  public final NDList attentionMaps(NDArray z, NDArray labels) {
    return stages.attentionMaps(stageInputs(z, classVectors(labels, false), false));
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
