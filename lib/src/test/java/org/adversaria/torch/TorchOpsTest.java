package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TorchOpsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void seed() {
    Torch.setSeed(1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void transposedConvolutionLaysKernelsDown() {
    NDArray x = manager.create(new float[] {1, 2}, new Shape(1, 1, 1, 2));
    NDArray w = manager.create(new float[] {1, 10, 100, 1000}, new Shape(1, 1, 2, 2));
    NDArray b = manager.create(new float[] {0.5f});
    var stride2 = new TorchOps.Transposed(2, 0, 0, 1);

    NDArray y = TorchOps.convTranspose2d(x, w, b, stride2);

    assertThat(y.getShape()).isEqualTo(new Shape(1, 1, 2, 4));
    assertThat(y.toFloatArray())
        .containsExactly(1.5f, 10.5f, 2.5f, 20.5f, 100.5f, 1000.5f, 200.5f, 2000.5f);
  }

  @Test
  void transposedConvolutionIsTheAdjointOfConvolution() {
    // <conv(u), v> = <u, convTranspose(v)> for every u and v
    NDArray u = manager.randomNormal(new Shape(2, 3, 8, 8));
    NDArray v = manager.randomNormal(new Shape(2, 5, 4, 4));
    NDArray w = manager.randomNormal(new Shape(5, 3, 4, 4));
    NDArray convolved =
        Conv2d.conv2d(u, w, null, new Shape(2, 2), new Shape(1, 1)).singletonOrThrow();
    NDArray transposed = TorchOps.convTranspose2d(v, w, null, new TorchOps.Transposed(2, 1, 0, 1));

    double left = convolved.mul(v).sum().getFloat();
    double right = u.mul(transposed).sum().getFloat();

    assertThat(left).isCloseTo(right, within(1e-3 * Math.abs(left) + 1e-3));
  }

  @Test
  void aConvolutionOfOnePositionEqualsPyTorchs() {
    // Beside zeros the same kernels meet the same pixels, as one of several positions.
    NDArray x = manager.randomNormal(new Shape(2, 3, 4, 4));
    NDArray w = manager.randomNormal(new Shape(5, 3, 4, 4));
    NDArray b = manager.randomNormal(new Shape(5));
    NDArray wider = x.concat(x.zerosLike(), 3); // (2, 3, 4, 8)
    for (NDArray bias : new NDArray[] {null, b}) {
      NDArray whole = TorchOps.conv2d(x, w, bias, new Shape(1, 1), new Shape(0, 0));
      NDArray several = TorchOps.conv2d(wider, w, bias, new Shape(1, 1), new Shape(0, 0));

      assertThat(whole.getShape()).isEqualTo(new Shape(2, 5, 1, 1));
      assertFirstColumns(whole, several);
    }
  }

  /** Asserts that images are the first columns of wider ones. */
  private static void assertFirstColumns(NDArray images, NDArray wider) {
    NDArray columns = wider.get(":, :, :, 0:{}", images.getShape().get(3));
    assertThat(images.toFloatArray()).containsExactly(columns.toFloatArray(), within(1e-4f));
  }

  @Test
  void aTransposedConvolutionOfOnePixelEqualsPyTorchs() {
    NDArray x = manager.randomNormal(new Shape(2, 3, 1, 1));
    NDArray w = manager.randomNormal(new Shape(3, 5, 4, 4));
    NDArray b = manager.randomNormal(new Shape(5));
    NDArray wider = x.concat(x.zerosLike(), 3); // (2, 3, 1, 2)
    var apart = new TorchOps.Transposed(4, 0, 0, 1);
    for (NDArray bias : new NDArray[] {null, b}) {
      NDArray one = TorchOps.convTranspose2d(x, w, bias, apart);
      NDArray two = TorchOps.convTranspose2d(wider, w, bias, apart);

      assertThat(one.getShape()).isEqualTo(new Shape(2, 5, 4, 4));
      assertFirstColumns(one, two);
    }
  }

  @Test
  void aConvolutionOfOnePositionHasSecondOrderGradients() {
    // sum (conv(x, w))^2 is (sum x w)^2 for one image: d/dw = 2 (sum x w) x
    NDArray x = manager.create(new float[] {1, 2, 3, 4}, new Shape(1, 1, 2, 2));
    NDArray w = manager.create(new float[] {1, 0, 0, -1}, new Shape(1, 1, 2, 2));
    w.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray y = TorchOps.conv2d(x, w, null, new Shape(1, 1), new Shape(0, 0)).square().sum();
      NDArray first = Autograd.grad(y, new NDList(w), true).get(0);
      NDArray second = Autograd.grad(first.sum(), new NDList(w)).get(0);
      assertThat(first.toFloatArray()).containsExactly(-6, -12, -18, -24);
      assertThat(second.toFloatArray()).containsExactly(20, 40, 60, 80);
    }
  }

  @Test
  void transposedConvolutionHasGroupsAndOutputPadding() {
    NDArray x = manager.ones(new Shape(1, 2, 3, 3));
    NDArray w = manager.create(new float[] {2, 3}, new Shape(2, 1, 1, 1));
    NDArray y = TorchOps.convTranspose2d(x, w, null, new TorchOps.Transposed(2, 0, 1, 2));

    assertThat(y.getShape()).isEqualTo(new Shape(1, 2, 6, 6));
    assertThat(y.sum(new int[] {2, 3}).toFloatArray()).containsExactly(18, 27);
  }

  @Test
  void transposedConvolutionHasSecondOrderGradients() {
    // y = sum (conv_T(x, w))^2 with 1x1 kernels is sum x^2 w^2: d/dw = 2 w sum x^2, d2/dw2 = 2 sum
    // x^2
    NDArray x = manager.create(new float[] {1, 2, 3, 4}, new Shape(1, 1, 2, 2));
    NDArray w = manager.create(new float[] {0.5f}, new Shape(1, 1, 1, 1));
    w.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray y =
          TorchOps.convTranspose2d(x, w, null, new TorchOps.Transposed(1, 0, 0, 1)).square().sum();
      NDArray first = Autograd.grad(y, new NDList(w), true).get(0);
      NDArray second = Autograd.grad(first.sum(), new NDList(w)).get(0);
      assertThat(first.getFloat(0, 0, 0, 0)).isEqualTo(30);
      assertThat(second.getFloat(0, 0, 0, 0)).isEqualTo(60);
    }
  }

  @Test
  void transposedConvolutionRefusesShapesThatDoNotFit() {
    NDArray x = manager.ones(new Shape(1, 2, 3, 3));
    NDArray w = manager.ones(new Shape(3, 1, 1, 1));
    assertThatThrownBy(
            () -> TorchOps.convTranspose2d(x, w, null, new TorchOps.Transposed(1, 0, 0, 1)))
        .isInstanceOf(TorchScriptException.class)
        .hasMessageContaining("[3, 1, 1, 1]");
  }

  @Test
  void instanceNormGivesEachChannelMeanZeroAndVarianceOne() {
    NDArray x = manager.create(new float[] {1, 3, 10, 30, 0, 0, 4, 4}, new Shape(2, 2, 1, 2));
    NDArray y = TorchOps.instanceNorm(x, null, null, 1e-12);
    assertThat(y.toFloatArray())
        .containsExactly(new float[] {-1, 1, -1, 1, 0, 0, 0, 0}, within(1e-5f));

    NDArray weight = manager.create(new float[] {2, 3});
    NDArray bias = manager.create(new float[] {5, 7});
    NDArray affine = TorchOps.instanceNorm(x, weight, bias, 1e-12);
    assertThat(affine.toFloatArray())
        .containsExactly(new float[] {3, 7, 4, 10, 5, 5, 7, 7}, within(1e-5f));
  }

  @Test
  void instanceNormHasSecondOrderGradientsThatMatchFiniteDifferences() {
    float[] values = {0.3f, -1.2f, 0.8f, 2.1f};
    try (var recording = Autograd.record()) {
      double exact = gradientNorm(values, true, 2);
      double h = 1e-2;
      float[] up = values.clone();
      float[] down = values.clone();
      up[2] += (float) h;
      down[2] -= (float) h;
      double estimate =
          (gradientNorm(up, false, 0) - gradientNorm(down, false, 0)) / (up[2] - down[2]);
      assertThat(exact).isCloseTo(estimate, within(0.02 * Math.abs(estimate) + 1e-3));
    }
  }

  /** |d/dx sum norm(x)^3|^2, or its derivative with respect to one pixel. */
  private double gradientNorm(float[] values, boolean differentiate, int pixel) {
    NDArray x = manager.create(values, new Shape(1, 1, 2, 2));
    x.setRequiresGradient(true);
    NDArray y = TorchOps.instanceNorm(x, null, null, 1e-5).pow(3).sum();
    NDArray norm = Autograd.grad(y, new NDList(x), true).get(0).square().sum();
    if (!differentiate) {
      return norm.getFloat();
    }
    return Autograd.grad(norm, new NDList(x)).get(0).toFloatArray()[pixel];
  }

  @Test
  void batchNormUsesTheBatchWhileTrainingAndRunningStatisticsAfter() {
    NDArray x = manager.create(new float[] {1, 3}, new Shape(2, 1));
    NDArray weight = manager.create(new float[] {2});
    NDArray bias = manager.create(new float[] {1});
    NDArray mean = manager.zeros(new Shape(1));
    NDArray variance = manager.ones(new Shape(1));
    var constants = new TorchOps.BatchNorm(0.5, 0);

    NDArray trained = TorchOps.batchNorm(x, weight, bias, mean, variance, true, constants);
    assertThat(trained.toFloatArray()).containsExactly(-1, 3);
    // running = (1 - momentum) old + momentum new, the new variance unbiased: 2
    assertThat(mean.toFloatArray()).containsExactly(1);
    assertThat(variance.toFloatArray()).containsExactly(1.5f);

    NDArray evaluated = TorchOps.batchNorm(x, weight, bias, mean, variance, false, constants);
    float expected = (float) (2 * (3 - 1) / Math.sqrt(1.5) + 1);
    assertThat(evaluated.toFloatArray()).containsExactly(new float[] {1, expected}, within(1e-5f));
    assertThat(mean.toFloatArray()).containsExactly(1);
  }

  @Test
  void resizeAveragesByTriangles() {
    NDArray images = manager.randomNormal(new Shape(2, 3, 7, 10));
    for (int[] size : new int[][] {{3, 4}, {7, 10}, {13, 5}, {16, 32}}) {
      NDArray resized = TorchOps.resize(images, size[0], size[1]);
      NDArray rows = triangles(7, size[0]);
      NDArray columns = triangles(10, size[1]);
      NDArray expected = rows.matMul(images).matMul(columns.transpose());
      assertThat(resized.getShape()).isEqualTo(new Shape(2, 3, size[0], size[1]));
      assertThat(resized.sub(expected).abs().max().getFloat()).isLessThan(1e-5f);
    }
    assertThatThrownBy(() -> TorchOps.resize(images, 0, 4))
        .isInstanceOf(TorchScriptException.class);
  }

  /** The weights of the old pixels (columns) in each new one (rows), from the formula. */
  private NDArray triangles(int before, int after) {
    var weights = new float[after][before];
    double scale = (double) before / after;
    for (int i = 0; i < after; i++) {
      double sum = 0;
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < before; j++) {
          double distance = Math.abs(j + 0.5 - (i + 0.5) * scale) / Math.max(scale, 1);
          double weight = Math.max(0, 1 - distance);
          weights[i][j] = (float) (weight / (pass == 0 ? 1 : sum));
          sum += pass == 0 ? weight : 0;
        }
      }
    }
    return manager.create(weights);
  }
}
