package org.adversaria.metrics;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.adversaria.metrics.Neighbours.Counts;
import org.adversaria.metrics.Neighbours.Cover;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;

/**
 * Precision, recall, density and coverage where no process has all features: they lie in blocks, of
 * which two are looked at at a time.
 *
 * <ol>
 *   <li>{@link #nearest} of each pair of real blocks and each pair of generated ones, a block with
 *       itself included, and {@link NearestDistances#merge} of what is of one block;
 *   <li>{@link #count} of each real block with each generated one, and {@link BallCounts#merge} of
 *       what is of one block;
 *   <li>{@link Evaluation#report(EvaluationPart, Collection)}.
 * </ol>
 *
 * <p>The counts are those of {@link Evaluation#run}, however the samples are divided. Memory holds
 * two blocks and a part of their distances. Other processes may have it by Java's serialization, as
 * well as blocks and results.
 */
public final class BlockNeighbours implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String provenance;
  private final ArrayList<Balls> balls;
  private final double[] centre;
  private final long realCount;
  private final long generatedCount;

  /**
   * Checks the features before their neighbours are sought.
   *
   * @throws IllegalArgumentException as {@link Neighbours#covers} does
   */
  BlockNeighbours(
      String provenance, Collection<Balls> balls, FeatureTally real, FeatureTally generated) {
    Samples.requireFinite(real.notFinite(), real.rows(), "real features");
    Samples.requireFinite(generated.notFinite(), generated.rows(), "generated features");
    Samples.requireEqualWidths(real.width(), generated.width());
    for (Balls each : balls) {
      each.requireNeighbours(real.rows(), "real");
      each.requireNeighbours(generated.rows(), "generated");
    }
    this.provenance = provenance;
    this.balls = new ArrayList<>(balls);
    this.centre = real.centre();
    this.realCount = real.rows();
    this.generatedCount = generated.rows();
  }

  /**
   * Searches two blocks of one set, or one block, for nearest neighbours. Distances are symmetric:
   * one call serves both blocks.
   *
   * @param one a block
   * @param other another block of the same set, or the same one
   * @return for each of the blocks, once if they are the same, the distances to the nearest samples
   *     in the other
   * @throws IllegalArgumentException if one block is of real samples and the other is not, or a
   *     block is of another evaluation
   */
  public List<NearestDistances> nearest(FeatureBlock one, FeatureBlock other) {
    if (one.isReal() != other.isReal()) {
      throw new IllegalArgumentException(
          Text.format(
              "Neighbours are of one set, but these are %s and %s: search blocks that are both real or"
                  + " both generated",
              one.name(), other.name()));
    }
    int k = Balls.largestK(balls);
    return onDevice(
        one,
        other,
        (x, y) -> {
          NDArray midst = x.getManager().create(centre);
          if (one.name().equals(other.name())) {
            NDArray found = Neighbours.STANDARD.within(x, midst, k);
            return List.of(NearestDistances.of(Pairing.of(one, one.rows() - 1L), found));
          }
          NDList found = Neighbours.STANDARD.between(x, y, midst, k);
          return List.of(
              NearestDistances.of(Pairing.of(one, other.rows()), found.get(0)),
              NearestDistances.of(Pairing.of(other, one.rows()), found.get(1)));
        });
  }

  /**
   * Counts who lies in whose ball.
   *
   * @param real a block of real samples
   * @param generated a block of generated ones
   * @param nearest the merged distances of a block by its name; those of both are asked for
   * @return the counts of the real block and of the generated one
   * @throws IllegalArgumentException if the first block is not real or the second one is, or
   *     distances are of another block, or were not merged from all pairs, or something is of
   *     another evaluation
   */
  public List<BallCounts> count(
      FeatureBlock real, FeatureBlock generated, Function<String, NearestDistances> nearest) {
    if (!real.isReal() || generated.isReal()) {
      throw new IllegalArgumentException(
          Text.format(
              "Balls are counted between real and generated samples, in this order, but these are %s"
                  + " and %s",
              real.name(), generated.name()));
    }
    NearestDistances ofReal = whole(nearest, real, realCount);
    NearestDistances ofGenerated = whole(nearest, generated, generatedCount);
    return onDevice(
        real,
        generated,
        (x, y) -> {
          NDManager manager = x.getManager();
          List<Counts> counts =
              Neighbours.STANDARD.count(
                  x,
                  y,
                  manager.create(centre),
                  ofReal.squared(manager),
                  ofGenerated.squared(manager),
                  balls);
          return List.of(
              BallCounts.ofReal(Pairing.of(real, generated.rows()), counts),
              BallCounts.ofGenerated(Pairing.of(generated, real.rows()), counts));
        });
  }

  private NearestDistances whole(
      Function<String, NearestDistances> nearest, FeatureBlock block, long count) {
    NearestDistances found = nearest.apply(block.name());
    if (found == null) {
      throw new IllegalArgumentException(
          Text.format("There are no distances of the %s: search all blocks first", block.name()));
    }
    requireProvenance(found.pairing().provenance());
    found.pairing().requireOthers(count - 1);
    return found;
  }

  private <T> T onDevice(
      FeatureBlock one, FeatureBlock other, BiFunction<NDArray, NDArray, T> work) {
    requireProvenance(one.provenance());
    requireProvenance(other.provenance());
    Engine engine = Engine.getEngine("PyTorch");
    try (NDManager manager = NDManager.newBaseManager(engine.defaultDevice(), "PyTorch");
        var scope = new NDScope();
        var paused = Autograd.pause()) {
      return work.apply(one.vectors(manager), other.vectors(manager));
    }
  }

  /**
   * How the sets cover each other by each kind of balls.
   *
   * @param counts of all blocks, merged
   * @throws IllegalArgumentException if counts are missing, or are of another evaluation
   */
  Map<Balls, Cover> covers(Collection<BallCounts> counts) {
    for (BallCounts each : counts) {
      requireProvenance(each.pairing().provenance());
      each.pairing().requireOthers(each.pairing().isReal() ? generatedCount : realCount);
    }
    List<BallCounts> real = ofSet(counts, true, realCount);
    List<BallCounts> generated = ofSet(counts, false, generatedCount);
    var covers = new LinkedHashMap<Balls, Cover>();
    for (int i = 0; i < balls.size(); i++) {
      int kind = i;
      covers.put(
          balls.get(kind),
          Cover.of(
              new Counts(
                  joined(generated, block -> block.balls(kind)),
                  joined(real, block -> block.members(kind)),
                  joined(real, block -> block.balls(kind)))));
    }
    return covers;
  }

  private static List<BallCounts> ofSet(Collection<BallCounts> counts, boolean real, long count) {
    List<BallCounts> ofSet =
        counts.stream().filter(each -> each.pairing().isReal() == real).toList();
    long rows = ofSet.stream().mapToLong(each -> each.pairing().rows()).sum();
    if (rows != count || ofSet.stream().map(BallCounts::block).distinct().count() < ofSet.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "The counts are of %d of %d %s samples: merge those of one block, and give each block"
                  + " once",
              rows, count, real ? "real" : "generated"));
    }
    return ofSet;
  }

  private static int[] joined(List<BallCounts> blocks, Function<BallCounts, int[]> part) {
    return blocks.stream().map(part).flatMapToInt(IntStream::of).toArray();
  }

  private void requireProvenance(String found) {
    EvaluationPart.requireEqual(provenance, found);
  }
}
