package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.adversaria.metrics.Neighbours.Cover;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class BlockNeighboursTest {

  private static final List<Balls> BALLS = List.of(Prdc.balls(5), ImprovedPrecisionRecall.balls(3));

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(5);

  @AfterEach
  void close() {
    manager.close();
  }

  /** Points of a lattice far from the origin, many of which are equally far from others. */
  private NDArray lattice(int rows, int side) {
    float[] values = new float[rows * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1000 + random.nextInt(side);
    }
    return manager.create(values, new Shape(rows, 3));
  }

  private static List<FeatureBlock> blocks(boolean real, NDArray x, int... bounds) {
    var blocks = new ArrayList<FeatureBlock>();
    for (int i = 1; i < bounds.length; i++) {
      NDArray part = Samples.rows(x, bounds[i - 1], bounds[i] - bounds[i - 1]);
      blocks.add(FeatureBlock.of("a test", real, bounds[i - 1], part));
    }
    return blocks;
  }

  private static FeatureTally tally(NDArray x, int... bounds) {
    FeatureTally tally = null;
    for (int i = 1; i < bounds.length; i++) {
      NDArray part = Samples.rows(x, bounds[i - 1], bounds[i] - bounds[i - 1]);
      FeatureTally added = FeatureTally.of(part, bounds[i - 1]);
      tally = tally == null ? added : added.merge(tally);
    }
    return tally;
  }

  private static void search(
      BlockNeighbours neighbours,
      List<FeatureBlock> blocks,
      Map<String, NearestDistances> nearest) {
    for (int i = 0; i < blocks.size(); i++) {
      for (int j = 0; j <= i; j++) {
        neighbours
            .nearest(blocks.get(i), blocks.get(j))
            .forEach(found -> nearest.merge(found.block(), found, NearestDistances::merge));
      }
    }
  }

  @Test
  void equalsOneSearchOverAllWhereDistancesAreEqual() {
    NDArray real = lattice(2500, 16);
    NDArray fake = lattice(2400, 12);
    Map<Balls, Cover> expected = Neighbours.STANDARD.covers(real, fake, BALLS);
    for (Balls each : BALLS) {
      assertThat(expected.get(each).realCovered()).isBetween(0.1, 0.9);
    }

    int[] bounds = {0, 1, 700, 2100, 2500};
    var neighbours =
        new BlockNeighbours("a test", BALLS, tally(real, bounds), tally(fake, 0, 1200, 2400));
    List<FeatureBlock> ofReal = blocks(true, real, bounds);
    List<FeatureBlock> ofFake = blocks(false, fake, 0, 1200, 2400);
    var nearest = new HashMap<String, NearestDistances>();
    search(neighbours, ofReal, nearest);
    search(neighbours, ofFake, nearest);
    var counts = new HashMap<String, BallCounts>();
    for (FeatureBlock one : ofReal) {
      for (FeatureBlock other : ofFake) {
        neighbours
            .count(one, other, nearest::get)
            .forEach(found -> counts.merge(found.block(), found, BallCounts::merge));
      }
    }
    assertThat(neighbours.covers(counts.values())).isEqualTo(expected);
  }

  @Test
  void distancesAreAboutTheMeanOfTheFirstRealRows() {
    NDArray real = lattice(2500, 16);
    double[] mean =
        Samples.rows(real, 0, 2048)
            .toType(DataType.FLOAT64, false)
            .mean(new int[] {0})
            .toDoubleArray();
    assertThat(tally(real, 0, 100, 2000, 2100, 2500).centre()).containsExactly(mean, within(1e-9));
  }
}
