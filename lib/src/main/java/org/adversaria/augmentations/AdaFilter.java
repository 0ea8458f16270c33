package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.adversaria.torch.DataTypes;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * Image-space filtering of {@link Ada}: the bands of frequency of each image are amplified, and the
 * expected power of an image remains.
 *
 * <p>Filtering an axis of an image that is padded by reflection is a matrix, {@code sum of g_b F_b}
 * over the bands b.
 *
 * <p>Source: Karras et al., "Training Generative Adversarial Networks with Limited Data", 2020,
 * appendix B, image-space filtering.
 */
final class AdaFilter {

  /** The expected power of the bands of natural images, 1/f. */
  private static final double[] POWER = {10 / 13.0, 1 / 13.0, 1 / 13.0, 1 / 13.0};

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def filtered(self, x: Tensor, g: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
            y = torch.matmul(x, torch.transpose(self.combined(g, columns), 2, 3))
            return torch.matmul(self.combined(g, rows), y)

          def combined(self, g: Tensor, bands: Tensor) -> Tensor:
            sums = torch.matmul(g, torch.flatten(bands, 1))
            return torch.reshape(sums, [-1, 1, torch.size(bands, 1), torch.size(bands, 2)])
          """);

  private AdaFilter() {}

  static NDArray apply(NDArray images, AdaTransforms.Filter t, AdaDraws draws, double p) {
    if (t.imgfilter() == 0) {
      return images;
    }
    int height = (int) images.getShape().get(2);
    int width = (int) images.getShape().get(3);
    double[][] gains = gains(t, draws, p);
    NDManager manager = images.getManager();
    var g = new float[gains.length * Wavelets.BANDS];
    for (int i = 0; i < g.length; i++) {
      g[i] = (float) gains[i / Wavelets.BANDS][i % Wavelets.BANDS];
    }
    return SCRIPT
        .method("filtered")
        .call(
            images,
            typed(manager.create(g, new Shape(gains.length, Wavelets.BANDS)), images),
            typed(matrices(manager, height), images),
            typed(matrices(manager, width), images));
  }

  private static NDArray typed(NDArray array, NDArray images) {
    return array.toType(DataTypes.require(images.getDataType()), false);
  }

  /** g of each image: amplifying a band by t is followed by a division by the root of the power. */
  private static double[][] gains(AdaTransforms.Filter t, AdaDraws draws, double p) {
    var gains = new double[draws.count()][Wavelets.BANDS];
    for (double[] g : gains) {
      Arrays.fill(g, 1);
    }
    for (int band = 0; band < Wavelets.BANDS; band++) {
      double probability = t.imgfilter() * p * t.bands().get(band);
      double[] amplified =
          draws.normal("imgfilter." + band, probability, 1, z -> Math.pow(2, z * t.imgfilterStd()));
      for (int n = 0; n < gains.length; n++) {
        double power = 1 + POWER[band] * (amplified[n] * amplified[n] - 1);
        for (int other = 0; other < Wavelets.BANDS; other++) {
          gains[n][other] *= (other == band ? amplified[n] : 1) / Math.sqrt(power);
        }
      }
    }
    return gains;
  }

  /** F_b of an axis, {@code (4, size, size)}. */
  private static NDArray matrices(NDManager manager, int size) {
    double[][] bands = Wavelets.bands();
    int margin = bands[0].length / 2;
    if (size <= margin) {
      throw new IllegalArgumentException(
          Text.format(
              "ADA's image filter reflects %d pixels, so that images have to have %d rows and columns"
                  + " or more, not %d: take transforms without it, such as those of the preset 'bgc'",
              margin, margin + 1, size));
    }
    var matrices = new float[bands.length * size * size];
    for (int band = 0; band < bands.length; band++) {
      for (int i = 0; i < size; i++) {
        for (int tap = 0; tap < bands[band].length; tap++) {
          int pixel = Wavelets.reflected(i + tap - margin, size);
          matrices[(band * size + i) * size + pixel] += (float) bands[band][tap];
        }
      }
    }
    return manager.create(matrices, new Shape(bands.length, size, size));
  }
}
