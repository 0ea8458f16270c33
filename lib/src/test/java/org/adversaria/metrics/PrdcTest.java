package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.adversaria.torch.LinearAlgebra;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class PrdcTest {

  private static final Offset<Double> EXACT = within(1e-12);

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(3);

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray normal(int rows, int width) {
    double[] values = random.doubles((long) rows * width).map(u -> random.nextGaussian()).toArray();
    return manager.create(values, new Shape(rows, width));
  }

  /** The definitions with loops over pairs, where distances are exact or far from equal. */
  private record ByPairs(double[][] real, double[][] fake, int k) {

    static ByPairs of(NDArray real, NDArray fake, int k) {
      return new ByPairs(rows(real), rows(fake), k);
    }

    private static double[][] rows(NDArray x) {
      return IntStream.range(0, Samples.count(x))
          .mapToObj(i -> x.get(i).toDoubleArray())
          .toArray(double[][]::new);
    }

    private static double distance(double[] a, double[] b) {
      return IntStream.range(0, a.length).mapToDouble(i -> (a[i] - b[i]) * (a[i] - b[i])).sum();
    }

    private double radius(double[][] set, double[] centre) {
      return Arrays.stream(set).mapToDouble(x -> distance(x, centre)).sorted().toArray()[k];
    }

    private boolean holds(double[][] set, double[] centre, double[] point, boolean border) {
      double distance = distance(centre, point);
      return border ? distance <= radius(set, centre) : distance < radius(set, centre);
    }

    private double covered(double[][] set, double[][] points, boolean border) {
      return share(points, p -> Arrays.stream(set).anyMatch(c -> holds(set, c, p, border)));
    }

    private static double share(double[][] points, Predicate<double[]> test) {
      return (double) Arrays.stream(points).filter(test).count() / points.length;
    }

    Prdc prdc() {
      double balls =
          Arrays.stream(fake)
              .mapToLong(p -> Arrays.stream(real).filter(c -> holds(real, c, p, false)).count())
              .average()
              .orElseThrow();
      double coverage =
          share(real, c -> Arrays.stream(fake).anyMatch(p -> holds(real, c, p, false)));
      return new Prdc(covered(real, fake, false), covered(fake, real, false), balls / k, coverage);
    }

    ImprovedPrecisionRecall improved() {
      return new ImprovedPrecisionRecall(covered(real, fake, true), covered(fake, real, true));
    }
  }

  private static void assertSame(Prdc actual, Prdc expected) {
    assertThat(actual.precision()).isCloseTo(expected.precision(), EXACT);
    assertThat(actual.recall()).isCloseTo(expected.recall(), EXACT);
    assertThat(actual.density()).isCloseTo(expected.density(), EXACT);
    assertThat(actual.coverage()).isCloseTo(expected.coverage(), EXACT);
  }

  @Test
  void equalsLoopsOverPairsWhateverTheBlocks() {
    NDArray real = normal(37, 3);
    NDArray fake = normal(29, 3).mul(0.8).add(0.4);
    for (int k : new int[] {1, 4}) {
      var byPairs = ByPairs.of(real, fake, k);
      for (int[] block : new int[][] {{1, 40}, {7, 5}, {37, 29}, {2048, 4096}}) {
        var neighbours = new Neighbours(block[0], block[1]);
        assertSame(Prdc.of(real, fake, k, neighbours), byPairs.prdc());
        assertThat(ImprovedPrecisionRecall.of(real, fake, k, neighbours))
            .isEqualTo(byPairs.improved());
      }
    }
  }

  @Test
  void bordersAreExactOnALatticeFarFromTheOrigin() {
    // Many distances are equal, and the coordinates' squares hold no digit of the differences.
    NDArray real = lattice(60);
    NDArray fake = lattice(50);
    NDArray offset = manager.create(new double[] {1e5, -3e5, 1e5 / 3});
    for (int k : new int[] {2, 4}) {
      var byPairs = ByPairs.of(real, fake, k);
      var neighbours = new Neighbours(16, 9);
      assertSame(Prdc.of(real.add(offset), fake.add(offset), k, neighbours), byPairs.prdc());
      assertThat(ImprovedPrecisionRecall.of(real.add(offset), fake.add(offset), k, neighbours))
          .isEqualTo(byPairs.improved());
    }
  }

  private NDArray lattice(int rows) {
    double[] values = random.ints(rows * 3L, 0, 6).asDoubleStream().toArray();
    return manager.create(values, new Shape(rows, 3));
  }

  @Test
  void aSetCoversItself() {
    NDArray x = normal(300, 8).toType(DataType.FLOAT32, true);
    assertSame(Prdc.of(x, x, 5), new Prdc(1, 1, 1, 1));
    assertThat(ImprovedPrecisionRecall.of(x, x, 3)).isEqualTo(new ImprovedPrecisionRecall(1, 1));
  }

  @Test
  void setsFarApartDoNotMeet() {
    NDArray x = normal(50, 4);
    assertSame(Prdc.of(x, normal(40, 4).add(100), 5), new Prdc(0, 0, 0, 0));
  }

  @Test
  void modesThatAreMissingCostRecallAndCoverageOnly() {
    NDArray mode = normal(100, 2);
    NDArray real = NDArrays.concat(new NDList(mode, normal(100, 2).add(50)));
    Prdc prdc = Prdc.of(real, mode, 5);
    assertThat(prdc.precision()).isEqualTo(1);
    assertThat(prdc.recall()).isEqualTo(0.5);
    assertThat(prdc.coverage()).isEqualTo(0.5);
    assertThat(prdc.density()).isCloseTo(1, EXACT);
  }

  @Test
  void aBallWithoutRadiusHoldsNothingButOnItsBorder() {
    NDArray point = manager.create(new float[] {0.1f, 0.7f, 1e4f}).reshape(1, 3).repeat(0, 8);
    assertSame(Prdc.of(point, point, 5), new Prdc(0, 0, 0, 0));
    assertThat(ImprovedPrecisionRecall.of(point, point, 5))
        .isEqualTo(new ImprovedPrecisionRecall(1, 1));
  }

  @Test
  void invariantUnderRotationShiftAndOrder() {
    NDArray real = normal(80, 6);
    NDArray fake = normal(70, 6).mul(1.3);
    Prdc prdc = Prdc.of(real, fake, 4);
    NDArray rotation = LinearAlgebra.orthonormalColumns(normal(6, 6));
    assertThat(Prdc.of(real.matMul(rotation).add(5), fake.matMul(rotation).add(5), 4))
        .isEqualTo(prdc);
    assertThat(Prdc.of(real.flip(0), fake.flip(0), 4)).isEqualTo(prdc);
  }

  @Test
  void refusesTooFewSamples() {
    NDArray five = normal(5, 2);
    NDArray nine = normal(9, 2);
    assertThatThrownBy(() -> Prdc.of(five, nine, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A 5-th neighbour needs at least 6 real samples; there are 5");
    assertThatThrownBy(() -> ImprovedPrecisionRecall.of(nine, five, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A 5-th neighbour needs at least 6 generated samples; there are 5");
    assertThat(Prdc.of(five, five, 4).precision()).isEqualTo(1);
    assertThatThrownBy(() -> Prdc.of(nine, nine, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no neighbour number 0");
    assertThatThrownBy(() -> Prdc.of(nine, normal(9, 3), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 columns, the generated ones 3");
    assertThatThrownBy(() -> Prdc.of(nine.mul(Double.NaN), nine, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9 of 9 rows of the real features are not finite");
  }
}
