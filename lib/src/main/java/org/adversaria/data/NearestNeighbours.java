package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Objects;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * The k nearest neighbours of every row of a matrix, by an exact search.
 *
 * <p>A row is not its own neighbour; an equal row is, at distance 0. Distances are computed in
 * blocks, so that memory holds one block and k numbers for each row, but never all distances. They
 * are |a|^2 + |b|^2 - 2ab in double precision about a common centre; what is below 2e-12 |a|^2 is a
 * rounding error and counts as 0. Of rows that are equally far from another, any may be the k-th.
 */
public final class NearestNeighbours {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def search(self, x: Tensor, y: Tensor, centre: Tensor, first_x: int, first_y: int,
                     best_x: Tensor, which_x: Tensor, best_y: Tensor, which_y: Tensor) -> None:
            x = torch.sub(x, centre)
            y = torch.sub(y, centre)
            products = torch.mul_(torch.mm(x, torch.t(y)), -2)
            if torch.eq(first_x, first_y):
              # A row is not its own neighbour.
              torch.fill_(torch.diagonal(products), float("inf"))
            else:
              self.insert(torch.clone(torch.t(products), memory_format=0), x, first_x, best_y, which_y)
            self.insert(products, y, first_y, best_x, which_x)

          def insert(self, products: Tensor, others: Tensor, first: int, best: Tensor,
                     which: Tensor) -> None:
            # |a - b|^2 without |a|^2, which is the same for all distances of a.
            far = torch.add_(products, torch.sum(torch.square(others), [1]))
            near = ops.prim.min(torch.size(best, 1), torch.size(far, 1))
            found, columns = torch.topk(far, near, 1, False, False)
            both = torch.cat([best, found], 1)
            numbers = torch.cat([which, torch.add(columns, first)], 1)
            nearest, places = torch.topk(both, torch.size(best, 1), 1, False, True)
            torch.copy_(best, nearest)
            torch.copy_(which, torch.gather(numbers, 1, places))

