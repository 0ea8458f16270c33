package org.adversaria.metrics;

import java.io.Serializable;
import java.util.Collection;

/**
 * Which balls are drawn around samples.
 *
 * @param k a ball reaches to the k-th nearest other sample of its set
 * @param border whether the border belongs to a ball
 */
record Balls(int k, boolean border) implements Serializable {

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if k is less than 1
   */
  Balls {
    if (k < 1) {
      throw new IllegalArgumentException("There is no neighbour number " + k + "; k is at least 1");
    }
  }

  /** The number of neighbours that is enough for all. */
  static int largestK(Collection<Balls> all) {
    return all.stream().mapToInt(Balls::k).max().orElseThrow();
  }

  /**
   * Refuses a set in which the samples have no k-th neighbour; {@code which} as in {@link Samples}.
   */
  void requireNeighbours(long count, String which) {
    Samples.requireCount(count, k + 1, which, "a " + k + "-th neighbour");
  }
}
