package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.adversaria.metrics.Neighbours.Cover;

/**
 * Precision and recall of Kynkäänniemi et al. (2019, section 2, equation 2): the share of one set
 * that lies in balls around the other's samples, which reach to their k-th nearest neighbour.
 *
 * <p>The border belongs to a ball, as in the authors' program. The paper takes k = 3 and 50,000
 * samples of each.
 *
 * @param precision the share of generated samples that lie in a real sample's ball, 0 to 1
 * @param recall the share of real samples that lie in a generated sample's ball, 0 to 1
 */
record ImprovedPrecisionRecall(double precision, double recall) {

  /**
   * Compares two sets of features. Distances are computed in blocks and never held.
   *
   * @param real float32 or float64 {@code (N, width)}
   * @param fake generated samples' features, {@code (M, width)}
   * @param k the neighbour that a ball reaches to
   * @return both numbers
   * @throws IllegalArgumentException if the widths differ, a row is not finite, k is less than 1,
   *     or a set has fewer than k + 1 samples
   */
  public static ImprovedPrecisionRecall of(NDArray real, NDArray fake, int k) {
    return of(real, fake, k, Neighbours.STANDARD);
  }

  static ImprovedPrecisionRecall of(NDArray real, NDArray fake, int k, Neighbours neighbours) {
    Balls balls = balls(k);
    return of(neighbours.covers(real, fake, List.of(balls)).get(balls));
  }

  /** The balls that the numbers count. */
  static Balls balls(int k) {
    return new Balls(k, true);
  }

  /** The numbers of what was counted with {@link #balls}. */
  static ImprovedPrecisionRecall of(Cover cover) {
    return new ImprovedPrecisionRecall(cover.fakeCovered(), cover.realCovered());
  }
}
