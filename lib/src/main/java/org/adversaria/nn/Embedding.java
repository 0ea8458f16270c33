package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;

/**
 * A vector for each of a number of classes, as {@code torch.nn.Embedding}.
 *
 * <p>Parameter: {@code weight (classes, width)}, initially standard normal. Under {@link
 * SpectralNorm} the classes count as the outputs of the weight.
 */
public final class Embedding extends Layer {

  private final LayerWeight weight;

  /**
   * Creates the layer.
   *
   * @param classes the number of vectors
   * @param width the size of a vector
   */
  public Embedding(int classes, int width) {
    this(classes, width, SpectralNorm.none());
  }

  /**
   * Creates the layer.
   *
   * @param classes the number of vectors
   * @param width the size of a vector
   * @param norm of the weight
   */
  public Embedding(int classes, int width, SpectralNorm norm) {
    weight = LayerWeight.declare(this, norm, Initializers.normal(1), new Shape(classes, width));
  }

  /**
   * Looks up the vectors.
   *
   * @param labels int64 {@code (N)} in [0, classes)
   * @return {@code (N, width)}
   */
  @Override
  public NDArray forward(NDArray labels, boolean training) {
    return lookup(labels, vectors(labels.getManager(), training));
  }

  /**
   * Returns the vectors of all classes, after spectral normalisation if the layer has it.
   *
   * @param manager the owner of the result
   * @param training true to run the power iteration of a spectral norm, once in a step
   * @return {@code (classes, width)}
   */
  public NDArray vectors(NDManager manager, boolean training) {
    return weight.get(manager, training);
  }

  /**
   * Looks up rows.
   *
   * @param labels int64 {@code (N)} in [0, classes)
   * @param vectors {@code (classes, width)}
   * @return {@code (N, width)}
   */
  public static NDArray lookup(NDArray labels, NDArray vectors) {
    return ai.djl.nn.core.Embedding.embedding(labels, vectors, SparseFormat.DENSE).get(0);
  }
}
