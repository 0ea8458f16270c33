package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.Arrays;
import org.adversaria.torch.DataTypes;

/** Low-pass filters for {@link Upfirdn2d}. */
final class FirFilter {

  /** StyleGAN2's filter along an axis: the binomial coefficients. */
  private static final double[] BINOMIAL = {1, 3, 3, 1};

  /** Its height and width. */
  public static final int TAPS = BINOMIAL.length;

  /** Its shape. */
  public static final Shape SHAPE = new Shape(TAPS, TAPS);

  /** The number of taps from which on a filter is stored as a vector. */
  private static final int SEPARABLE = 8;

  private FirFilter() {}

  /**
   * Creates a filter from a vector, as {@code setup_filter} of the published code: the outer
   * product of the vector with itself, or the vector if it has eight taps or more, with the sum 1.
   *
   * @param manager the owner of the result
   * @param taps the vector
   * @return {@code (n, n)} or {@code (n)}
   */
  public static NDArray of(NDManager manager, double... taps) {
    double sum = Arrays.stream(taps).sum();
    var unit = new float[taps.length];
    for (int i = 0; i < taps.length; i++) {
      unit[i] = (float) (taps[i] / sum);
    }
    NDArray vector = manager.create(unit);
    return taps.length >= SEPARABLE ? vector : vector.reshape(-1, 1).matMul(vector.reshape(1, -1));
  }

  /** Declares a buffer of a block: {@code this::buffer}. */
  @FunctionalInterface
  interface Buffers {
    Parameter declare(String name, Parameter.Type type, Initializer first, Shape shape);
  }

  /**
   * Declares StyleGAN2's filter in a block, under the published code's name.
   *
   * @param buffers of the block
   * @return the buffer
   */
  static Parameter declare(Buffers buffers) {
    Initializer first =
        (manager, shape, type) -> of(manager, BINOMIAL).toType(DataTypes.require(type), false);
    return buffers.declare("resample_filter", Parameter.Type.OTHER, first, SHAPE);
  }
}
