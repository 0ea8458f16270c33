package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.data.NearestNeighbours;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchScript;

/**
 * Balls around samples that reach to their k-th nearest neighbour, and which of two sets' samples
 * lie in the other's balls.
 *
 * <p>Distances are computed in blocks, so that memory holds a few blocks and one number for each
 * sample and neighbour, but never all distances. A squared distance is |a|^2 + |b|^2 - 2ab, in
 * double precision and about the mean of some samples; what is below 1e-12 (|a|^2 + |b|^2) is a
 * rounding error and counts as 0, and two distances that differ by less count as equal. So equal
 * samples are at distance 0, and a sample on the border of a ball is found there however the sum
 * was rounded.
 */
final class Neighbours {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def squared(self, a: Tensor, b: Tensor, centre: Tensor) -> Tuple[Tensor, Tensor]:
            x = torch.sub(a, centre)
            y = torch.sub(b, centre)
            size_x = torch.unsqueeze(torch.sum(torch.square(x), [1]), 1)
            sizes = torch.add(size_x, torch.sum(torch.square(y), [1]))
            squared = torch.addmm(sizes, x, torch.t(y), beta=1, alpha=-2)
            tolerance = torch.mul_(sizes, 1e-12)
            torch.masked_fill_(squared, torch.le(squared, tolerance), 0.)
            return squared, tolerance

