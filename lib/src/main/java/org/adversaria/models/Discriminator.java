package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.adversaria.nn.ArrayTree;
import org.adversaria.nn.TorchBlock;

/**
 * A network from samples, real or generated, to the outputs of which its method's terms are
 * functions, such as one logit, a logit and class logits, or a logit for each pixel.
 *
 * @param <O> the outputs: an array, or a record of arrays, whose first axes are the batch
 */
public abstract class Discriminator<O> extends TorchBlock {

  /** For subclasses. */
  protected Discriminator() {}

  /**
   * Computes the outputs, compiled where {@link #compile} was called.
   *
   * @param x samples, images {@code (N, C, H, W)} in [-1, 1] or vectors {@code (N, D)}
   * @param y their conditions, see {@link Condition}; null for an unconditional discriminator
   * @param training true in training, where some layers behave differently
   * @return the outputs for N samples
   */
  public final O forward(NDArray x, NDArray y, boolean training) {
    return compiled(
        "forward",
        Generator.inputs(x, y),
        training,
        inputs -> compute(inputs.get(0), Generator.condition(inputs), training));
  }

  /**
   * Computes the outputs, operation by operation.
   *
   * @param x samples
   * @param y their conditions; null for an unconditional discriminator
   * @param training true in training, where some layers behave differently
   * @return the outputs
   */
  protected abstract O compute(NDArray x, NDArray y, boolean training);

  /** {@inheritDoc} The inputs are x and y; the outputs those of the typed method, in order. */
  @Override
  public final NDList forward(NDList inputs, boolean training) {
    return ArrayTree.flatten(compute(inputs.get(0), Generator.condition(inputs), training));
  }
}
