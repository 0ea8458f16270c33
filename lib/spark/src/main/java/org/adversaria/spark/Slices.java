package org.adversaria.spark;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A number of things, such as batches, in ranges whose lengths differ by one at most.
 *
 * @param things how many, at least 1
 * @param count of the ranges, 1 to things
 */
record Slices(int things, int count) {

  /** As many slices as asked for, none of which is empty. */
  static Slices atMost(int things, int count) {
    return new Slices(things, Math.max(1, Math.min(things, count)));
  }

  /** The first of a slice. */
  int first(int slice) {
    return (int) ((long) things * slice / count);
  }

  /** The one after the last of a slice. */
  int end(int slice) {
    return first(slice + 1);
  }

  /** The numbers of the slices: what tasks are given. */
  List<Integer> numbers() {
    return IntStream.range(0, count).boxed().toList();
  }
}
