package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.adversaria.models.Condition;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InstanceDataTest {

  private static final int SIZE = 12;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Image i has the left pixel 2i and the right one 2i + 1, and the class i mod 3. */
  private static ImageData images() {
    var images = new byte[SIZE][];
    Arrays.setAll(images, i -> new byte[] {(byte) (2 * i), (byte) (2 * i + 1)});
    int[] labels = IntStream.range(0, SIZE).map(i -> i % 3).toArray();
    return new ImageBytes("pixels", 1, 1, 2, List.of("a", "b", "c"), images, labels);
  }

  /** Instance i has its place on an arc, so that neighbours have numbers near i. */
  private InstanceData data(int k) {
    var features = new float[2 * SIZE];
    for (int i = 0; i < SIZE; i++) {
      features[2 * i] = 5 * (float) Math.cos(0.1 * i);
      features[2 * i + 1] = 5 * (float) Math.sin(0.1 * i);
    }
    return InstanceData.of(images(), manager.create(features, new Shape(SIZE, 2)), k);
  }

  /** The number of the image that a row of a batch shows; both pixels tell it. */
  private static int shown(float[] x, int row) {
    int left = Math.round((x[2 * row] + 1) * 127.5f);
    int right = Math.round((x[2 * row + 1] + 1) * 127.5f);
    assertThat(Math.abs(left - right)).isEqualTo(1);
    return left / 2;
  }

  private static int instance(float[] y, int row, int width) {
    return (int) Math.round(Math.atan2(y[row * width + 1], y[row * width]) / 0.1);
  }

  @Test
  void pairsEveryInstanceOfAnEpochWithOneOfItsNeighbours() {
    InstanceData data = data(3);
    assertThat(data.condition()).isEqualTo(new Condition.Instances(2, 0));
    Set<List<Integer>> pairs = new HashSet<>();
    try (BatchSource source = data.batches(4, 1, false)) {
      for (int epoch = 0; epoch < 40; epoch++) {
        Set<Integer> instances = new HashSet<>();
        for (int b = 0; b < 3; b++) {
          Batch batch = source.batch(3 * epoch + b, manager);
          assertThat(batch.x().getShape()).isEqualTo(new Shape(4, 1, 1, 2));
          assertThat(batch.y().getShape()).isEqualTo(new Shape(4, 2));
          float[] x = batch.x().toFloatArray();
          float[] y = batch.y().toFloatArray();
          for (int row = 0; row < 4; row++) {
            int h = instance(y, row, 2);
            assertThat(data.neighbours().of(h)).contains(shown(x, row));
            instances.add(h);
            pairs.add(List.of(h, shown(x, row)));
          }
        }
        assertThat(instances).hasSize(SIZE);
      }
    }
    // In 40 draws each of three neighbours is missed with probability (2/3)^40, below 1e-7.
    assertThat(pairs).hasSize(3 * SIZE);
  }

  @Test
  void aBatchIsAFunctionOfSeedAndNumber() {
    InstanceData data = data(3);
    try (BatchSource one = data.batches(4, 1, true);
        BatchSource two = data.batches(4, 1, true);
        BatchSource other = data.batches(4, 2, true)) {
      one.batch(0, manager);
      Batch expected = one.batch(7, manager);
      Batch again = two.batch(7, manager);
      assertThat(again.x().toFloatArray()).isEqualTo(expected.x().toFloatArray());
      assertThat(again.y().toFloatArray()).isEqualTo(expected.y().toFloatArray());
      assertThat(other.batch(7, manager).y().toFloatArray())
          .isNotEqualTo(expected.y().toFloatArray());
    }
  }

  @Test
  void mirrorsHalfOfTheImages() {
    int mirrored = 0;
    try (BatchSource source = data(3).batches(12, 1, true)) {
      for (int b = 0; b < 20; b++) {
        float[] x = source.batch(b, manager).x().toFloatArray();
        for (int row = 0; row < 12; row++) {
          shown(x, row);
          mirrored += x[2 * row] > x[2 * row + 1] ? 1 : 0;
        }
      }
    }
    // 120 expected of 240, with a deviation of 8.
    assertThat(mirrored).isBetween(70, 170);
  }

  @Test
  void withClassesTheLabelIsTheNeighbours() {
    InstanceData data = data(2).withClasses();
    assertThat(data.condition()).isEqualTo(new Condition.Instances(2, 3));
    assertThat(data.numClasses()).isEqualTo(3);
    try (BatchSource source = data.batches(12, 5, false)) {
      Batch batch = source.batch(0, manager);
      float[] x = batch.x().toFloatArray();
      float[] y = batch.y().toFloatArray();
      for (int row = 0; row < 12; row++) {
        assertThat(y[3 * row + 2]).isEqualTo(shown(x, row) % 3);
      }
    }
    float[] own = data.conditions(new int[] {4, 11}, manager).toFloatArray();
    assertThat(own[2]).isEqualTo(1);
    assertThat(own[5]).isEqualTo(2);
    assertThat(data.conditions(manager).getShape()).isEqualTo(new Shape(SIZE, 3));
  }

  @Test
  void drawnConditionsHaveTheLabelsOfNeighbours() {
    InstanceData data = data(2).withClasses();
    ConditionSource source = data.conditionSource(manager);
    NDArray drawn = Torch.seeded(3, () -> source.draw(400));
    assertThat(drawn.getDataType()).isEqualTo(DataType.FLOAT32);
    assertThat(drawn.getShape()).isEqualTo(new Shape(400, 3));
    assertThat(Torch.seeded(3, () -> source.draw(400)).toFloatArray())
        .isEqualTo(drawn.toFloatArray());
    float[] y = drawn.toFloatArray();
    Set<List<Integer>> pairs = new HashSet<>();
    for (int row = 0; row < 400; row++) {
      pairs.add(List.of(instance(y, row, 3), (int) y[3 * row + 2]));
    }
    Set<List<Integer>> expected = new HashSet<>();
    for (int h = 0; h < SIZE; h++) {
      for (int neighbour : data.neighbours().of(h)) {
        expected.add(List.of(h, neighbour % 3));
      }
    }
    assertThat(pairs).isEqualTo(expected);
    assertThat(data(2).conditionSource(manager).draw(5).getShape()).isEqualTo(new Shape(5, 2));
  }

  @Test
  void theChecksumTellsFeaturesNeighboursAndClasses() {
    assertThat(data(2).checksum()).isEqualTo(data(2).checksum());
    NDArray other = manager.randomNormal(new Shape(SIZE, 2));
    assertThat(
            List.of(
                data(2).checksum(),
                data(3).checksum(),
                data(2).withClasses().checksum(),
                InstanceData.of(images(), other, 2).checksum()))
        .doesNotHaveDuplicates();
  }

  @Test
  void refusesFeaturesOfOtherImages() {
    NDArray features = manager.ones(new Shape(SIZE - 1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InstanceData.of(images(), features, 2))
        .withMessageContaining("pixels has 12 images, but the features are (11, 2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> data(2).batches(13, 0, false))
        .withMessageContaining("A batch has 1 to 12 samples of pixels, not 13");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> data(2).conditions(new int[] {0, -1}, manager))
        .withMessageContaining("-1");
  }
}
