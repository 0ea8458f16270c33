package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import org.adversaria.nn.TorchBlock;

/** The moving mean of path lengths, see {@link PathLength}; the buffer {@code pl_mean}. */
public final class PathLengthMean extends TorchBlock {

  private final Parameter mean =
      buffer("pl_mean", Parameter.Type.OTHER, Initializer.ZEROS, new Shape());

  /** Creates the mean with the value 0. */
  public PathLengthMean() {}

  /**
   * Returns the mean.
   *
   * @return a scalar, the array itself
   */
  public NDArray value() {
    return mean.getArray();
  }

  /** {@inheritDoc} There are no inputs; the output is the mean. */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return new NDList(value());
  }
}
