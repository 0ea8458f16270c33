package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.adversaria.torch.FusedUpdates.AdamSettings;
import org.adversaria.torch.FusedUpdates.RmsPropSettings;
import org.adversaria.torch.FusedUpdates.SgdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each update against its formula, worked out in double precision. */
class FusedUpdatesTest {

  private static final double[][] GRADIENTS = {{0.5, -2}, {1, 0.25}, {-3, 1}};

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray first = parameter(1);
  private final NDArray second = parameter(-2);

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray parameter(float value) {
    NDArray array = manager.create(new float[] {value});
    array.setRequiresGradient(true);
    return array;
  }

  private NDList parameters() {
    return new NDList(first, second);
  }

  private NDList gradients(int step) {
    return new NDList(
        manager.create(new float[] {(float) GRADIENTS[step][0]}),
        manager.create(new float[] {(float) GRADIENTS[step][1]}));
  }

  private NDList zeros() {
    return new NDList(manager.create(new float[1]), manager.create(new float[1]));
  }

  private void assertParameters(double expectedFirst, double expectedSecond) {
    assertThat(first.toFloatArray()[0]).isCloseTo((float) expectedFirst, within(1e-5f));
    assertThat(second.toFloatArray()[0]).isCloseTo((float) expectedSecond, within(1e-5f));
  }

  @Test
  void adam() {
    var settings = new AdamSettings(0.1, 0.5, 0.9, 1e-8, 0.01);
    NDList m = zeros();
    NDList v = zeros();
    NDList steps = new NDList(manager.create(0f), manager.create(0f));
    double[] p = {1, -2};
    double[] em = new double[2];
    double[] ev = new double[2];
    for (int t = 1; t <= GRADIENTS.length; t++) {
      FusedUpdates.adam(parameters(), gradients(t - 1), m, v, steps, settings);
      for (int i = 0; i < 2; i++) {
        double g = GRADIENTS[t - 1][i] + 0.01 * p[i];
        em[i] = 0.5 * em[i] + 0.5 * g;
        ev[i] = 0.9 * ev[i] + 0.1 * g * g;
        double mHat = em[i] / (1 - Math.pow(0.5, t));
        double vHat = ev[i] / (1 - Math.pow(0.9, t));
        p[i] -= 0.1 * mHat / (Math.sqrt(vHat) + 1e-8);
      }
    }
    assertParameters(p[0], p[1]);
    assertThat(steps.get(0).getFloat()).isEqualTo(3);
  }

  @Test
  void rmsProp() {
    NDList squares = zeros();
    var settings = new RmsPropSettings(0.05, 0.9, 1e-3, 0, 0, false);
    double[] p = {1, -2};
    double[] square = new double[2];
    for (int t = 0; t < GRADIENTS.length; t++) {
      FusedUpdates.rmsProp(parameters(), gradients(t), squares, zeros(), zeros(), settings);
      for (int i = 0; i < 2; i++) {
        square[i] = 0.9 * square[i] + 0.1 * GRADIENTS[t][i] * GRADIENTS[t][i];
        p[i] -= 0.05 * GRADIENTS[t][i] / (Math.sqrt(square[i]) + 1e-3);
      }
    }
    assertParameters(p[0], p[1]);
  }

  @Test
  void rmsPropCentredWithMomentumAndDecay() {
    NDList squares = zeros();
    NDList means = zeros();
    NDList buffers = zeros();
    var settings = new RmsPropSettings(0.05, 0.9, 1e-3, 0.1, 0.5, true);
    double[] p = {1, -2};
    double[] square = new double[2];
    double[] mean = new double[2];
    double[] buffer = new double[2];
    for (int t = 0; t < GRADIENTS.length; t++) {
      FusedUpdates.rmsProp(parameters(), gradients(t), squares, means, buffers, settings);
      for (int i = 0; i < 2; i++) {
        double g = GRADIENTS[t][i] + 0.1 * p[i];
        square[i] = 0.9 * square[i] + 0.1 * g * g;
        mean[i] = 0.9 * mean[i] + 0.1 * g;
        double root = Math.sqrt(square[i] - mean[i] * mean[i]) + 1e-3;
        buffer[i] = 0.5 * buffer[i] + g / root;
        p[i] -= 0.05 * buffer[i];
      }
    }
    assertParameters(p[0], p[1]);
  }

  @Test
  void sgdWithMomentumAndDecay() {
    NDList buffers = zeros();
    double[] p = {1, -2};
    double[] buffer = new double[2];
    for (int t = 0; t < GRADIENTS.length; t++) {
      boolean nesterov = t == 2;
      var settings = new SgdSettings(0.1, 0.7, 0.01, nesterov);
      FusedUpdates.sgd(parameters(), gradients(t), buffers, settings);
      for (int i = 0; i < 2; i++) {
        double g = GRADIENTS[t][i] + 0.01 * p[i];
        buffer[i] = 0.7 * buffer[i] + g;
        p[i] -= 0.1 * (nesterov ? g + 0.7 * buffer[i] : buffer[i]);
      }
    }
    assertParameters(p[0], p[1]);
  }

  @Test
  void averageAndCopy() {
    NDList averages = zeros();
    FusedUpdates.average(averages, parameters(), 0.75);
    assertThat(averages.get(0).toFloatArray()).containsExactly(0.25f);
    assertThat(averages.get(1).toFloatArray()).containsExactly(-0.5f);

    FusedUpdates.copy(averages, parameters());
    assertThat(averages.get(1).toFloatArray()).containsExactly(-2);
    assertParameters(1, -2);
  }
}
