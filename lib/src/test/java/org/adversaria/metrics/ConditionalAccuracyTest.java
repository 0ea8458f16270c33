package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.adversaria.metrics.ConditionalAccuracy.Counter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConditionalAccuracyTest {

  private static final List<String> SEVEN = List.of("a", "b", "c", "d", "e", "f", "g");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray logits(float[]... rows) {
    return manager.create(rows);
  }

  private NDArray labels(long... labels) {
    return manager.create(labels);
  }

  @Test
  void countsFirstChoicesAndFirstFive() {
    var counter = new Counter(SEVEN);
    // The classes of a row are ranked g, f, e, d, c, b, a.
    float[] rising = {1, 2, 3, 4, 5, 6, 7};
    counter.add(logits(rising, rising), labels(6, 2));
    counter.add(logits(rising, rising, rising), labels(6, 1, 0));
    counter.add(logits(new float[] {0, 9, 0, 0, 0, 0, 0}), labels(1));

    ConditionalAccuracy result = counter.result();
    assertThat(result.top1()).isCloseTo(3.0 / 6, within(1e-12));
    assertThat(result.top5()).isCloseTo(4.0 / 6, within(1e-12));
    assertThat(result.byClass())
        .containsExactly(0.0, 0.5, 0.0, Double.NaN, Double.NaN, Double.NaN, 1.0);
    assertThat(result.classNames()).isEqualTo(SEVEN);
  }

  @Test
  void theFirstOfEqualClassesIsTheFirstChoiceAsForArgMax() {
    NDArray equal = logits(new float[] {0, 3, 3, 0, 0, 0, 0}, new float[] {0, 3, 3, 0, 0, 0, 0});
    assertThat(equal.argMax(1).toLongArray()).containsExactly(1, 1);
    var counter = new Counter(SEVEN);
    counter.add(equal, labels(1, 2));
    assertThat(counter.result().byClass()).contains(1.0, 0.0);
    assertThat(counter.result().top1()).isEqualTo(0.5);
  }

  @Test
  void logitsThatAreNotNumbersAreNeverRight() {
    var nan = new float[7];
    Arrays.fill(nan, Float.NaN);
    var counter = new Counter(SEVEN);
    counter.add(logits(nan), labels(0));
    assertThat(counter.result().top1()).isZero();
    assertThat(counter.result().top5()).isZero();
  }

  @Test
  void topFiveOfFiveClassesIsOne() {
    var counter = new Counter(SEVEN.subList(0, 5));
    counter.add(
        manager.randomNormal(new Shape(20, 5)),
        manager.arange(20).toType(DataType.INT64, false).mod(5));
    assertThat(counter.result().top5()).isEqualTo(1);
  }

  @Test
  void refusesOtherClasses() {
    var counter = new Counter(SEVEN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> counter.add(manager.zeros(new Shape(2, 6)), labels(0, 1)))
        .withMessageContaining("The logits are (2, 6), but 2 labels of 7 classes need (2, 7)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> counter.add(manager.zeros(new Shape(1, 7)), labels(7)))
        .withMessageContaining("The label 7 is not one of 7 classes, whose labels run from 0 to 6");
    assertThatIllegalStateException()
        .isThrownBy(counter::result)
        .withMessageContaining("add a batch first");
  }
}
