package org.adversaria.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Groups images that look alike.
 *
 * <p>Two hashes of 64 bits that differ in at most three agree in one of four parts of 16 bits, so
 * that images are compared within those that share a part.
 */
final class NearDuplicates {

  private static final int PARTS = 4;
  private static final int PART_BITS = 16;

  /** The neighbours, in the order of their hashes, that an image is compared with. */
  private static final int NEIGHBOURS = 100;

  /** The groups that a report names. */
  private static final int NAMED = 5;

  private final List<Likeness> images;
  private final int[] parents;

  private NearDuplicates(List<Likeness> images) {
    this.images = images;
    parents = IntStream.range(0, images.size()).toArray();
  }

  /**
   * Finds the groups.
   *
   * @param images what the images look like
   * @param names of the images
   */
  static ImageReport.Duplicates of(List<Likeness> images, List<String> names) {
    var search = new NearDuplicates(images);
    for (int part = 0; part < PARTS; part++) {
      search.compare(part * PART_BITS);
    }
    return search.report(names);
  }

  /** Joins images that look alike and share the bits of their hashes from a shift on. */
  private void compare(int shift) {
    int[] order =
        IntStream.range(0, images.size())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingLong(i -> hash(i) >>> shift & 0xffff)
                    .thenComparingLong(this::hash))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i = 0; i < order.length; i++) {
      long part = hash(order[i]) >>> shift & 0xffff;
      int end = Math.min(order.length, i + 1 + NEIGHBOURS);
      for (int j = i + 1; j < end && (hash(order[j]) >>> shift & 0xffff) == part; j++) {
        if (images.get(order[i]).isLike(images.get(order[j]))) {
          parents[root(order[i])] = root(order[j]);
        }
      }
    }
  }

  private long hash(int image) {
    return images.get(image).hash();
  }

  private int root(int image) {
    int root = image;
    while (parents[root] != root) {
      parents[root] = parents[parents[root]];
      root = parents[root];
    }
    return root;
  }

  private ImageReport.Duplicates report(List<String> names) {
    Map<Integer, List<Integer>> byRoot = new LinkedHashMap<>();
    for (int i = 0; i < parents.length; i++) {
      byRoot.computeIfAbsent(root(i), root -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> groups =
        byRoot.values().stream()
            .filter(group -> group.size() > 1)
            .sorted(Comparator.comparing(group -> -group.size()))
            .toList();
    return new ImageReport.Duplicates(
        groups.stream().mapToInt(List::size).sum(),
        groups.size(),
        groups.isEmpty() ? 0 : groups.get(0).size(),
        groups.stream()
            .limit(NAMED)
            .map(group -> List.of(names.get(group.get(0)), names.get(group.get(1))))
            .toList());
  }
}
