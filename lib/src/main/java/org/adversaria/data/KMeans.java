package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * k-means by Lloyd's iterations, and the row of each cluster that is nearest to its centre: few
 * rows that stand for all.
 *
 * <p>IC-GAN chooses the instances of an evaluation by it: 1,000 of ImageNet's, by their unit
 * features. As in the published code the first centres are rows drawn at random. A cluster that
 * becomes empty takes the row that is farthest from its own centre.
 *
 * <p>Source: Casanova et al., "Instance-Conditioned GAN", 2021, section 3.1.
 */
public final class KMeans {

  private static final long STREAM = 5;

  /** Rows of a block of distances. */
  private static final int BLOCK = 4096;

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def assign(self, x: Tensor, centres: Tensor, squared: Tensor, which: Tensor) -> None:
            sizes = torch.sum(torch.square(centres), [1])
            far = torch.addmm(sizes, x, torch.t(centres), beta=1, alpha=-2)
            nearest, numbers = torch.min(far, 1)
            torch.copy_(squared, torch.add(nearest, torch.sum(torch.square(x), [1])))
            torch.copy_(which, numbers)

          def move(self, x: Tensor, which: Tensor, centres: Tensor) -> None:
            sums = torch.index_add(torch.zeros_like(centres), 0, which, x)
            ones = torch.ones_like(torch.select(x, 1, 0))
            counts = torch.index_add(torch.zeros_like(torch.select(centres, 1, 0)), 0, which, ones)
            counts = torch.unsqueeze(counts, 1)
            means = torch.div(sums, torch.clamp_min(counts, 1))
            torch.copy_(centres, torch.where(torch.gt(counts, 0), means, centres))
          """);

  private final NDArray x;
  private final NDArray centres;
  private final NDArray squared;
  private final NDArray which;

  private KMeans(NDArray x, int k, long seed) {
    this.x = x;
    int size = size(x);
    int[] first = Arrays.copyOf(new SplitMix(seed, STREAM).permutation(size), k);
    centres = x.get(x.getManager().create(first).toDevice(x.getDevice(), false));
    squared = x.getManager().zeros(new Shape(size), DataType.FLOAT64, x.getDevice());
    which = x.getManager().zeros(new Shape(size), DataType.INT64, x.getDevice());
  }

  /**
   * Chooses rows that stand for all: of each cluster the one nearest to the cluster's centre.
   *
   * @param x {@code (N, width)}
   * @param k the number of clusters, 1 to N
   * @param iterations at most; 100 in IC-GAN's code. They end when no row changes its cluster
   * @param seed of the first centres
   * @return k different rows, in ascending order
   * @throws IllegalArgumentException if k is out of range, there is no iteration, or x is not a
   *     matrix of finite numbers
   */
  public static int[] choose(NDArray x, int k, int iterations, long seed) {
    if (x.getShape().dimension() != 2) {
      throw new IllegalArgumentException(
          Text.format("Clusters are of rows (N, width), but these are %s", x.getShape()));
    }
    if (k < 1 || k > size(x) || iterations < 1) {
      throw new IllegalArgumentException(
          Text.format(
              "%d rows make 1 to %d clusters, not %d, in 1 iteration at least, not %d",
              size(x), size(x), k, iterations));
    }
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray rows = x.toType(DataType.FLOAT64, true);
      requireFinite(rows.square().sum(new int[] {1}).toDoubleArray());
      var means = new KMeans(rows, k, seed);
      int[] clusters = means.assigned();
      for (int i = 0; i < iterations; i++) {
        means.move();
        int[] before = clusters;
        clusters = means.assigned();
        if (Arrays.equals(before, clusters)) {
          break;
        }
      }
      return means.nearest(clusters);
    }
  }

  private static void requireFinite(double... squares) {
    for (int row = 0; row < squares.length; row++) {
      if (!Double.isFinite(squares[row])) {
        throw new IllegalArgumentException(
            Text.format(
                "Row %d has the squared norm %s, so that it is in no cluster: leave it out",
                row, squares[row]));
      }
    }
  }

  private static int size(NDArray x) {
    return Math.toIntExact(x.getShape().get(0));
  }

  private void move() {
    SCRIPT.method("move").update(x, which, centres);
  }

  /** Gives each row to the nearest centre, and each empty cluster a row. */
  private int[] assigned() {
    for (int first = 0; first < size(x); first += BLOCK) {
      try (var scope = new NDScope()) {
        SCRIPT
            .method("assign")
            .update(block(x, first), centres, block(squared, first), block(which, first));
      }
    }
    int[] clusters = Arrays.stream(which.toLongArray()).mapToInt(Math::toIntExact).toArray();
    if (fillEmpty(clusters, squared.toDoubleArray())) {
      which
          .muli(0)
          .addi(which.getManager().create(Arrays.stream(clusters).asLongStream().toArray()));
    }
    return clusters;
  }

  private static NDArray block(NDArray array, int first) {
    return array.get(new NDIndex().addSliceDim(first, Math.min(first + BLOCK, size(array))));
  }

  /** Moves the farthest row of a cluster of several into each empty one; true if there was any. */
  private boolean fillEmpty(int[] clusters, double[] distances) {
    var counts = new int[size(centres)];
    for (int cluster : clusters) {
      counts[cluster]++;
    }
    boolean filled = false;
    for (int empty = 0; empty < counts.length; empty++) {
      if (counts[empty] == 0) {
        int farthest = farthest(clusters, distances, counts);
        counts[clusters[farthest]]--;
        counts[empty]++;
        clusters[farthest] = empty;
        distances[farthest] = 0;
        filled = true;
      }
    }
    return filled;
  }

  private static int farthest(int[] clusters, double[] distances, int[] counts) {
    int farthest = -1;
    for (int row = 0; row < clusters.length; row++) {
      if (counts[clusters[row]] > 1 && (farthest < 0 || distances[row] > distances[farthest])) {
        farthest = row;
      }
    }
    return farthest;
  }

  private int[] nearest(int[] clusters) {
    double[] distances = squared.toDoubleArray();
    var nearest = new int[size(centres)];
    Arrays.fill(nearest, -1);
    for (int row = 0; row < clusters.length; row++) {
      int best = nearest[clusters[row]];
      if (best < 0 || distances[row] < distances[best]) {
        nearest[clusters[row]] = row;
      }
    }
    return Arrays.stream(nearest).sorted().toArray();
  }
}
