package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.adversaria.metrics.Neighbours.Cover;

/**
 * Precision, recall, density and coverage (Naeem et al., 2020, section 3): fidelity and diversity
 * from balls around samples that reach to their k-th nearest neighbour in their own set.
 *
 * <p>A sample lies in a ball if it is nearer than the k-th neighbour, as in the authors' program; a
 * sample that is there more than k times has a ball that nothing lies in. Density and coverage are
 * meant to be used with k = 5.
 *
 * @param precision the share of generated samples that lie in a real sample's ball, 0 to 1
 * @param recall the share of real samples that lie in a generated sample's ball, 0 to 1
 * @param density in how many real samples' balls a generated sample lies on average, divided by k;
 *     may be above 1
 * @param coverage the share of real samples' balls in which a generated sample lies, 0 to 1
 */
public record Prdc(double precision, double recall, double density, double coverage) {

  /**
   * Compares two sets of features. Distances are computed in blocks and never held.
   *
   * @param real float32 or float64 {@code (N, width)}
   * @param fake generated samples' features, {@code (M, width)}
   * @param k the neighbour that a ball reaches to
   * @return the four numbers
   * @throws IllegalArgumentException if the widths differ, a row is not finite, k is less than 1,
   *     or a set has fewer than k + 1 samples
   */
  public static Prdc of(NDArray real, NDArray fake, int k) {
    return of(real, fake, k, Neighbours.STANDARD);
  }

  static Prdc of(NDArray real, NDArray fake, int k, Neighbours neighbours) {
    Balls balls = balls(k);
    return of(neighbours.covers(real, fake, List.of(balls)).get(balls), k);
  }

  /** The balls that the numbers count. */
  static Balls balls(int k) {
    return new Balls(k, false);
  }

  /** The numbers of what was counted with {@link #balls}. */
  static Prdc of(Cover cover, int k) {
    return new Prdc(
        cover.fakeCovered(), cover.realCovered(), cover.realBalls() / k, cover.realBallsHit());
  }
}
