package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArrayDataTest {

  private static final int SIZE = 10;

  private final NDManager manager = NDManager.newBaseManager();

  /** Row i is (i, i); its condition is 10 i. */
  private final NDArray x =
      manager.arange(SIZE).toType(DataType.FLOAT32, false).reshape(SIZE, 1).repeat(1, 2);

  private final NDArray y = manager.arange(SIZE).toType(DataType.INT64, false).mul(10);
  private final ArrayData data = new ArrayData("numbers", x, y);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void tellsWhatItHolds() {
    assertThat(data.name()).isEqualTo("numbers");
    assertThat(data.size()).isEqualTo(SIZE);
    NDArray conditions = data.conditions(manager);
    assertThat(conditions).isEqualTo(y).isNotSameAs(y);
  }

  @Test
  void aRowOfXGoesWithItsRowOfY() {
    try (BatchSource source = data.batches(4, 3, false)) {
      for (long number = 0; number < 7; number++) {
        Batch batch = source.batch(number, manager);
        assertThat(batch.x().getShape()).isEqualTo(new Shape(4, 2));
        assertThat(batch.y().getShape()).isEqualTo(new Shape(4));
        assertThat(batch.y().getDataType()).isEqualTo(DataType.INT64);
        for (int i = 0; i < 4; i++) {
          assertThat(batch.x().getFloat(i, 1)).isEqualTo(batch.x().getFloat(i, 0));
          assertThat((float) batch.y().getLong(i)).isEqualTo(10 * batch.x().getFloat(i, 0));
        }
      }
    }
  }

  /** Batches of 4 of 10 samples: two in an epoch, and two samples left out. */
  @Test
  void anEpochHasEachSampleOnceInANewOrder() {
    try (BatchSource source = data.batches(4, 3, false)) {
      List<List<Long>> epochs = new ArrayList<>();
      for (long epoch = 0; epoch < 20; epoch++) {
        List<Long> rows = new ArrayList<>(rows(source.batch(2 * epoch, manager)));
        rows.addAll(rows(source.batch(2 * epoch + 1, manager)));
        assertThat(rows).hasSize(8).doesNotHaveDuplicates();
        epochs.add(rows);
      }
      assertThat(new HashSet<>(epochs)).hasSizeGreaterThan(18);
      Set<Long> seen = new HashSet<>();
      epochs.forEach(seen::addAll);
      assertThat(seen).hasSize(SIZE);
    }
  }

  private static List<Long> rows(Batch batch) {
    List<Long> rows = new ArrayList<>();
    for (long label : batch.y().toLongArray()) {
      rows.add(label);
    }
    return rows;
  }

  /** A run that is resumed asks for batches by their numbers. */
  @Test
  void aBatchFollowsFromItsNumberAndTheSeed() {
    try (BatchSource once = data.batches(3, 5, false);
        BatchSource again = data.batches(3, 5, false);
        BatchSource other = data.batches(3, 6, false)) {
      once.batch(0, manager);
      once.batch(1, manager);
      assertThat(rows(again.batch(7, manager))).isEqualTo(rows(once.batch(7, manager)));
      assertThat(rows(other.batch(7, manager))).isNotEqualTo(rows(once.batch(7, manager)));
    }
  }

  /** Threads that are in different epochs get the same batches as one after the other. */
  @Test
  void batchesAreTheSameInManyThreads() {
    try (BatchSource source = data.batches(3, 5, false);
        BatchSource alone = data.batches(3, 5, false)) {
      List<List<Long>> expected = new ArrayList<>();
      for (long number = 0; number < 200; number++) {
        expected.add(rows(alone.batch(number, manager)));
      }
      List<List<Long>> batches =
          LongStream.range(0, 200)
              .parallel()
              .mapToObj(number -> rows(source.batch(number, manager)))
              .toList();
      assertThat(batches).isEqualTo(expected);
    }
  }

  @Test
  void arraysBelongToWhomTheyAreMadeFor() {
    try (BatchSource source = data.batches(2, 0, false);
        NDManager step = manager.newSubManager()) {
      Batch batch = source.batch(0, step);
      step.close();
      assertThat(((ai.djl.util.NativeResource<?>) batch.x()).isReleased()).isTrue();
      assertThat(x.getFloat(3, 0)).isEqualTo(3);
      assertThat(source.batch(1, manager).x().getShape()).isEqualTo(new Shape(2, 2));
    }
  }

  @Test
  void equalArraysHaveEqualChecksums() {
    assertThat(new ArrayData("others", x.duplicate(), y.duplicate()).checksum())
        .isEqualTo(data.checksum());
    NDArray changed = x.duplicate();
    changed.set(new ai.djl.ndarray.index.NDIndex(9, 1), 0f);
    assertThat(new ArrayData("numbers", changed, y).checksum()).isNotEqualTo(data.checksum());
    assertThat(new ArrayData("numbers", x, y.add(1)).checksum()).isNotEqualTo(data.checksum());
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> new ArrayData("odd", x, y.get(":9")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Row i of x goes with row i of y, but x has 10 rows and y has 9");
    assertThatThrownBy(() -> data.batches(2, 0, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("numbers is not known to be images: they are not flipped");
    for (int batchSize : new int[] {0, 11}) {
      assertThatThrownBy(() -> data.batches(batchSize, 0, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("A batch has 1 to 10 samples of numbers, not " + batchSize);
    }
  }
}
