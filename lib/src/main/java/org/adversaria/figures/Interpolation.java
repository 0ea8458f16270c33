package org.adversaria.figures;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * Ways between two latent vectors: what to feed a generator for a picture that shows how smoothly
 * it goes from one image to another.
 */
public final class Interpolation {

  /** Below this sine of the angle the directions count as parallel: float32 holds no more. */
  private static final double PARALLEL = 1e-6;

  private Interpolation() {}

  /**
   * The straight line from {@code a} to {@code b}, in equal steps. For latents that are uniform on
   * a cube.
   *
   * @param a the first latent, {@code (Z)} or {@code (1, Z)}, float32
   * @param b the last latent, as many numbers
   * @param steps how many points, the two ends included; at least 2
   * @return {@code (steps, Z)} float32, attached to the manager of {@code a}; the first row is
   *     exactly {@code a}, the last exactly {@code b}
   * @throws IllegalArgumentException if the latents do not match or {@code steps} is below 2
   */
  public static NDArray linear(NDArray a, NDArray b, int steps) {
    return path(a, b, steps, t -> new double[] {1 - t, t});
  }

  /**
   * The great circle from {@code a} to {@code b}, in equal angles. For Gaussian latents: in many
   * dimensions they lie close to a sphere, and the straight line leaves it and passes through
   * lengths that the generator has never seen (White, "Sampling Generative Networks", 2016, section
   * 2.1; the formula is Shoemake's, SIGGRAPH 1985).
   *
   * <p>The point at t is a sin((1 - t) w) / sin w + b sin(t w) / sin w, w the angle between a and
   * b. Where that is not defined (parallel or opposite vectors, or one of length zero) it is the
   * straight line.
   *
   * @param a the first latent, {@code (Z)} or {@code (1, Z)}, float32
   * @param b the last latent, as many numbers
   * @param steps how many points, the two ends included; at least 2
   * @return {@code (steps, Z)} float32, attached to the manager of {@code a}; the first row is
   *     exactly {@code a}, the last exactly {@code b}
   * @throws IllegalArgumentException if the latents do not match or {@code steps} is below 2
   */
  public static NDArray spherical(NDArray a, NDArray b, int steps) {
    double angle = angle(vector(a), vector(b));
    double sine = Math.sin(angle);
    if (!(sine > PARALLEL)) {
      return linear(a, b, steps);
    }
    return path(
        a,
        b,
        steps,
        t -> new double[] {Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine});
  }

  /** The weights of the two ends at a moment between 0 and 1. */
  private interface Weights {
    double[] at(double t);
  }

  private static NDArray path(NDArray a, NDArray b, int steps, Weights weights) {
    float[] from = vector(a);
    float[] to = vector(b);
    if (from.length != to.length) {
      throw new IllegalArgumentException(
          "Latents of different length: " + a.getShape() + " and " + b.getShape());
    }
    if (steps < 2) {
      throw new IllegalArgumentException(
          "An interpolation has its two ends, so at least 2 steps, not " + steps);
    }
    int size = from.length;
    float[] points = Arrays.copyOf(from, steps * size);
    System.arraycopy(to, 0, points, (steps - 1) * size, size);
    for (int s = 1; s < steps - 1; s++) {
      double[] w = weights.at(s / (steps - 1.0));
      for (int i = 0; i < size; i++) {
        points[s * size + i] = (float) (w[0] * from[i] + w[1] * to[i]);
      }
    }
    return a.getManager().create(points, new Shape(steps, size));
  }

  private static double angle(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return Math.acos(Math.max(-1, Math.min(1, dot / Math.sqrt(aa * bb))));
  }

  private static float[] vector(NDArray latent) {
    Shape shape = latent.getShape();
    boolean one = shape.dimension() == 1 || (shape.dimension() == 2 && shape.get(0) == 1);
    if (!one || latent.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "A latent is one float32 vector, (Z) or (1, Z), not "
              + latent.getDataType()
              + " "
              + shape);
    }
    return latent.toFloatArray();
  }
}
