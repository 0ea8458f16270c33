package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;

/**
 * Maxout: each unit is the maximum of several affine pieces.
 *
 * <p>One affine map computes all pieces, unit by unit: piece j of unit i is its output {@code i
 * pieces + j}. Parameters: {@code weight (units pieces, in)}, {@code bias (units pieces)}.
 *
 * <p>Source: Goodfellow et al., "Maxout Networks", 2013, section 3.
 */
public final class Maxout extends Layer {

  private final Parameter weight;
  private final Parameter bias;
  private final int units;
  private final int pieces;

  /**
   * Creates the layer.
   *
   * @param in the number of inputs
   * @param units the number of outputs
   * @param pieces the affine pieces of a unit
   */
  public Maxout(int in, int units, int pieces) {
    this.units = units;
    this.pieces = pieces;
    int all = units * pieces;
    weight =
        parameter("weight", Parameter.Type.WEIGHT, Initializers.torchDefault(), new Shape(all, in));
    bias = parameter("bias", Parameter.Type.BIAS, Initializers.uniformByFan(in), new Shape(all));
  }

  /**
   * Computes the maximum over the pieces of each unit.
   *
   * @param x {@code (N, in)}
   * @return {@code (N, units)}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    NDArray pieceValues = Linear.linear(x, weight.getArray(), bias.getArray()).get(0);
    return pieceValues.reshape(-1, units, pieces).max(new int[] {2});
  }
}
