package org.adversaria.metrics;

import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.adversaria.metrics.Neighbours.Counts;

/**
 * In how many of the other set's balls a {@link FeatureBlock}'s samples lie, and, of real samples,
 * how many generated ones lie in theirs, as far as pairs of blocks have been counted. It is plain
 * numbers, and does not change.
 *
 * @see BlockNeighbours#count
 */
public final class BallCounts implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Pairing pairing;

  /** For each kind of balls, for each sample: the balls that it lies in. */
  private final int[][] balls;

  /** For each kind of balls, for each real sample: the generated ones in its ball. */
  private final int[][] members;

  private BallCounts(Pairing pairing, int[][] balls, int[][] members) {
    this.pairing = pairing;
    this.balls = balls;
    this.members = members;
  }

  static BallCounts ofReal(Pairing pairing, List<Counts> counts) {
    return new BallCounts(
        pairing, each(counts, Counts::ballsAtReal), each(counts, Counts::fakesInBall));
  }

  static BallCounts ofGenerated(Pairing pairing, List<Counts> counts) {
    return new BallCounts(pairing, each(counts, Counts::ballsAtFake), new int[0][]);
  }

  private static int[][] each(List<Counts> counts, Function<Counts, int[]> part) {
    return counts.stream().map(part).toArray(int[][]::new);
  }

  /**
   * Returns the name of the block.
   *
   * @return as {@link FeatureBlock#name}
   */
  public String block() {
    return pairing.block();
  }

  /**
   * Puts the counts of two pairs of blocks together.
   *
   * @param other of the same block, with another one
   * @return the sums
   * @throws IllegalArgumentException if the other is of another block or evaluation
   */
  public BallCounts merge(BallCounts other) {
    return new BallCounts(
        pairing.merge(other.pairing), sums(balls, other.balls), sums(members, other.members));
  }

  private static int[][] sums(int[][] one, int[][] other) {
    return IntStream.range(0, one.length)
        .mapToObj(
            kind ->
                IntStream.range(0, one[kind].length)
                    .map(row -> one[kind][row] + other[kind][row])
                    .toArray())
        .toArray(int[][]::new);
  }

  Pairing pairing() {
    return pairing;
  }

  int[] balls(int kind) {
    return balls[kind];
  }

  int[] members(int kind) {
    return members[kind];
  }
}
