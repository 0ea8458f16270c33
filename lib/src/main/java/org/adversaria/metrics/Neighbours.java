package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.function.DoublePredicate;
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

          def cover(self, real: Tensor, fake: Tensor, centre: Tensor, real_radii: Tensor,
                    fake_radii: Tensor, strict: bool, balls_at_fake: Tensor,
                    fakes_in_ball: Tensor, balls_at_real: Tensor) -> None:
            squared, tolerance = self.squared(real, fake, centre)
            radii = torch.unsqueeze(real_radii, 1)
            if strict:
              in_real = torch.lt(squared, torch.sub(radii, tolerance))
              in_fake = torch.lt(squared, torch.sub(fake_radii, tolerance))
            else:
              in_real = torch.le(squared, torch.add(radii, tolerance))
              in_fake = torch.le(squared, torch.add(fake_radii, tolerance))
            torch.add_(balls_at_fake, torch.sum(in_real, [0]))
            torch.add_(fakes_in_ball, torch.sum(in_real, [1]))
            torch.add_(balls_at_real, torch.sum(in_fake, [1]))
          """);

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
  record Cover(double fakeCovered, double realCovered, double realBalls, double realBallsHit) {}

  /**
   * Counts who lies in whose ball.
   *
   * @param real {@code (N, width)}
   * @param fake {@code (M, width)}
   * @param k a ball reaches to the k-th nearest other sample of its set
   * @param strict whether the border does not belong to a ball
   * @throws IllegalArgumentException if the widths differ, a row is not finite, k is less than 1,
   *     or a set has no k-th neighbours
   */
  Cover cover(NDArray real, NDArray fake, int k, boolean strict) {
    Samples.check(real, fake);
    if (k < 1) {
      throw new IllegalArgumentException("There is no neighbour number " + k + "; k is at least 1");
    }
    Samples.requireCount(real, k + 1, "real", "a " + k + "-th neighbour");
    Samples.requireCount(fake, k + 1, "generated", "a " + k + "-th neighbour");
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray centre =
          Samples.rows(real, 0, rows).toType(DataType.FLOAT64, false).mean(new int[] {0});
      NDArray realRadii = squaredRadii(real, centre, k);
      NDArray fakeRadii = squaredRadii(fake, centre, k);
      NDArray ballsAtFake = fakeRadii.zerosLike();
      NDArray fakesInBall = realRadii.zerosLike();
      NDArray ballsAtReal = realRadii.zerosLike();
      for (int row = 0; row < Samples.count(real); row += rows) {
        for (int column = 0; column < Samples.count(fake); column += columns) {
          try (var block = new NDScope()) {
            SCRIPT
                .method("cover")
                .update(
                    Samples.rows(real, row, rows),
                    Samples.rows(fake, column, columns),
                    centre,
                    Samples.rows(realRadii, row, rows),
                    Samples.rows(fakeRadii, column, columns),
                    strict,
                    Samples.rows(ballsAtFake, column, columns),
                    Samples.rows(fakesInBall, row, rows),
                    Samples.rows(ballsAtReal, row, rows));
          }
        }
      }
      return new Cover(
          share(ballsAtFake, n -> n > 0),
          share(ballsAtReal, n -> n > 0),
          ballsAtFake.mean().getDouble(),
          share(fakesInBall, n -> n > 0));
    }
  }

  /** The squared distance of each sample to its k-th nearest other, {@code (N)}. */
  NDArray squaredRadii(NDArray x, NDArray centre, int k) {
    return NearestNeighbours.search(x, centre, k, rows).get(0).max(new int[] {1});
  }

  private static double share(NDArray counts, DoublePredicate which) {
    double[] values = counts.toDoubleArray();
    return (double) Arrays.stream(values).filter(which).count() / values.length;
  }
}
