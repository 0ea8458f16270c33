package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.DataTypes;

/**
 * Image-space corruptions of {@link Ada}.
 *
 * <p>Source: Karras et al., "Training Generative Adversarial Networks with Limited Data", 2020,
 * appendix B, additional corruptions.
 */
final class AdaCorruption {

  private AdaCorruption() {}

  static NDArray apply(NDArray images, AdaTransforms.Corruption t, AdaDraws draws, double p) {
    NDArray noisy = t.noise() > 0 ? noisy(images, t, draws, p) : images;
    return t.cutout() > 0 ? cut(noisy, t, draws, p) : noisy;
  }

  private static NDArray noisy(
      NDArray images, AdaTransforms.Corruption t, AdaDraws draws, double p) {
    double[] magnitudes = draws.magnitudes("noise");
    boolean[] acts = draws.acts("noise", t.noise() * p);
    double[] sigma = draws.gated(magnitudes, acts, 0, z -> z * t.noiseStd());
    NDArray deviation = array(images, new Shape(sigma.length, 1, 1, 1), sigma);
    return images.add(draws.noise(images).mul(deviation));
  }

  private static NDArray cut(NDArray images, AdaTransforms.Corruption t, AdaDraws draws, double p) {
    boolean[] acts = draws.acts("cutout", t.cutout() * p);
    double[] centres = draws.uniform("cutout", 2); // x, y in parts of the width and the height
    int count = acts.length;
    int height = (int) images.getShape().get(2);
    int width = (int) images.getShape().get(3);
    var rows = new double[count * height];
    var columns = new double[count * width];
    for (int n = 0; n < count; n++) {
      double half = acts[n] ? t.cutoutSize() / 2 : 0;
      for (int i = 0; i < width; i++) {
        columns[n * width + i] = inside((i + 0.5) / width, centres[2 * n], half);
      }
      for (int i = 0; i < height; i++) {
        rows[n * height + i] = inside((i + 0.5) / height, centres[2 * n + 1], half);
      }
    }
    NDArray across = array(images, new Shape(count, 1, 1, width), columns);
    NDArray along = array(images, new Shape(count, 1, height, 1), rows);
    return images.mul(across.mul(along).neg().add(1));
  }

  /** 1 less than a half away from the centre, 0 elsewhere. */
  private static double inside(double place, double centre, double half) {
    return Math.abs(place - centre) < half ? 1 : 0;
  }

  private static NDArray array(NDArray images, Shape shape, double... values) {
    NDManager manager = images.getManager();
    return manager.create(values, shape).toType(DataTypes.require(images.getDataType()), false);
  }
}
