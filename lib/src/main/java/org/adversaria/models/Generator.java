package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.nn.TorchBlock;

/** A network that maps latents, and conditions where it is conditional, to samples. */
public abstract class Generator extends TorchBlock {

  private final int latentSize;
  private final Condition condition;
  private final Shape imageShape;
  private boolean uniformLatents;

  /**
   * For subclasses.
   *
   * @param latentSize the size of z
   * @param condition the condition of a sample
   * @param imageShape the shape of a sample: {@code (C, H, W)} for images, {@code (D)} for vectors
   */
  protected Generator(int latentSize, Condition condition, Shape imageShape) {
    this.latentSize = latentSize;
    this.condition = condition;
    this.imageShape = imageShape;
  }

  /**
   * For subclasses that are conditional on a class, or unconditional.
   *
   * @param latentSize the size of z
   * @param numClasses the number of classes, 0 for an unconditional generator
   * @param imageShape {@code (C, H, W)}
   */
  protected Generator(int latentSize, int numClasses, Shape imageShape) {
    this(latentSize, Condition.of(numClasses), imageShape);
  }

  /**
   * Generates samples, compiled where {@link #compile} was called.
   *
   * @param z latents {@code (N, latentSize)}
   * @param y their conditions: labels, int64 {@code (N)} in [0, numClasses), or values; null for an
   *     unconditional generator
   * @param training true in training, where some layers behave differently
   * @return images {@code (N, C, H, W)} in [-1, 1], or vectors {@code (N, D)}
   */
  public final NDArray forward(NDArray z, NDArray y, boolean training) {
    return compiled(
        "forward",
        inputs(z, y),
        training,
        inputs -> compute(inputs.get(0), condition(inputs), training));
  }

  /**
   * Generates samples, operation by operation.
   *
   * @param z latents {@code (N, latentSize)}
   * @param y their conditions; null for an unconditional generator
   * @param training true in training, where some layers behave differently
   * @return the samples
   */
  protected abstract NDArray compute(NDArray z, NDArray y, boolean training);

  /** The list of x and y, without y where it is null. */
  static NDList inputs(NDArray x, NDArray y) {
    return y == null ? new NDList(x) : new NDList(x, y);
  }

  static NDArray condition(NDList inputs) {
    return inputs.size() > 1 ? inputs.get(1) : null;
  }

  /**
   * Draws latents from the paper's distribution: the standard normal unless overridden, or uniform
   * in [-1, 1] in networks of {@link Backbone#withUniformLatents}. A subclass that overrides this
   * overrides {@link #truncatedLatents} too.
   *
   * @param manager the owner of the result
   * @param count the number of latents
   * @return {@code (count, latentSize)}
   */
  public NDArray sampleLatents(NDManager manager, int count) {
    var shape = new Shape(count, latentSize);
    return uniformLatents ? manager.randomUniform(-1, 1, shape) : manager.randomNormal(shape);
  }

  /** Draws latents uniformly from now on. */
  final void setUniformLatents() {
    uniformLatents = true;
  }

  /**
   * Draws latents from a narrower distribution, which trades variety for quality: the standard
   * normal truncated at a threshold.
   *
   * <p>Source: the truncation trick, Brock et al., "Large Scale GAN Training for High Fidelity
   * Natural Image Synthesis", 2019, section 3.1.
   *
   * @param manager the owner of the result
   * @param count the number of latents
   * @param threshold the largest absolute value of an element, above 0; above 4 the effect is
   *     negligible
   * @return {@code (count, latentSize)}
   * @throws IllegalArgumentException if the threshold is not a positive number
   * @throws UnsupportedOperationException if this generator's latents are not normal
   */
  public NDArray truncatedLatents(NDManager manager, int count, double threshold) {
    if (uniformLatents) {
      throw new UnsupportedOperationException(
          "This generator draws its latents uniformly in [-1, 1]; only normal latents are truncated."
              + " Sample it without truncation");
    }
    if (!(threshold > 0 && threshold < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Latents are truncated at a positive number such as 0.5, not at " + threshold);
    }
    return TruncatedNormal.sample(manager, new Shape(count, latentSize), threshold);
  }

  /**
   * Returns the size of z.
   *
   * @return at least 1
   */
  public final int latentSize() {
    return latentSize;
  }

  /**
   * Returns the condition of a sample.
   *
   * @return the condition
   */
  public final Condition condition() {
    return condition;
  }

  /**
   * Returns the number of classes.
   *
   * @return 0 for a generator that is not conditional on a class
   */
  public final int numClasses() {
    return condition.numClasses();
  }

  /**
   * Returns the shape of one sample.
   *
   * @return {@code (C, H, W)} for images
   */
  public final Shape imageShape() {
    return imageShape;
  }

  /** {@inheritDoc} The inputs are z and y. */
  @Override
  public final NDList forward(NDList inputs, boolean training) {
    return new NDList(compute(inputs.get(0), condition(inputs), training));
  }
}
