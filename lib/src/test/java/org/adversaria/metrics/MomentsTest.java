package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.adversaria.nn.SafeTensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MomentsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray features(int rows, int width, double offset) {
    var random = new Random(rows * 1000L + width);
    var values = new double[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = offset + random.nextGaussian() + 0.5 * values[Math.max(0, i - 1)];
    }
    return manager.create(values, new Shape(rows, width));
  }

  private static void assertNear(NDArray actual, double[] expected, double tolerance) {
    double[] values = actual.toDoubleArray();
    double most = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs(values[i] - expected[i]));
    }
    assertThat(values).hasSameSizeAs(expected).doesNotContain(Double.NaN);
    assertThat(most).isLessThan(tolerance);
  }

  /** Two passes over the numbers on the heap: the definition. */
  private static double[] covariance(NDArray features) {
    int rows = Samples.count(features);
    int width = Samples.width(features);
    double[] x = features.toType(DataType.FLOAT64, true).toDoubleArray();
    var mean = new double[width];
    for (int i = 0; i < x.length; i++) {
      mean[i % width] += x[i] / rows;
    }
    var covariance = new double[width * width];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < width; i++) {
        for (int j = 0; j < width; j++) {
          covariance[i * width + j] +=
              (x[r * width + i] - mean[i]) * (x[r * width + j] - mean[j]) / (rows - 1);
        }
      }
    }
    return covariance;
  }

  @Test
  void momentsOfThreePoints() {
    NDArray points = manager.create(new float[] {0, 1, 3, 1, 3, 4}, new Shape(3, 2));
    try (var moments = Moments.of(points)) {
      assertThat(moments.count()).isEqualTo(3);
      assertThat(moments.width()).isEqualTo(2);
      assertNear(moments.mean(), new double[] {2, 2}, 1e-15);
      assertNear(moments.covariance(), new double[] {3, 1.5, 1.5, 3}, 1e-14);
    }
  }

  @Test
  void severalChunksAndBlocksGiveTheDefinition() {
    // More than a chunk of rows, and more than two blocks of columns of which the last is narrow.
    NDArray tall = features(5000, 7, 2);
    NDArray wide = features(40, 515, -1);
    for (NDArray features : new NDArray[] {tall, wide}) {
      try (var moments = Moments.of(features)) {
        assertNear(moments.covariance(), covariance(features), 1e-11);
      }
    }
  }

  @Test
  void theCovarianceIsSymmetricToTheBit() {
    try (var moments = Moments.of(features(600, 300, 0))) {
      NDArray covariance = moments.covariance();
      assertThat(covariance.contentEquals(covariance.transpose())).isTrue();
    }
  }

  @Test
  void aLargeMeanCostsNoDigits() {
    NDArray near = features(3000, 4, 0);
    NDArray far = near.add(manager.create(new double[] {1e6, -1e6, 1e7, 0}));
    try (var a = Moments.of(near);
        var b = Moments.of(far)) {
      assertNear(b.covariance(), a.covariance().toDoubleArray(), 1e-8);
    }
  }

  @Test
  void float32IsSummedInDouble() {
    NDArray features = features(6000, 3, 100).toType(DataType.FLOAT32, true);
    try (var moments = Moments.of(features)) {
      assertThat(moments.covariance().getDataType()).isEqualTo(DataType.FLOAT64);
      assertNear(moments.covariance(), covariance(features), 1e-11);
    }
  }

  @Test
  void partsMergedGiveWhatOnePassGives() {
    NDArray features = features(4000, 260, 3);
    try (var whole = Moments.of(features);
        var first = Moments.of(features.get(":1")); // a part of one sample has a co-moment of 0
        var second = new Moments(260, features.getDevice());
        var nothing = new Moments(260, features.getDevice())) {
      second.add(features.get("1:3000"));
      second.add(features.get("3000:"));
      first.merge(nothing);
      first.merge(second);
      nothing.merge(whole);
      assertThat(second.count()).isEqualTo(3999);
      for (Moments merged : new Moments[] {first, nothing}) {
        assertThat(merged.count()).isEqualTo(4000);
        assertNear(merged.mean(), whole.mean().toDoubleArray(), 1e-12);
        assertNear(merged.covariance(), whole.covariance().toDoubleArray(), 1e-11);
      }
    }
  }

  @Test
  void stateTravelsThroughAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("moments.safetensors");
    NDArray features = features(500, 300, 1);
    try (var whole = Moments.of(features);
        var half = Moments.of(features.get(":250"))) {
      SafeTensors.write(file, half.state(), Map.of());
      try (var restored = Moments.from(SafeTensors.read(file, manager))) {
        assertThat(restored.count()).isEqualTo(250);
        restored.add(features.get("250:"));
        assertNear(restored.covariance(), whole.covariance().toDoubleArray(), 1e-12);
      }
    }
  }

  @Test
  void resultsAndMomentsOutliveAScope() {
    NDArray features = features(10, 2, 0);
    Moments moments;
    NDArray mean;
    try (var scope = new NDScope()) {
      moments = Moments.of(features);
      mean = moments.mean();
    }
    try (moments) {
      moments.add(features);
      assertThat(moments.count()).isEqualTo(20);
      assertNear(mean, moments.mean().toDoubleArray(), 1e-15);
    }
  }

  @Test
  void refusesRowsThatAreNotFiniteAndStaysAsItWas() {
    NDArray bad =
        manager.create(
            new float[] {1, Float.NaN, 2, 3, Float.POSITIVE_INFINITY, 4}, new Shape(3, 2));
    try (var moments = Moments.of(manager.ones(new Shape(4, 2)))) {
      assertThatThrownBy(() -> moments.add(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 of 3 rows of the features are not finite");
      assertThat(moments.count()).isEqualTo(4);
    }
  }

  @Test
  void refusesAnotherWidth() {
    try (var two = Moments.of(manager.ones(new Shape(4, 2)));
        var three = Moments.of(manager.ones(new Shape(4, 3)))) {
      assertThatThrownBy(() -> two.add(manager.ones(new Shape(1, 3))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("features have 3 columns, these moments have 2");
      assertThatThrownBy(() -> two.merge(three))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("other moments have 3 columns, these moments have 2");
    }
    assertThatThrownBy(() -> new Moments(0, manager.getDevice()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 column");
  }

  @Test
  void refusesWhatIsNoMatrixOfFloats() {
    assertThatThrownBy(() -> Moments.of(manager.ones(new Shape(3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(3)")
        .hasMessageContaining("a row for each sample");
    assertThatThrownBy(() -> Moments.of(manager.ones(new Shape(0, 3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(0, 3)");
    assertThatThrownBy(() -> Moments.of(manager.ones(new Shape(2, 3), DataType.INT64)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("int64");
  }

  @Test
  void saysHowManySamplesAreMissing() {
    try (var moments = new Moments(2, manager.getDevice())) {
      assertThatThrownBy(moments::mean)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("A mean needs at least 1 samples, there are 0");
      moments.add(manager.ones(new Shape(1, 2)));
      assertThatThrownBy(moments::covariance)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("A covariance needs at least 2 samples, there are 1");
    }
  }

  @Test
  void refusesAStateThatIsNone() {
    try (var moments = Moments.of(manager.ones(new Shape(4, 2)))) {
      var state = new HashMap<>(moments.state());
      state.put("mean", manager.zeros(new Shape(3)));
      assertThatThrownBy(() -> Moments.from(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("mean of shape (3), comoment of shape (2, 2)");
      state.remove("count");
      assertThatThrownBy(() -> Moments.from(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there are only");
    }
  }
}
