package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** A block with one input and a condition, such as a class. */
public abstract class ConditionalLayer extends TorchBlock {

  /** For subclasses. */
  protected ConditionalLayer() {}

  /**
   * Computes the output.
   *
   * @param x the input
   * @param y the condition: int64 labels {@code (N)} or vectors {@code (N, width)}, see the layer
   * @param training true where the layer behaves differently in training
   * @return the output
   */
  public abstract NDArray forward(NDArray x, NDArray y, boolean training);

  /** {@inheritDoc} */
  @Override
  public final NDList forward(NDList inputs, boolean training) {
    return new NDList(forward(inputs.get(0), inputs.get(1), training));
  }
}
