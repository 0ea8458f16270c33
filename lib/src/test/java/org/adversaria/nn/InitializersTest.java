package org.adversaria.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InitializersTest {

  /** fanIn = 40 * 9 = 360, fanOut = 60 * 9 = 540. */
  private static final Shape KERNELS = new Shape(60, 40, 3, 3);

  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void seed() {
    Torch.setSeed(7);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray draw(Initializer initializer) {
    return initializer.initialize(manager, KERNELS, DataType.FLOAT32);
  }

  private static double deviation(NDArray array) {
    return Math.sqrt(array.square().mean().getFloat());
  }

  private static void assertUniform(NDArray array, double bound) {
    assertThat((double) array.max().getFloat()).isBetween(0.999 * bound, bound);
    assertThat((double) array.min().getFloat()).isBetween(-bound, -0.999 * bound);
    assertThat(deviation(array)).isCloseTo(bound / Math.sqrt(3), within(0.02 * bound));
  }

  @Test
  void normalHasItsMomentsAndSeed() {
    NDArray array = draw(Initializers.normal(1, 0.02));
    assertThat((double) array.mean().getFloat()).isCloseTo(1, within(1e-3));
    assertThat(deviation(array.sub(1))).isCloseTo(0.02, within(5e-4));
    Torch.setSeed(7);
    assertThat(draw(Initializers.normal(1, 0.02)).toFloatArray()).isEqualTo(array.toFloatArray());
  }

  @Test
  void xavierDependsOnBothFans() {
    assertUniform(draw(Initializers.xavierUniform(2)), 2 * Math.sqrt(6.0 / (360 + 540)));
    assertThat(deviation(draw(Initializers.xavierNormal(1))))
        .isCloseTo(Math.sqrt(2.0 / (360 + 540)), within(1e-3));
  }

  @Test
  void heDependsOnTheFanInAndTheSlope() {
    assertThat(deviation(draw(Initializers.heNormal(0))))
        .isCloseTo(Math.sqrt(2.0 / 360), within(1e-3));
    assertUniform(draw(Initializers.heUniform(0.2)), Math.sqrt(6 / (1.04 * 360)));
    assertUniform(draw(Initializers.torchDefault()), 1 / Math.sqrt(360));
  }

  @Test
  void orthogonalRowsOrColumnsAreOrthonormal() {
    NDArray wide = draw(Initializers.orthogonal(1)).reshape(60, 360);
    assertThat(wide.matMul(wide.transpose()).sub(manager.eye(60)).abs().max().getFloat())
        .isLessThan(1e-5f);

    NDArray tall =
        Initializers.orthogonal(3).initialize(manager, new Shape(7, 4), DataType.FLOAT32);
    assertThat(tall.transpose().matMul(tall).sub(manager.eye(4).mul(9)).abs().max().getFloat())
        .isLessThan(1e-5f);
  }

  @Test
  void fansNeedAMatrix() {
    assertThatThrownBy(
            () -> Initializers.heNormal(0).initialize(manager, new Shape(3), DataType.FLOAT32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(3)");
  }
}
