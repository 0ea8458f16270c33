package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KMeansTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Three points about each of four corners; the first of three is the corner itself. */
  private NDArray corners() {
    var values = new float[24];
    for (int i = 0; i < 12; i++) {
      float off = new float[] {0, 0.1f, -0.1f}[i % 3];
      values[2 * i] = (i / 3 % 2) * 10 + off;
      values[2 * i + 1] = (i / 6) * 10 - off;
    }
    return manager.create(values, new Shape(12, 2));
  }

  @Test
  void choosesTheMiddlesOfClusters() {
    // Of random first centres some lead to a worse division, in which a corner is divided.
    long found =
        Arrays.stream(new long[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
            .mapToObj(seed -> KMeans.choose(corners(), 4, 100, seed))
            .filter(rows -> Arrays.equals(rows, new int[] {0, 3, 6, 9}))
            .count();
    assertThat(found).isGreaterThanOrEqualTo(1);
    for (long seed = 0; seed < 10; seed++) {
      assertThat(KMeans.choose(corners(), 4, 100, seed))
          .hasSize(4)
          .doesNotHaveDuplicates()
          .isEqualTo(KMeans.choose(corners(), 4, 100, seed));
    }
  }

  @Test
  void hasAsManyRowsAsClustersWhereRowsAreEqual() {
    NDArray equal = manager.ones(new Shape(7, 3));
    assertThat(KMeans.choose(equal, 5, 10, 0)).hasSize(5).doesNotHaveDuplicates();
    assertThat(KMeans.choose(corners(), 12, 10, 0))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertThat(KMeans.choose(corners(), 1, 10, 0)).hasSize(1);
  }

  @Test
  void refusesMoreClustersThanRows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KMeans.choose(corners(), 13, 10, 0))
        .withMessageContaining("12 rows make 1 to 12 clusters, not 13");
    assertThatIllegalArgumentException().isThrownBy(() -> KMeans.choose(corners(), 4, 0, 0));
  }

  @Test
  void refusesWhatIsNoMatrixOfNumbers() {
    NDArray x = corners().duplicate();
    x.set(new NDIndex("3, 1"), Float.NaN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KMeans.choose(x, 4, 10, 0))
        .withMessageContaining("Row 3 has the squared norm NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KMeans.choose(corners().flatten(), 4, 10, 0))
        .withMessageContaining("rows (N, width)");
  }
}
