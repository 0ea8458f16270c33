package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** A block with one input and one output. */
public abstract class Layer extends TorchBlock {

  /** For subclasses. */
  protected Layer() {}

  /**
   * Computes the output.
   *
   * @param x the input
   * @param training true where the layer behaves differently in training
   * @return the output
   */
  public abstract NDArray forward(NDArray x, boolean training);

  /** {@inheritDoc} */
  @Override
  public final NDList forward(NDList inputs, boolean training) {
    return new NDList(forward(inputs.singletonOrThrow(), training));
  }
}
