package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.adversaria.data.NearestNeighbours;

/** The registry's part for data that methods derive from a data set. */
final class DataComponents {

  private DataComponents() {}

  static Map<String, Component> all() {
    return Map.of("data.icgan.neighbors", DataComponents::neighbours);
  }

  /** Neighbours nearest first, or, where {@code nearest} is expected, by ascending number. */
  private static Map<String, NDArray> neighbours(ReferenceCase reference, NDManager manager) {
    NDArray features = reference.inputs(manager).get("features");
    var neighbours = NearestNeighbours.byCosine(features, reference.intSetting("k"));
    int[][] nearest =
        IntStream.range(0, neighbours.size()).mapToObj(neighbours::of).toArray(int[][]::new);
    double[] radii = IntStream.range(0, nearest.length).mapToDouble(neighbours::radius).toArray();
    if (!reference.expected().containsKey("nearest")) {
      return Map.of("neighbors", rows(manager, nearest), "radii", manager.create(radii));
    }
    int[][] ascending =
        Arrays.stream(nearest)
            .map(of -> Arrays.stream(of).sorted().toArray())
            .toArray(int[][]::new);
    return Map.of(
        "neighbors", rows(manager, ascending),
        "nearest", rows(manager, nearest),
        "radius", manager.create(radii),
        "normalised", NearestNeighbours.unit(features));
  }

  private static NDArray rows(NDManager manager, int[][] rows) {
    long[] values = Arrays.stream(rows).flatMapToInt(Arrays::stream).asLongStream().toArray();
    return manager.create(values, new Shape(rows.length, rows[0].length));
  }
}
