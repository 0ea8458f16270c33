package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import org.adversaria.torch.LinearAlgebra;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class KernelDistanceTest {

  private static final KernelDistance KID = KernelDistance.standard();

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(2);

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray normal(int rows, int width) {
    double[] values = random.doubles((long) rows * width).map(u -> random.nextGaussian()).toArray();
    return manager.create(values, new Shape(rows, width));
  }

  /** The definition, pair by pair. */
  private static double byPairs(
      NDArray x, NDArray y, ToDoubleBiFunction<double[], double[]> kernel) {
    return meanOfPairs(x, x, kernel, true)
        + meanOfPairs(y, y, kernel, true)
        - 2 * meanOfPairs(x, y, kernel, false);
  }

  private static double meanOfPairs(
      NDArray x, NDArray y, ToDoubleBiFunction<double[], double[]> kernel, boolean others) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < Samples.count(x); i++) {
      for (int j = 0; j < Samples.count(y); j++) {
        if (!others || i != j) {
          sum += kernel.applyAsDouble(x.get(i).toDoubleArray(), y.get(j).toDoubleArray());
          pairs++;
        }
      }
    }
    return sum / pairs;
  }

  private static double inner(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void equalsTheSumOverPairsWhateverTheBlocks() {
    NDArray x = normal(11, 4);
    NDArray y = normal(8, 4).add(0.3);
    double expected = byPairs(x, y, (a, b) -> Math.pow(inner(a, b) / 4 + 1, 3));
    for (int block : new int[] {1, 3, 8, 11, 100}) {
      assertThat(KID.unbiased(x, y, block)).isCloseTo(expected, within(1e-12));
    }
    assertThat(KID.unbiased(x, y)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void takesOtherKernels() {
    NDArray x = normal(6, 3);
    NDArray y = normal(7, 3);
    double expected = byPairs(x, y, (a, b) -> Math.pow(0.2 * inner(a, b) + 0.5, 2));
    assertThat(new KernelDistance(2, 0.2, 0.5).unbiased(x, y)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void invariantUnderRotationAndOrder() {
    NDArray x = normal(20, 5);
    NDArray y = normal(15, 5).mul(1.2);
    NDArray rotation = LinearAlgebra.orthonormalColumns(normal(5, 5));
    double value = KID.unbiased(x, y);
    assertThat(KID.unbiased(x.matMul(rotation), y.matMul(rotation)))
        .isCloseTo(value, within(1e-12));
    assertThat(KID.unbiased(x.flip(0), y)).isCloseTo(value, within(1e-12));
    assertThat(KID.unbiased(y, x)).isCloseTo(value, within(1e-12));
  }

  @Test
  void aSubsetOfEverythingIsTheUnbiasedEstimate() {
    NDArray x = normal(9, 3).toType(DataType.FLOAT32, true);
    NDArray y = normal(9, 3).toType(DataType.FLOAT32, true);
    Estimate estimate = KID.subsets(x, y, 4, 9, 7);
    assertThat(estimate.mean()).isCloseTo(KID.unbiased(x, y), within(1e-12));
    assertThat(estimate.deviation()).isCloseTo(0, within(1e-12));
  }

  @Test
  void subsetsRepeatBySeedAndSurroundTheWhole() {
    NDArray x = normal(400, 4);
    NDArray y = normal(400, 4).add(0.5);
    Estimate first = KID.subsets(x, y, 50, 40, 1);
    assertThat(KID.subsets(x, y, 50, 40, 1)).isEqualTo(first);
    assertThat(KID.subsets(x, y, 50, 40, 2)).isNotEqualTo(first);
    assertThat(first.mean()).isCloseTo(KID.unbiased(x, y), within(first.deviation()));
    assertThat(first.deviation()).isPositive();
  }

  @Test
  void samplesOfOneDistributionAreNearZeroOnEitherSide() {
    NDArray x = normal(2000, 4);
    Estimate estimate = KID.subsets(x.get(":1000"), x.get("1000:"), 20, 200, 3);
    assertThat(estimate.mean()).isBetween(-estimate.deviation(), estimate.deviation());
  }

  @Test
  void refusesWhatItCannotTake() {
    NDArray three = normal(3, 2);
    NDArray five = normal(5, 2);
    assertThatThrownBy(() -> KID.subsets(five, three, 2, 4, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A subset of 4 needs at least 4 generated samples; there are 3");
    assertThatThrownBy(() -> KID.subsets(three, five, 2, 4, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A subset of 4 needs at least 4 real samples; there are 3");
    assertThatThrownBy(() -> KID.subsets(three, five, 0, 2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0 of 2");
    assertThatThrownBy(() -> KID.unbiased(normal(1, 2), five))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("An unbiased estimate needs at least 2 real samples; there are 1");
    assertThatThrownBy(() -> KID.unbiased(five, normal(5, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("real features have 2 columns, the generated ones 3");
    assertThatThrownBy(() -> KID.unbiased(five, five.mul(Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 of 5 rows of the generated features are not finite");
    assertThatThrownBy(() -> new KernelDistance(0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("degree >= 1");
    assertThatThrownBy(() -> new KernelDistance(3, -1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1.0");
  }
}
