package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearestNeighboursTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Points of a fixed sequence, without ties. */
  private NDArray points(int size, int width) {
    var random = new SplitMix(7, size);
    var values = new float[size * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, new Shape(size, width));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 7, 22, 23, 100})
  void equalsALoopOverPairsWhateverTheBlocks(int block) {
    NDArray x = points(23, 5);
    NDArray centre = x.toType(DataType.FLOAT64, false).mean(new int[] {0});
    NDList found = NearestNeighbours.search(x, centre, 6, block);
    double[] squared = found.get(0).toDoubleArray();
    long[] which = found.get(1).toLongArray();
    float[] rows = x.toFloatArray();
    for (int i = 0; i < 23; i++) {
      int row = i;
      int[] expected =
          IntStream.range(0, 23)
              .filter(j -> j != row)
              .boxed()
              .sorted(Comparator.comparingDouble(j -> squared(rows, row, j)))
              .limit(6)
              .mapToInt(j -> j)
              .toArray();
      for (int n = 0; n < 6; n++) {
        assertThat(which[6 * i + n]).isEqualTo(expected[n]);
        assertThat(squared[6 * i + n]).isCloseTo(squared(rows, i, expected[n]), within(1e-12));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 9, 100})
  void rowsOfTwoMatricesFindEachOther(int block) {
    NDArray all = points(23, 5);
    NDArray centre = all.toType(DataType.FLOAT64, false).mean(new int[] {0});
    NDArray x = all.get("0:4");
    NDArray y = all.get("4:");
    NDList found = NearestNeighbours.between(x, y, centre, 6, block);
    assertThat(found.get(0).getShape()).isEqualTo(new Shape(4, 6));
    assertThat(found.get(1).getShape()).isEqualTo(new Shape(19, 6));
    float[] rows = all.toFloatArray();
    for (int i = 0; i < 23; i++) {
      int row = i;
      double[] expected =
          IntStream.range(0, 23)
              .filter(j -> j < 4 != row < 4)
              .mapToDouble(j -> squared(rows, row, j))
              .sorted()
              .limit(6)
              .toArray();
      double[] actual = found.get(i < 4 ? 0 : 1).get(i < 4 ? i : i - 4).toDoubleArray();
      for (int n = 0; n < 6; n++) {
        double distance = n < expected.length ? expected[n] : Double.POSITIVE_INFINITY;
        assertThat(actual[n]).isCloseTo(distance, within(1e-12));
      }
    }
  }

  private static double squared(float[] rows, int i, int j) {
    return IntStream.range(0, 5)
        .mapToDouble(d -> (double) rows[5 * i + d] - rows[5 * j + d])
        .map(d -> d * d)
        .sum();
  }

  @Test
  void anEqualRowIsANeighbourTheRowItselfIsNot() {
    NDArray x = manager.create(new float[] {3, 4, 0, 1, 6, 8, 3, 4}, new Shape(4, 2));
    var neighbours = NearestNeighbours.byCosine(x, 2);
    assertThat(neighbours.of(0)).containsExactlyInAnyOrder(2, 3);
    assertThat(neighbours.of(2)).containsExactlyInAnyOrder(0, 3);
    assertThat(neighbours.radius(0)).isZero();
    assertThat(neighbours.of(1)).hasSize(2).doesNotContain(1);
    // The cosine of (0, 1) and (3, 4) is 4/5.
    assertThat(neighbours.radius(1)).isCloseTo(Math.sqrt(2 - 2 * 0.8), within(1e-7));
  }

  @Test
  void everyoneIsANeighbourWhereKIsAllOthers() {
    var neighbours = NearestNeighbours.byCosine(points(9, 3), 8);
    for (int i = 0; i < 9; i++) {
      assertThat(neighbours.of(i)).hasSize(8).doesNotHaveDuplicates().doesNotContain(i);
    }
  }

  @Test
  void aSearchLeavesNoArrays() {
    NDArray x = points(9, 3);
    int before = manager.getManagedArrays().size();
    NearestNeighbours.byCosine(x, 2);
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void refusesWhatHasNoNeighboursOrNoDirection() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NearestNeighbours.byCosine(points(9, 3), 9))
        .withMessageContaining("Of 9 samples each has 1 to 8 neighbours besides itself, not 9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NearestNeighbours.byCosine(points(9, 3), 0));
    NDArray x = points(4, 2);
    x.set(new float[] {1, 2, 0, 0, 3, 4, 5, 6});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NearestNeighbours.byCosine(x, 1))
        .withMessageContaining("Row 1 of the features has the norm 0.0");
    x.set(new float[] {1, 2, 1, 1, 3, Float.NaN, 5, 6});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NearestNeighbours.byCosine(x, 1))
        .withMessageContaining("Row 2 of the features has the norm NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NearestNeighbours.byCosine(manager.ones(new Shape(4)), 1))
        .withMessageContaining("Features are (N, width)");
  }
}
