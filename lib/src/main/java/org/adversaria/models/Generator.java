package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.nn.TorchBlock;

/** A network that maps latents, and labels where it is conditional, to images. */
public abstract class Generator extends TorchBlock {

  private final int latentSize;
  private final int numClasses;
  private final Shape imageShape;

  /**
   * For subclasses.
   *
   * @param latentSize the length of z
   * @param numClasses the number of classes, 0 for an unconditional generator
   * @param imageShape {@code (C, H, W)}
   */
  protected Generator(int latentSize, int numClasses, Shape imageShape) {
    this.latentSize = latentSize;
    this.numClasses = numClasses;
    this.imageShape = imageShape;
  }

  /**
   * For another way to compute what a generator computes.
   *
   * @param other whose parameters and sizes this generator has
   */
  protected Generator(Generator other) {
    super(other);
    latentSize = other.latentSize;
    numClasses = other.numClasses;
    imageShape = other.imageShape;
  }

  /**
   * Makes images.
   *
   * @param z latents {@code (N, latentSize)}
   * @param labels int64 {@code (N)} in [0, numClasses); null for an unconditional generator
   * @param training true where layers behave differently while training
   * @return images {@code (N, C, H, W)} in [-1, 1]
   */
  public abstract NDArray forward(NDArray z, NDArray labels, boolean training);

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
   * Returns the number of classes.
   *
   * @return 0 for an unconditional generator
   */
  public final int numClasses() {
    return numClasses;
  }

  /**
   * Returns the shape of one image.
   *
   * @return {@code (C, H, W)}
   */
  public final Shape imageShape() {
    return imageShape;
  }

  /** {@inheritDoc} */
  @Override
  public final NDList forward(NDList inputs, boolean training) {
    NDArray labels = inputs.size() > 1 ? inputs.get(1) : null;
    return new NDList(forward(inputs.get(0), labels, training));
  }
}
