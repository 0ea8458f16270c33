package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.Arrays;
import org.adversaria.torch.DataTypes;

/** The low-pass filters that {@link Upfirdn2d} takes. */
final class FirFilter {

  /** StyleGAN2's filter along an axis: the binomial coefficients. */
  private static final double[] BINOMIAL = {1, 3, 3, 1};

  /** Its height and width. */
  public static final int TAPS = BINOMIAL.length;

  /** Its shape. */
  public static final Shape SHAPE = new Shape(TAPS, TAPS);

  /** From how many taps on a filter is kept as a vector. */
  private static final int SEPARABLE = 8;

  private FirFilter() {}

  /**
   * Makes a filter of a vector, as {@code setup_filter} of the published code does: the outer
   * product of the vector with itself, or the vector where it has eight taps or more; its sum is 1.
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

  /** How a block declares a buffer: its own {@code this::buffer}. */
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
