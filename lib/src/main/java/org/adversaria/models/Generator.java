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

  /**
   * For subclasses.
   *
   * @param latentSize the length of z
   * @param condition what it is told beside z
   * @param imageShape the shape of a sample: {@code (C, H, W)} for images, {@code (D)} for vectors
   */
  protected Generator(int latentSize, Condition condition, Shape imageShape) {
    this.latentSize = latentSize;
    this.condition = condition;
    this.imageShape = imageShape;
  }

  /**
   * For subclasses that are told a class or nothing.
   *
   * @param latentSize the length of z
   * @param numClasses the number of classes, 0 for an unconditional generator
   * @param imageShape {@code (C, H, W)}
   */
  protected Generator(int latentSize, int numClasses, Shape imageShape) {
    this(latentSize, Condition.of(numClasses), imageShape);
  }

  /**
   * Makes samples, compiled where {@link #compile} was called.
   *
   * @param z latents {@code (N, latentSize)}
   * @param y their conditions: labels, int64 {@code (N)} in [0, numClasses), or values; null for an
   *     unconditional generator
   * @param training true where layers behave differently while training
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
   * Makes samples, operation by operation.
   *
   * @param z latents {@code (N, latentSize)}
   * @param y their conditions; null for an unconditional generator
   * @param training true where layers behave differently while training
   * @return the samples
   */
  protected abstract NDArray compute(NDArray z, NDArray y, boolean training);

  /** Conditions are left out where there are none. */
  static NDList inputs(NDArray x, NDArray y) {
    return y == null ? new NDList(x) : new NDList(x, y);
  }

  static NDArray condition(NDList inputs) {
    return inputs.size() > 1 ? inputs.get(1) : null;
  }

  /**
   * Draws latents from the distribution the paper prescribes, the standard normal unless a subclass
   * says otherwise; such a subclass overrides {@link #truncatedLatents} too.
   *
   * @param manager the owner of the result
   * @param count how many
   * @return {@code (count, latentSize)}
   */
  public NDArray sampleLatents(NDManager manager, int count) {
    return manager.randomNormal(new Shape(count, latentSize));
  }

  /**
   * Draws latents from a narrower distribution, which trades variety for quality: the standard
   * normal where no element exceeds a threshold in size.
   *
   * <p>Source: the truncation trick, Brock et al., "Large Scale GAN Training for High Fidelity
   * Natural Image Synthesis", 2019, section 3.1.
   *
   * @param manager the owner of the result
   * @param count how many
   * @param threshold the largest absolute value, positive; from 4 or so on nearly nothing is cut
   * @return {@code (count, latentSize)}
   * @throws IllegalArgumentException if the threshold is not a positive number
   * @throws UnsupportedOperationException if this generator's latents are not normal
   */
  public NDArray truncatedLatents(NDManager manager, int count, double threshold) {
    if (!(threshold > 0 && threshold < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Latents are truncated at a positive number such as 0.5, not at " + threshold);
    }
    return TruncatedNormal.sample(manager, new Shape(count, latentSize), threshold);
  }

  /**
   * Returns the length of a latent.
   *
   * @return the length of z
   */
  public final int latentSize() {
    return latentSize;
  }

  /**
   * Returns what this generator is told beside z.
   *
   * @return the condition
   */
  public final Condition condition() {
    return condition;
  }

  /**
   * Returns the number of classes.
   *
   * @return 0 for a generator that is not told a class
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