          def count(self, squared: Tensor, tolerance: Tensor, real_radii: Tensor,
                    fake_radii: Tensor, border: bool, balls_at_fake: Tensor,
                    fakes_in_ball: Tensor, balls_at_real: Tensor) -> None:
            radii = torch.unsqueeze(real_radii, 1)
            if border:
              in_real = torch.le(squared, torch.add(radii, tolerance))
              in_fake = torch.le(squared, torch.add(fake_radii, tolerance))
            else:
              in_real = torch.lt(squared, torch.sub(radii, tolerance))
              in_fake = torch.lt(squared, torch.sub(fake_radii, tolerance))
            torch.add_(balls_at_fake, torch.sum(in_real, [0]))
            torch.add_(fakes_in_ball, torch.sum(in_real, [1]))
            torch.add_(balls_at_real, torch.sum(in_fake, [1]))
          """);

  /** Rows of the real samples in whose midst distances are computed. */
  static final int CENTRED = 2048;

  /** Blocks of 64 MiB in double precision. */
  static final Neighbours STANDARD = new Neighbours(2048, 4096);

  private final int rows;
  private final int columns;

  /** Computes with blocks of some rows and columns. */
  Neighbours(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * How two sets cover each other.
   *
   * @param fakeCovered the share of generated samples that lie in a ball around a real one
   * @param realCovered the share of real samples that lie in a ball around a generated one
   * @param realBalls the number of real samples' balls that a generated sample lies in, on average
   * @param realBallsHit the share of real samples' balls that a generated sample lies in
   */
  record Cover(double fakeCovered, double realCovered, double realBalls, double realBallsHit) {

    static Cover of(Counts counts) {
      return new Cover(
          share(counts.ballsAtFake()),
          share(counts.ballsAtReal()),
          Arrays.stream(counts.ballsAtFake()).average().orElseThrow(),
          share(counts.fakesInBall()));
    }

    private static double share(int[] counts) {
      return (double) Arrays.stream(counts).filter(n -> n > 0).count() / counts.length;
    }
  }

  /**
   * Who lies in whose ball, counted.
   *
   * @param ballsAtFake the number of real samples' balls that each generated sample lies in
   * @param fakesInBall the number of generated samples in each real sample's ball
   * @param ballsAtReal the number of generated samples' balls that each real sample lies in
   */
  record Counts(int[] ballsAtFake, int[] fakesInBall, int[] ballsAtReal) {}

  /**
   * Counts who lies in whose ball.
   *
   * @param real {@code (N, width)}
   * @param fake {@code (M, width)}
   * @param balls which ones
   * @return how the sets cover each other by each kind of balls
   * @throws IllegalArgumentException if the widths differ, a row is not finite, or a set has no
   *     k-th neighbours
   */
  Map<Balls, Cover> covers(NDArray real, NDArray fake, List<Balls> balls) {
    Samples.check(real, fake);
    for (Balls each : balls) {
      each.requireNeighbours(Samples.count(real), "real");
      each.requireNeighbours(Samples.count(fake), "generated");
    }
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      int k = Balls.largestK(balls);
      NDArray centre =
          Samples.rows(real, 0, CENTRED).toType(DataType.FLOAT64, false).mean(new int[] {0});
      NDArray ofReal = NearestNeighbours.search(real, centre, k, rows).get(0);
      NDArray ofFake = NearestNeighbours.search(fake, centre, k, rows).get(0);
      List<Counts> counts = count(real, fake, centre, ofReal, ofFake, balls);
      var covers = new LinkedHashMap<Balls, Cover>();
      for (int i = 0; i < counts.size(); i++) {
        covers.put(balls.get(i), Cover.of(counts.get(i)));
      }
      return covers;
    }
  }

  /**
   * Finds the nearest others of a block's rows within it.
   *
   * @param x {@code (N, width)}
   * @param centre float64 {@code (width)}
   * @return squared distances, float64 {@code (N, k)}, nearest first; infinite where there are
   *     fewer others
   */
  NDArray within(NDArray x, NDArray centre, int k) {
    int others = Math.min(k, Samples.count(x) - 1);
    NDArray squared = x.getManager().zeros(new Shape(Samples.count(x), k), DataType.FLOAT64);
    squared.addi(Double.POSITIVE_INFINITY);
    if (others > 0) {
      NDArray found = NearestNeighbours.search(x, centre, others, rows).get(0);
      squared.set(new NDIndex().addAllDim().addSliceDim(0, others), found);
    }
    return squared;
  }

  /** The same of two blocks' rows in the other block: of x's {@code (N, k)}, y's {@code (M, k)}. */
  NDList between(NDArray x, NDArray y, NDArray centre, int k) {
    return NearestNeighbours.between(x, y, centre, k, rows);
  }

  /**
   * Counts who lies in whose ball, for real and generated samples or blocks of them.
   *
   * @param real {@code (N, width)}
   * @param fake {@code (M, width)}
   * @param centre float64 {@code (width)}
   * @param ofReal squared distances to the nearest others of their set, float64 {@code (N, k)}
   * @param ofFake the same for the generated ones, float64 {@code (M, k)}
   * @param balls which ones, up to the k-th neighbour
   * @return the counts for each kind of balls, in their order
   */
  List<Counts> count(
      NDArray real,
      NDArray fake,
      NDArray centre,
      NDArray ofReal,
      NDArray ofFake,
      List<Balls> balls) {
    List<Running> running = balls.stream().map(each -> Running.of(each, ofReal, ofFake)).toList();
    for (int row = 0; row < Samples.count(real); row += rows) {
      for (int column = 0; column < Samples.count(fake); column += columns) {
        try (var block = new NDScope()) {
          NDList distances =
              SCRIPT
                  .method("squared")
                  .callList(
                      Samples.rows(real, row, rows), Samples.rows(fake, column, columns), centre);
          for (Running each : running) {
            each.add(distances, row, rows, column, columns);
          }
        }
      }
    }
    return running.stream().map(Running::counts).toList();
  }

  /** Counts of one kind of balls, and the balls' squared radii. */
  private record Running(
      boolean border,
      NDArray realRadii,
      NDArray fakeRadii,
      NDArray ballsAtFake,
      NDArray fakesInBall,
      NDArray ballsAtReal) {

    static Running of(Balls balls, NDArray ofReal, NDArray ofFake) {
      NDArray realRadii = ofReal.get(new NDIndex(":, {}", balls.k() - 1));
      NDArray fakeRadii = ofFake.get(new NDIndex(":, {}", balls.k() - 1));
      return new Running(
          balls.border(),
          realRadii,
          fakeRadii,
          fakeRadii.zerosLike(),
          realRadii.zerosLike(),
          realRadii.zerosLike());
    }

    void add(NDList distances, int row, int rows, int column, int columns) {
      SCRIPT
          .method("count")
          .update(
              distances.get(0),
              distances.get(1),
              Samples.rows(realRadii, row, rows),
              Samples.rows(fakeRadii, column, columns),
              border,
              Samples.rows(ballsAtFake, column, columns),
              Samples.rows(fakesInBall, row, rows),
              Samples.rows(ballsAtReal, row, rows));
    }

    Counts counts() {
      return new Counts(ints(ballsAtFake), ints(fakesInBall), ints(ballsAtReal));
    }

    private static int[] ints(NDArray counts) {
      return counts.toType(DataType.INT32, false).toIntArray();
    }
  }
}
