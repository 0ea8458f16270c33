package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InceptionScoreTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray eye(int classes) {
    return manager.eye(classes).toType(DataType.FLOAT64, true);
  }

  @Test
  void fromOneToTheNumberOfClasses() {
    // Zeros contribute zero.
    assertThat(InceptionScore.ofProbabilities(eye(5), 1).mean()).isCloseTo(5, within(1e-12));
    NDArray same = manager.create(new float[] {0.5f, 0.25f, 0.25f}).reshape(1, 3).repeat(0, 4);
    assertThat(InceptionScore.ofProbabilities(same, 2))
        .satisfies(e -> assertThat(e.mean()).isCloseTo(1, within(1e-12)))
        .satisfies(e -> assertThat(e.deviation()).isCloseTo(0, within(1e-12)));
  }

  @Test
  void twoImagesHaveAClosedForm() {
    // KL of (3/4, 1/4) and (1/4, 3/4) to their mean: log 2 - H(1/4)
    NDArray p = manager.create(new double[] {0.75, 0.25, 0.25, 0.75}, new Shape(2, 2));
    double entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
    assertThat(InceptionScore.ofProbabilities(p, 1).mean())
        .isCloseTo(2 / Math.exp(entropy), within(1e-12));
  }

  @Test
  void logitsGiveTheirSoftmaxAndMayBeLarge() {
    NDArray logits =
        manager.create(new double[] {1, -2, 0.5, 0, 3, 1, -1, 0, 2, 2, 2, 1}, new Shape(4, 3));
    assertThat(InceptionScore.of(logits, 2))
        .isEqualTo(InceptionScore.ofProbabilities(logits.softmax(1), 2));
    assertThat(InceptionScore.of(eye(4).mul(2000), 1).mean()).isCloseTo(4, within(1e-12));
    assertThat(InceptionScore.of(eye(4).mul(2000).toType(DataType.FLOAT32, true), 1).mean())
        .isCloseTo(4, within(1e-12));
  }

  @Test
  void partsBeginAtRoundedDownShares() {
    // 5 rows in 2 parts: rows 0 and 1, rows 2 to 4, of scores 1 and 3.
    NDArray p =
        manager.create(new double[] {1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}, new Shape(5, 3));
    Estimate estimate = InceptionScore.ofProbabilities(p, 2);
    assertThat(estimate.mean()).isCloseTo(2, within(1e-12));
    assertThat(estimate.deviation()).isCloseTo(1, within(1e-12));
  }

  @Test
  void refusesPartsThatCannotBe() {
    assertThatThrownBy(() -> InceptionScore.of(eye(3), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 images cannot be divided into 4 parts: take 1 to 3 splits");
    assertThatThrownBy(() -> InceptionScore.of(eye(3), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("into 0 parts");
  }

  @Test
  void refusesLogitsInPlaceOfProbabilities() {
    NDArray logits = manager.create(new float[] {2, -1, 0, 1}, new Shape(2, 2));
    assertThatThrownBy(() -> InceptionScore.ofProbabilities(logits, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the least is -1.0");
    assertThatThrownBy(() -> InceptionScore.ofProbabilities(eye(3).mul(2), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.0 off 1");
    assertThatThrownBy(() -> InceptionScore.of(logits.mul(Float.NaN), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 of 2 rows of the logits are not finite");
  }
}
