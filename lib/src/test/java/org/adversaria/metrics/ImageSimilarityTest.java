package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ImageSimilarityTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(4);

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray images(long... shape) {
    var values = new double[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextDouble() - 1;
    }
    return manager.create(values, new Shape(shape));
  }

  @Test
  void errorsOfAConstantDifference() {
    NDArray a = images(3, 2, 4, 5).toType(DataType.FLOAT32, true);
    NDArray b = a.add(0.25f);
    assertThat(ImageSimilarity.mse(a, b).toDoubleArray())
        .containsExactly(new double[] {0.0625, 0.0625, 0.0625}, within(1e-7));
    double psnr = 10 * Math.log10(4 / 0.0625);
    assertThat(ImageSimilarity.psnr(a, b, 2).toDoubleArray())
        .containsExactly(new double[] {psnr, psnr, psnr}, within(1e-5));
  }

  @Test
  void equalImagesAreInfinitelyNear() {
    NDArray a = images(2, 3, 12, 11);
    assertThat(ImageSimilarity.mse(a, a).toDoubleArray()).containsOnly(0);
    assertThat(ImageSimilarity.psnr(a, a, 2).toDoubleArray())
        .containsOnly(Double.POSITIVE_INFINITY);
    assertThat(ImageSimilarity.ssim(a, a, 2).toDoubleArray())
        .containsExactly(new double[] {1, 1}, within(1e-12));
  }

  @Test
  void constantImagesDifferInLuminanceOnly() {
    NDArray a = manager.full(new Shape(1, 1, 16, 16), 0.2f);
    NDArray b = manager.full(new Shape(1, 1, 16, 16), 0.6f);
    double c1 = 1e-4;
    double expected = (2 * 0.2 * 0.6 + c1) / (0.2 * 0.2 + 0.6 * 0.6 + c1);
    assertThat(ImageSimilarity.ssim(a, b, 1).getDouble()).isCloseTo(expected, within(1e-6));
  }

  @Test
  void equalsTheDefinitionInOneWindow() {
    for (SsimWindow window : new SsimWindow[] {SsimWindow.gaussian(), SsimWindow.uniform()}) {
      int size = window.size();
      NDArray a = images(1, 1, size, size);
      NDArray b = a.mul(0.5).add(images(1, 1, size, size).mul(0.3));
      assertThat(ImageSimilarity.ssim(a, b, 2, window).getDouble())
          .isCloseTo(oneWindow(a.toDoubleArray(), b.toDoubleArray(), window, 2), within(1e-12));
    }
  }

  /** Wang et al., equations 13 to 16, with weights written as they are there. */
  private static double oneWindow(double[] a, double[] b, SsimWindow window, double range) {
    int size = window.size();
    var weights = new double[size * size];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      int row = i / size - size / 2;
      int column = i % size - size / 2;
      weights[i] = Math.exp(-(row * row + column * column) / (2 * window.sigma() * window.sigma()));
      sum += weights[i];
    }
    double ma = 0;
    double mb = 0;
    for (int i = 0; i < weights.length; i++) {
      ma += weights[i] / sum * a[i];
      mb += weights[i] / sum * b[i];
    }
    double va = 0;
    double vb = 0;
    double cov = 0;
    for (int i = 0; i < weights.length; i++) {
      va += weights[i] / sum * (a[i] - ma) * (a[i] - ma);
      vb += weights[i] / sum * (b[i] - mb) * (b[i] - mb);
      cov += weights[i] / sum * (a[i] - ma) * (b[i] - mb);
    }
    double f = window.sampleCovariance() ? weights.length / (weights.length - 1d) : 1;
    double c1 = Math.pow(0.01 * range, 2);
    double c2 = Math.pow(0.03 * range, 2);
    return (2 * ma * mb + c1)
        * (2 * f * cov + c2)
        / ((ma * ma + mb * mb + c1) * (f * va + f * vb + c2));
  }

  @Test
  void imagesAreIndependentAndChannelsAveraged() {
    // 60 images of 3 x 100 x 90 are more than one chunk.
    NDArray a = images(60, 3, 100, 90);
    NDArray b = a.mul(0.8).add(images(1, 3, 100, 90).mul(0.4));
    double[] all = ImageSimilarity.ssim(a, b, 2).toDoubleArray();
    double[] errors = ImageSimilarity.mse(a, b).toDoubleArray();
    for (int i : new int[] {0, 37, 59}) {
      NDArray x = a.get(i).reshape(3, 1, 100, 90);
      NDArray y = b.get(i).reshape(3, 1, 100, 90);
      assertThat(all[i]).isCloseTo(ImageSimilarity.ssim(x, y, 2).mean().getDouble(), within(1e-12));
      assertThat(errors[i]).isCloseTo(ImageSimilarity.mse(x, y).mean().getDouble(), within(1e-12));
    }
  }

  @Test
  void symmetricAndLessThanOne() {
    NDArray a = images(2, 1, 20, 20);
    NDArray b = images(2, 1, 20, 20);
    double[] ssim = ImageSimilarity.ssim(a, b, 2).toDoubleArray();
    assertThat(ssim).isEqualTo(ImageSimilarity.ssim(b, a, 2).toDoubleArray());
    for (double value : ssim) {
      assertThat(value).isBetween(-1d, 0.5);
    }
  }

  @Test
  void resultsOutliveAScopeOfTheMeasure() {
    NDArray a = images(1, 1, 12, 12);
    NDArray result;
    try (var scope = new NDScope()) {
      result = ImageSimilarity.ssim(a, a, 2);
      assertThat(result.getManager()).isSameAs(manager);
      NDScope.unregister(result);
    }
    assertThat(result.getDouble()).isCloseTo(1, within(1e-12));
  }

  @Test
  void refusesWhatCannotBeCompared() {
    NDArray a = images(2, 1, 10, 12);
    assertThatThrownBy(() -> ImageSimilarity.ssim(a, a, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Images of 10 x 12 are smaller than SSIM's window of 11 x 11");
    assertThatThrownBy(() -> ImageSimilarity.mse(a, images(2, 1, 12, 10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(2, 1, 10, 12) and (2, 1, 12, 10)");
    assertThatThrownBy(() -> ImageSimilarity.psnr(a.get(0), a.get(0), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(1, 10, 12)");
    assertThatThrownBy(() -> ImageSimilarity.psnr(a, a, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0.0; it is 2 for images in [-1, 1]");
    assertThatThrownBy(() -> ImageSimilarity.ssim(a, a, Double.NaN, SsimWindow.uniform()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> new SsimWindow(8, 1.5, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 8 and 1.5");
    assertThatThrownBy(() -> new SsimWindow(7, 0, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sigma > 0");
  }
}