          def complete(self, x: Tensor, centre: Tensor, best: Tensor) -> None:
            size = torch.unsqueeze(torch.sum(torch.square(torch.sub(x, centre)), [1]), 1)
            torch.add_(best, size)
            torch.masked_fill_(best, torch.le(best, torch.mul(size, 2e-12)), 0.)
          """);

  /** Blocks of 32 MiB in double precision. */
  private static final int BLOCK = 2048;

  private final int k;
  private final int[] rows;
  private final double[] radii;

  private NearestNeighbours(int k, int[] rows, double[] radii) {
    this.k = k;
    this.rows = rows;
    this.radii = radii;
  }

  /**
   * Finds the rows whose cosine with a row is largest.
   *
   * @param features {@code (N, width)}; a row's length does not count
   * @param k the number of neighbours, 1 to N - 1
   * @return the neighbours; distances are those of the unit vectors, sqrt(2 - 2 cosine)
   * @throws IllegalArgumentException if k is out of range, or a row is 0 or not finite
   */
  public static NearestNeighbours byCosine(NDArray features, int k) {
    try (NDArray unit = unit(features)) {
      return ofUnit(unit, k);
    }
  }

  static NearestNeighbours ofUnit(NDArray unit, int k) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      var shape = new Shape(unit.getShape().get(1));
      NDArray centre = unit.getManager().zeros(shape, DataType.FLOAT64, unit.getDevice());
      NDList found = search(unit, centre, k, BLOCK);
      NDArray last = found.get(0).get(new NDIndex(":, -1"));
      int[] rows = Arrays.stream(found.get(1).toLongArray()).mapToInt(Math::toIntExact).toArray();
      return new NearestNeighbours(k, rows, last.sqrt().toDoubleArray());
    }
  }

  /**
   * Divides every row by its Euclidean norm.
   *
   * @param features float32 or float64 {@code (N, width)}
   * @return float32 {@code (N, width)}, of the features' manager and no scope
   * @throws IllegalArgumentException if a row is 0 or not finite, so that it has no direction
   */
  public static NDArray unit(NDArray features) {
    if (features.getShape().dimension() != 2) {
      throw new IllegalArgumentException(
          Text.format(
              "Features are (N, width), one row for each sample, but these are %s",
              features.getShape()));
    }
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray wide = features.toType(DataType.FLOAT64, false);
      NDArray norms = wide.square().sum(new int[] {1}, true).sqrt();
      requireDirections(norms.toDoubleArray());
      NDArray unit = wide.div(norms).toType(DataType.FLOAT32, false);
      NDScope.unregister(unit);
      unit.attach(features.getManager());
      return unit;
    }
  }

  private static void requireDirections(double[] norms) {
    for (int row = 0; row < norms.length; row++) {
      if (!(norms[row] > 0 && norms[row] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            Text.format(
                "Row %d of the features has the norm %s, so that it has no direction: leave its"
                    + " sample out, or take features from another network",
                row, norms[row]));
      }
    }
  }

  /**
   * Finds the nearest other rows by Euclidean distance.
   *
   * @param x {@code (N, width)}
   * @param centre float64 {@code (width)}, in the midst of the rows for the least rounding
   * @param k the number of neighbours, 1 to N - 1
   * @param block rows and columns of a block of distances
   * @return squared distances, float64 {@code (N, k)}, and rows, int64 {@code (N, k)}, nearest
   *     first
   * @throws IllegalArgumentException if k is out of range
   */
  public static NDList search(NDArray x, NDArray centre, int k, int block) {
    int size = Math.toIntExact(x.getShape().get(0));
    if (k < 1 || k >= size) {
      throw new IllegalArgumentException(
          Text.format(
              "Of %d samples each has 1 to %d neighbours besides itself, not %d: choose a smaller k"
                  + " or take more samples",
              size, size - 1, k));
    }
    Nearest found = Nearest.none(x, 0, k);
    // Distances are symmetric: a block serves its rows and its columns.
    for (int row = 0; row < size; row += block) {
      for (int column = row; column < size; column += block) {
        compare(found, row, found, column, centre, block);
      }
    }
    found.complete(centre);
    return new NDList(found.squared(), found.rows());
  }

  /**
   * Finds the nearest rows of another matrix by Euclidean distance, for the rows of both.
   *
   * @param x {@code (N, width)}
   * @param y {@code (M, width)}
   * @param centre float64 {@code (width)}, in the midst of the rows for the least rounding
   * @param k the number of neighbours, at least 1
   * @param block rows and columns of a block of distances
   * @return squared distances of x's rows, float64 {@code (N, k)}, and of y's, float64 {@code (M,
   *     k)}, nearest first; infinite where the other matrix has fewer than k rows
   */
  public static NDList between(NDArray x, NDArray y, NDArray centre, int k, int block) {
    int sizeX = Math.toIntExact(x.getShape().get(0));
    int sizeY = Math.toIntExact(y.getShape().get(0));
    Nearest ofX = Nearest.none(x, 0, k);
    Nearest ofY = Nearest.none(y, sizeX, k);
    for (int row = 0; row < sizeX; row += block) {
      for (int column = 0; column < sizeY; column += block) {
        compare(ofX, row, ofY, column, centre, block);
      }
    }
    ofX.complete(centre);
    ofY.complete(centre);
    return new NDList(ofX.squared(), ofY.squared());
  }

  private static void compare(
      Nearest one, int row, Nearest other, int column, NDArray centre, int block) {
    try (var scope = new NDScope()) {
      SCRIPT
          .method("search")
          .update(
              rows(one.x(), row, block),
              rows(other.x(), column, block),
              centre,
              one.first() + row,
              other.first() + column,
              rows(one.squared(), row, block),
              rows(one.rows(), row, block),
              rows(other.squared(), column, block),
              rows(other.rows(), column, block));
    }
  }

  /**
   * What has been found so far.
   *
   * @param x whose neighbours are sought
   * @param first the number of its first row among all rows
   * @param squared distances without |a|^2 until they are complete, {@code (N, k)}
   * @param rows the neighbours, {@code (N, k)}
   */
  private record Nearest(NDArray x, int first, NDArray squared, NDArray rows) {

    static Nearest none(NDArray x, int first, int k) {
      var shape = new Shape(x.getShape().get(0), k);
      NDArray squared = x.getManager().zeros(shape, DataType.FLOAT64, x.getDevice());
      squared.addi(Double.POSITIVE_INFINITY);
      return new Nearest(
          x, first, squared, x.getManager().zeros(shape, DataType.INT64, x.getDevice()));
    }

    void complete(NDArray centre) {
      SCRIPT.method("complete").update(x, centre, squared);
    }
  }

  private static NDArray rows(NDArray x, int first, int atMost) {
    return x.get(new NDIndex().addSliceDim(first, Math.min(first + atMost, x.getShape().get(0))));
  }

  /**
   * Returns the number of rows.
   *
   * @return N
   */
  public int size() {
    return radii.length;
  }

  /**
   * Returns the number of neighbours of each row.
   *
   * @return k
   */
  public int k() {
    return k;
  }

  /**
   * Returns the neighbours of a row.
   *
   * @param row in [0, N)
   * @return k other rows, nearest first
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public int[] of(int row) {
    Objects.checkIndex(row, size());
    return Arrays.copyOfRange(rows, row * k, (row + 1) * k);
  }

  /**
   * Returns the distance of a row to its k-th neighbour.
   *
   * @param row in [0, N)
   * @return the distance
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public double radius(int row) {
    return radii[row];
  }
}
