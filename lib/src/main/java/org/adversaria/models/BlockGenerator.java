package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;

/**
 * What the generators made of BigGAN's blocks have in common: a linear map of z, or of its first
 * part, to 4x4 pixels, and residual blocks that are told the class, or its shared vector joined
 * with another part of z each.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, figure 15a.
 */
abstract class BlockGenerator extends Generator {

  /** The height and width that the first layer makes. */
  static final int BOTTOM = 4;

  private Embedding shared;
  private Linear linear;
  private GeneratorStages stages;
  private int chunk;

  BlockGenerator(int latentSize, int numClasses, Shape imageShape) {
    super(latentSize, numClasses, imageShape);
  }

  /**
   * Sets the parts, which the subclass declares.
   *
   * @param shared the class embedding; null where the blocks are given labels
   * @param chunk the length of each part of a hierarchical z; 0 where z goes into the first layer
   *     only
   */
  final void setBlocks(Embedding shared, Linear linear, GeneratorStages stages, int chunk) {
    this.shared = shared;
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
   * Looks up what the blocks are told of classes: G is a function of this vector, so that there are
   * images between classes.
   *
   * @param labels int64 {@code (N)} in [0, numClasses)
   * @param training true while training
   * @return {@code (N, shared)}; the labels themselves where the embedding is not shared
   */
  public final NDArray classVectors(NDArray labels, boolean training) {
    return shared == null ? labels : shared.forward(labels, training);
  }

  /**
   * Makes images of class vectors, which need not be those of a class.
   *
   * @param z latents {@code (N, latentSize)}
   * @param y of {@link #classVectors}, or between such
   * @param training true where layers behave differently while training
   * @return images {@code (N, C, H, W)} in [-1, 1]
   */
  public final NDArray generate(NDArray z, NDArray y, boolean training) {
    NDArray first = z;
    var inputs = new NDList(stages.size() + 1);
    if (chunk > 0) {
      NDList parts = z.split(stages.size() + 1, 1);
      first = parts.get(0);
      parts.subNDList(1).forEach(part -> inputs.add(y.concat(part, 1)));
    } else {
      for (int i = 0; i < stages.size(); i++) {
        inputs.add(y);
      }
    }
    inputs.add(0, linear.forward(first, training).reshape(z.getShape().get(0), -1, BOTTOM, BOTTOM));
    NDArray h = stages.forward(inputs, training).singletonOrThrow();
    return Activation.tanh(image(h, training));
  }
}
