package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("slow")
class AutogradTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray input(float... values) {
    NDArray array = manager.create(values);
    array.setRequiresGradient(true);
    return array;
  }

  @Test
  void differentiatesTwice() {
    NDArray x = input(1, 2, 3);
    try (var recording = Autograd.record()) {
      // y = sum x^3: y' = 3 x^2, (sum y')' = 6 x
      NDArray first = Autograd.grad(x.pow(3).sum(), new NDList(x), true).get(0);
      NDArray second = Autograd.grad(first.sum(), new NDList(x)).get(0);
      assertThat(first.toFloatArray()).containsExactly(3, 12, 27);
      assertThat(second.toFloatArray()).containsExactly(6, 12, 18);
    }
  }

  @Test
  void leavesNoGradientBehind() {
    NDArray x = input(2);
    try (var recording = Autograd.record()) {
      for (int i = 0; i < 3; i++) {
        NDArray gradient = Autograd.grad(x.square().sum(), new NDList(x)).get(0);
        assertThat(gradient.toFloatArray()).containsExactly(4);
      }
    }
  }

  @Test
  void weighsOutputsByVectors() {
    NDArray x = input(1, 2);
    try (var recording = Autograd.record()) {
      NDList outputs = new NDList(x.square(), x.mul(3));
      NDList vectors =
          new NDList(manager.create(new float[] {1, 10}), manager.create(new float[] {100, 0}));
      NDArray product = Autograd.grad(outputs, new NDList(x), vectors, false).get(0);
      assertThat(product.toFloatArray()).containsExactly(2 + 300, 40);

      NDList graphed = Autograd.grad(new NDList(x.pow(3)), new NDList(x), new NDList(x), true);
      // d/dx of sum 3 x^3 is 9 x^2
      NDArray again = Autograd.grad(graphed.get(0).sum(), new NDList(x)).get(0);
      assertThat(again.toFloatArray()).containsExactly(9, 36);
    }
  }

  @Test
  void gradientPenaltyAgreesWithFiniteDifferences() {
    float[] weights = {0.3f, -0.7f, 0.2f, 0.9f, -0.4f, 0.1f};
    NDArray w = manager.create(weights, new Shape(2, 3));
    w.setRequiresGradient(true);
    double[] exact = new double[6];
    try (var recording = Autograd.record()) {
      float[] gradient = Autograd.grad(penalty(w, true), new NDList(w)).get(0).toFloatArray();
      for (int i = 0; i < 6; i++) {
        exact[i] = gradient[i];
      }
      for (int i = 0; i < 6; i++) {
        assertThat(exact[i]).isCloseTo(slope(weights, i), within(2e-3));
      }
    }
  }

  /** The squared norm of d/dx of sum tanh(W x). */
  private NDArray penalty(NDArray w, boolean graph) {
    NDArray x = input(0.5f, -1, 2);
    NDArray y = w.matMul(x.reshape(3, 1)).tanh().sum();
    return Autograd.grad(y, new NDList(x), graph).get(0).square().sum();
  }

  private double slope(float[] weights, int i) {
    double h = 1e-2;
    float[] up = weights.clone();
    float[] down = weights.clone();
    up[i] += (float) h;
    down[i] -= (float) h;
    double high = penalty(manager.create(up, new Shape(2, 3)), false).getFloat();
    double low = penalty(manager.create(down, new Shape(2, 3)), false).getFloat();
    return (high - low) / (up[i] - down[i]);
  }

  @Test
  void recordsOnlyWhileAsked() {
    NDArray x = input(2);
    try (var recording = Autograd.record()) {
      NDArray constant = Autograd.noGrad(() -> x.square().sum());
      assertThatThrownBy(() -> Autograd.grad(constant, new NDList(x)))
          .isInstanceOf(TorchScriptException.class)
          .hasMessageContaining("does not require grad");
      NDArray recorded = x.square().sum();
      assertThat(Autograd.grad(recorded, new NDList(x)).get(0).toFloatArray()).containsExactly(4);
    }
  }

  @Test
  void anInputThatTookNoPartHasZeros() {
    NDArray x = input(2);
    NDArray other = input(3, 4);
    NDArray vector = manager.create(new float[] {5});
    try (var recording = Autograd.record()) {
      NDList inputs = new NDList(other, x);
      for (boolean createGraph : new boolean[] {false, true}) {
        assertZerosAndSlope(Autograd.grad(x.square().sum(), inputs, createGraph), 4);
        NDList outputs = new NDList(x.square());
        NDList products = Autograd.grad(outputs, inputs, new NDList(vector), createGraph);
        assertZerosAndSlope(products, 20);
      }
    }
  }

  private static void assertZerosAndSlope(NDList gradients, float slope) {
    assertThat(gradients.get(0).toFloatArray()).containsExactly(0, 0);
    assertThat(gradients.get(1).toFloatArray()).containsExactly(slope);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryStaysFlatOverTwoThousandSecondOrderSteps() throws IOException {
    NDArray kernel = manager.randomNormal(new Shape(64, 64, 4, 4));
    kernel.setRequiresGradient(true);
    NDArray images = manager.randomNormal(new Shape(1, 64, 4, 4));
    for (int i = 0; i < 1000; i++) {
      secondOrderStep(images, kernel);
    }
    long before = residentKilobytes();
    int arrays = manager.getManagedArrays().size();
    for (int i = 0; i < 2000; i++) {
      secondOrderStep(images, kernel);
    }
    // The gradient of one step is 256 KiB: leaked in each it would be 500 MiB in all. The bound
    // leaves room for the growth of the JVM's own heap.
    assertThat(residentKilobytes() - before).isLessThan(150_000);
    assertThat(manager.getManagedArrays()).hasSize(arrays);
  }

  private static void secondOrderStep(NDArray images, NDArray kernel) {
    try (var scope = new NDScope();
        var recording = Autograd.record()) {
      var geometry = new TorchOps.Transposed(2, 1, 0, 1);
      NDArray y = TorchOps.convTranspose2d(images, kernel, null, geometry).tanh().sum();
      NDArray gradient = Autograd.grad(y, new NDList(kernel), true).get(0);
      Autograd.grad(gradient.square().sum(), new NDList(kernel));
    }
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
