package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TruncatedLatentsTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final Generator generator = new DcganGenerator(100, 4, 1, 8);

  @AfterEach
  void close() {
    manager.close();
  }

  /** Variances and fourth moments of {@code scipy.stats.truncnorm(-threshold, threshold)}. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0.0805892, 0.0119148",
    "1, 0.291125, 0.1645",
    "2, 0.773741, 1.41619",
    "8, 1, 3"
  })
  void haveTheMomentsOfTheTruncatedNormal(double threshold, double variance, double fourth) {
    Torch.setSeed(1);
    NDArray z = generator.truncatedLatents(manager, 2000, threshold);
    assertThat(z.getShape()).isEqualTo(new Shape(2000, 100));
    assertThat(z.getDataType()).isEqualTo(DataType.FLOAT32);
    assertThat(z.abs().max().getFloat()).isLessThanOrEqualTo((float) threshold);
    double deviation = Math.sqrt(variance);
    assertThat((double) z.mean().getFloat()).isCloseTo(0, within(0.01 * deviation));
    assertThat((double) z.square().mean().getFloat()).isCloseTo(variance, within(0.015 * variance));
    assertThat((double) z.pow(4).mean().getFloat()).isCloseTo(fourth, within(0.03 * fourth));
  }

  /** Kolmogorov and Smirnov's largest distance of the distribution functions. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1.5, 8})
  void followTheDistributionFunction(double threshold) {
    Torch.setSeed(2);
    float[] z = generator.truncatedLatents(manager, 200, threshold).toFloatArray();
    Arrays.sort(z);
    double below = normal(-threshold);
    double inside = normal(threshold) - below;
    double distance = 0;
    for (int i = 0; i < z.length; i++) {
      double expected = (normal(z[i]) - below) / inside;
      distance = Math.max(distance, Math.abs(expected - (i + 0.5) / z.length));
    }
    // At 20,000 numbers a larger one comes by chance once in a thousand times.
    assertThat(distance).isLessThan(1.95 / Math.sqrt(z.length));
  }

  /** The standard normal's distribution function, by its Taylor series about 0. */
  private static double normal(double x) {
    double term = x;
    double sum = x;
    for (int k = 1; k < 200; k++) {
      term *= x * x / (2 * k + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  @Test
  void areRepeatableAndFilledWhateverTheThreshold() {
    Torch.setSeed(3);
    NDArray once = generator.truncatedLatents(manager, 10, 0.5);
    Torch.setSeed(3);
    assertThat(generator.truncatedLatents(manager, 10, 0.5).toFloatArray())
        .isEqualTo(once.toFloatArray());
    assertThat(generator.truncatedLatents(manager, 1000, 1e-3).toFloatArray())
        .doesNotContain(0f, Float.NaN);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void needAPositiveThreshold(double threshold) {
    assertThatThrownBy(() -> generator.truncatedLatents(manager, 2, threshold))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not at " + threshold);
  }

  @Test
  void areRefusedByAGeneratorOfUniformLatents() {
    var cgan = new CganGenerator(CganGenerator.Sizes.PAPER, 10, new Shape(1, 28, 28));
    assertThatThrownBy(() -> cgan.truncatedLatents(manager, 2, 0.5))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("uniformly in [0, 1]");
  }
}
