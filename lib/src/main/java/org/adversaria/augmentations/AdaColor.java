package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.adversaria.torch.DataTypes;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * Colour transforms of {@link Ada}: each image's product of those that act, applied to all of its
 * pixels.
 *
 * <p>Source: Karras et al., "Training Generative Adversarial Networks with Limited Data", 2020,
 * appendix B, color transformations. Of a grey image the mean of the three colours is taken.
 */
final class AdaColor {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def color(self, x: Tensor, m: Tensor) -> Tensor:
            channels = torch.size(x, 1)
            factor = torch.slice(m, 2, 0, channels, 1)
            offset = torch.slice(m, 2, channels, None, 1)
            y = torch.baddbmm(offset, factor, torch.flatten(x, 2))
            return torch.reshape(y, torch.size(x))
          """);

  private final AdaDraws draws;
  private final double p;

  /** C of each image: from the colours (r, g, b, 1) of the image to those of the result. */
  private final Matrix[] matrices;

  private AdaColor(AdaDraws draws, double p) {
    this.draws = draws;
    this.p = p;
    matrices = new Matrix[draws.count()];
    Arrays.fill(matrices, Matrix.identity(4));
  }

  static NDArray apply(NDArray images, AdaTransforms.Color t, AdaDraws draws, double p) {
    int channels = (int) images.getShape().get(1);
    if (t.none()) {
      return images;
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          Text.format(
              "ADA's colour transforms are for images of 1 channel or 3, but these have %d: take"
                  + " transforms without them, such as those of the preset 'bg'",
              channels));
    }
    var color = new AdaColor(draws, p);
    color.light(t);
    if (channels == 3) {
      color.hue(t);
    }
    return color.applied(images, channels);
  }

  private void light(AdaTransforms.Color t) {
    if (t.brightness() > 0) {
      double[] b = draws.normal("brightness", t.brightness() * p, 0, z -> z * t.brightnessStd());
      then(n -> Matrix.translate3d(b[n]));
    }
    if (t.contrast() > 0) {
      double[] c =
          draws.normal("contrast", t.contrast() * p, 1, z -> Math.pow(2, z * t.contrastStd()));
      then(n -> Matrix.scale3d(c[n]));
    }
    if (t.lumaflip() > 0) {
      double[] i = draws.uniform("lumaflip", t.lumaflip() * p, 0, u -> Math.floor(2 * u));
      // Householder's reflection I - 2 v v^T.
      then(n -> Matrix.identity(4).plus(Matrix.luma(), -2 * i[n]));
    }
  }

  private void hue(AdaTransforms.Color t) {
    if (t.hue() > 0) {
      double[] angle =
          draws.uniform("hue", t.hue() * p, 0, u -> (2 * u - 1) * Math.PI * t.hueMax());
      then(n -> Matrix.rotateHue(angle[n]));
    }
    if (t.saturation() > 0) {
      double[] s =
          draws.normal(
              "saturation", t.saturation() * p, 1, z -> Math.pow(2, z * t.saturationStd()));
      // v v^T + s (I - v v^T) = s I + (1 - s) v v^T.
      then(n -> Matrix.scale3d(s[n]).plus(Matrix.luma(), 1 - s[n]));
    }
  }

  private void then(IntFunction<Matrix> next) {
    for (int n = 0; n < matrices.length; n++) {
      matrices[n] = next.apply(n).times(matrices[n]);
    }
  }

  private NDArray applied(NDArray images, int channels) {
    var values = new float[matrices.length * channels * (channels + 1)];
    int i = 0;
    for (Matrix matrix : matrices) {
      for (double[] row : channels == 3 ? color(matrix) : grey(matrix)) {
        for (double value : row) {
          values[i++] = (float) value;
        }
      }
    }
    var shape = new Shape(matrices.length, channels, channels + 1);
    NDArray m = images.getManager().create(values, shape);
    return SCRIPT
        .method("color")
        .call(images, m.toType(DataTypes.require(images.getDataType()), false));
  }

  /** The first three rows of C. */
  private static double[][] color(Matrix matrix) {
    return Arrays.copyOf(matrix.rows(), 3);
  }

  /** The factor and the number to add of a grey image. */
  private static double[][] grey(Matrix matrix) {
    double factor = 0;
    double offset = 0;
    for (double[] row : color(matrix)) {
      factor += (row[0] + row[1] + row[2]) / 3;
      offset += row[3] / 3;
    }
    return new double[][] {{factor, offset}};
  }
}
