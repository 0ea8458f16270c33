package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Pixel blitting and general geometric transforms of {@link Ada}: each image's product of those
 * that act, executed at once by {@link GeometricWarp}.
 *
 * <p>Source: Karras et al., "Training Generative Adversarial Networks with Limited Data", 2020,
 * appendix B, pixel blitting and general geometric transformations.
 */
final class AdaGeometry {

  static final String SECOND_ROTATION = "rotate.after";

  private final AdaDraws draws;
  private final double p;
  private final int height;
  private final int width;

  /**
   * G^-1 of each image: from the places (x, y, 1) of the result, from its centre, to the image's.
   */
  private final Matrix[] inverse;

  private AdaGeometry(AdaDraws draws, double p, int height, int width) {
    this.draws = draws;
    this.p = p;
    this.height = height;
    this.width = width;
    inverse = new Matrix[draws.count()];
    Arrays.fill(inverse, Matrix.identity(3));
  }

  static NDArray apply(NDArray images, AdaTransforms transforms, AdaDraws draws, double p) {
    int height = (int) images.getShape().get(2);
    int width = (int) images.getShape().get(3);
    var geometry = new AdaGeometry(draws, p, height, width);
    geometry.blit(transforms.blitting());
    geometry.move(transforms.geometry());
    return GeometricWarp.apply(images, geometry.inverse);
  }

  private void blit(AdaTransforms.Blitting t) {
    if (t.xflip() > 0) {
      double[] i = draws.uniform("xflip", t.xflip() * p, 0, u -> Math.floor(2 * u));
      then(n -> Matrix.scale2d(1 - 2 * i[n], 1));
    }
    if (t.rotate90() > 0) {
      double[] i = draws.uniform("rotate90", t.rotate90() * p, 0, u -> Math.floor(4 * u));
      then(n -> Matrix.rotate2d(Math.PI / 2 * i[n]));
    }
    if (t.xint() > 0) {
      double[] u = draws.uniform("xint", 2);
      boolean[] acts = draws.acts("xint", t.xint() * p);
      double[] by = draws.gated(u, acts, 0, v -> (2 * v - 1) * t.xintMax());
      // Halves are rounded to even numbers, as PyTorch does.
      then(n -> translate(Math.rint(by[2 * n] * width), Math.rint(by[2 * n + 1] * height)));
    }
  }

  private void move(AdaTransforms.Geometry t) {
    if (t.scale() > 0) {
      double[] s = draws.normal("scale", t.scale() * p, 1, z -> exp2(z * t.scaleStd()));
      then(n -> Matrix.scale2d(1 / s[n], 1 / s[n]));
    }
    rotate("rotate", t);
    if (t.aniso() > 0) {
      double[] s = draws.normal("aniso", t.aniso() * p, 1, z -> exp2(z * t.anisoStd()));
      then(n -> Matrix.scale2d(1 / s[n], s[n]));
    }
    rotate(SECOND_ROTATION, t);
    if (t.xfrac() > 0) {
      double[] z = draws.normal("xfrac", 2);
      boolean[] acts = draws.acts("xfrac", t.xfrac() * p);
      double[] by = draws.gated(z, acts, 0, v -> v * t.xfracStd());
      then(n -> translate(by[2 * n] * width, by[2 * n + 1] * height));
    }
  }

  /** The probability that one of both rotations acts, or both, is rotate p. */
  private void rotate(String name, AdaTransforms.Geometry t) {
    if (t.rotate() > 0) {
      double each = 1 - Math.sqrt(Math.max(0, 1 - t.rotate() * p));
      double[] angle = draws.uniform(name, each, 0, u -> (2 * u - 1) * Math.PI * t.rotateMax());
      then(n -> Matrix.rotate2d(angle[n]));
    }
  }

  /** The inverse of a shift by x and y. */
  private static Matrix translate(double x, double y) {
    return Matrix.translate2d(-x, -y);
  }

  private static double exp2(double x) {
    return Math.pow(2, x);
  }

  /** Appends a transform, whose inverse is given. */
  private void then(IntFunction<Matrix> inverseOfNext) {
    for (int n = 0; n < inverse.length; n++) {
      inverse[n] = inverse[n].times(inverseOfNext.apply(n));
    }
  }
}
