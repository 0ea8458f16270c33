package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.adversaria.metrics.FeatureCollector.Need;
import org.adversaria.torch.Text;

/**
 * What some batches of an {@link Evaluation} leave for FID and intra-FID, the moments of their
 * features, of all samples and of each class; and for scores of neighbours their features. It is
 * plain numbers, and does not change.
 *
 * <pre>{@code
 * EvaluationPart one = evaluation.part(0, 50);
 * EvaluationPart two = evaluation.part(50, evaluation.batches());
 * EvaluationReport report = evaluation.report(one.merge(two));
 * }</pre>
 *
 * <p>Parts made in other processes come as bytes: {@code EvaluationPart.from(bytes)}. These, and
 * parts that were merged, have no features: {@link #features} are for {@link BlockNeighbours}.
 */
public final class EvaluationPart {

  /** The beginning of the bytes: their kind and version. */
  private static final long MAGIC = 0x4164764576616c32L;

  /** Stands for all samples where others have a class. */
  private static final int ALL = -1;

  private final String provenance;
  private final BitSet batches;
  private final SortedMap<Integer, StoredMoments> moments;

  /** Of real features and of generated ones; empty where no score of neighbours is asked for. */
  private final SortedMap<Boolean, FeatureTally> tallies;

  private final List<FeatureBlock> features;

  private EvaluationPart(
      String provenance,
      BitSet batches,
      SortedMap<Integer, StoredMoments> moments,
      SortedMap<Boolean, FeatureTally> tallies,
      List<FeatureBlock> features) {
    this.provenance = provenance;
    this.batches = batches;
    this.moments = moments;
    this.tallies = tallies;
    this.features = features;
  }

  /** What was gathered of a range of batches. */
  static EvaluationPart of(String provenance, int first, int end, FeatureCollector samples) {
    var batches = new BitSet();
    batches.set(first, end);
    var moments = new TreeMap<Integer, StoredMoments>();
    if (samples.moments() != null) {
      moments.put(ALL, StoredMoments.of(samples.moments()));
    }
    if (samples.has(Need.CLASS_MOMENTS)) {
      Arrays.stream(samples.labels())
          .mapToInt(Math::toIntExact)
          .distinct()
          .forEach(label -> moments.put(label, ofClass(samples, label)));
    }
    return new EvaluationPart(provenance, batches, moments, new TreeMap<>(), List.of());
  }

  /** This part with feature vectors of a set, the first of which has a number in it. */
  EvaluationPart with(boolean real, int first, NDArray vectors) {
    var allTallies = new TreeMap<>(tallies);
    allTallies.put(real, FeatureTally.of(vectors, first));
    var allFeatures = new ArrayList<>(features);
    allFeatures.add(FeatureBlock.of(provenance, real, first, vectors));
    return new EvaluationPart(provenance, batches, moments, allTallies, allFeatures);
  }

  private static StoredMoments ofClass(FeatureCollector samples, int label) {
    try (Moments moments = samples.momentsOf(label)) {
      return StoredMoments.of(moments);
    }
  }

  /**
   * Returns two parts as one.
   *
   * @param other batches of the same evaluation that this part does not have
   * @return the moments of the batches of both, without features
   * @throws IllegalArgumentException if the other is part of another evaluation, or both have a
   *     batch
   */
  public EvaluationPart merge(EvaluationPart other) {
    requireEqual(other.provenance, provenance);
    if (batches.intersects(other.batches)) {
      throw new IllegalArgumentException(
          Text.format(
              "Both parts have batches %s: make each batch part of one",
              common(batches, other.batches)));
    }
    var allBatches = (BitSet) batches.clone();
    allBatches.or(other.batches);
    var merged = new TreeMap<Integer, StoredMoments>(moments);
    other.moments.forEach((label, added) -> merged.merge(label, added, StoredMoments::merge));
    var allTallies = new TreeMap<Boolean, FeatureTally>(tallies);
    other.tallies.forEach((real, added) -> allTallies.merge(real, added, FeatureTally::merge));
    return new EvaluationPart(provenance, allBatches, merged, allTallies, List.of());
  }

  private static BitSet common(BitSet one, BitSet two) {
    var common = (BitSet) one.clone();
    common.and(two);
    return common;
  }

  /** Fails where parts are of different evaluations. */
  static void requireEqual(String expected, String found) {
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          Text.format(
              "The parts are of different evaluations, one of %s, one of %s: give both the same"
                  + " generator, data and settings",
              expected, found));
    }
  }

  /**
   * Returns the feature vectors, where scores of neighbours are asked for.
   *
   * @return those of the generated samples, and of real ones if the batches have any; empty if this
   *     part was merged, or is of bytes
   */
  public List<FeatureBlock> features() {
    return features;
  }

  /** What is known of all feature vectors of a set. */
  FeatureTally tally(boolean real) {
    return tallies.get(real);
  }

  /** Fails where batches are missing or these are of another evaluation. */
  void requireWhole(int count, String expected) {
    requireEqual(expected, provenance);
    if (batches.nextClearBit(0) != count || batches.length() != count) {
      throw new IllegalArgumentException(
          Text.format(
              "The parts have %d of %d batches, and not batch %d: merge all parts before the report",
              batches.cardinality(), count, batches.nextClearBit(0)));
    }
  }

  /** The moments of all samples; empty where they were not asked for. */
  Optional<StoredMoments> all() {
    return Optional.ofNullable(moments.get(ALL));
  }

  /** The moments of a class that has samples. */
  StoredMoments ofClass(int label) {
    return moments.get(label);
  }

  /** The samples of each class. */
  long[] classCounts(int classes) {
    var counts = new long[classes];
    moments.tailMap(0).forEach((label, stored) -> counts[label] = stored.count());
    return counts;
  }

  /**
   * Returns the part without features as bytes, for {@link #from}.
   *
   * @return eight bytes for each number
   * @throws IllegalStateException if the moments are larger than an array of Java
   */
  public byte[] toBytes() {
    byte[] text = provenance.getBytes(StandardCharsets.UTF_8);
    long[] words = batches.toLongArray();
    long length = Long.BYTES + 4L * Integer.BYTES + text.length + (long) words.length * Long.BYTES;
    for (StoredMoments each : moments.values()) {
      length += Integer.BYTES + each.bytes();
    }
    for (FeatureTally each : tallies.values()) {
      length += Byte.BYTES + each.bytes();
    }
    if (length > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalStateException(
          Text.format(
              "The moments of %d classes take %,d bytes, more than the 2 GiB of one part: ask for FID"
                  + " without intra-FID, or take an extractor of fewer features",
              moments.tailMap(0).size(), length));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    bytes.putLong(MAGIC).putInt(text.length).put(text).putInt(words.length);
    for (long word : words) {
      bytes.putLong(word);
    }
    bytes.putInt(moments.size());
    for (Map.Entry<Integer, StoredMoments> each : moments.entrySet()) {
      bytes.putInt(each.getKey());
      each.getValue().write(bytes);
    }
    bytes.putInt(tallies.size());
    for (Map.Entry<Boolean, FeatureTally> each : tallies.entrySet()) {
      bytes.put((byte) (each.getKey() ? 1 : 0));
      each.getValue().write(bytes);
    }
    return bytes.array();
  }

  /**
   * Makes a part of its bytes.
   *
   * @param bytes as {@link #toBytes} returns them
   * @return the part
   * @throws IllegalArgumentException if they are something else
   */
  public static EvaluationPart from(byte[] bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      require(buffer.getLong() == MAGIC);
      var text = new byte[length(buffer, Byte.BYTES)];
      buffer.get(text);
      var words = new long[length(buffer, Long.BYTES)];
      for (int i = 0; i < words.length; i++) {
        words[i] = buffer.getLong();
      }
      var moments = new TreeMap<Integer, StoredMoments>();
      for (int left = length(buffer, 1); left > 0; left--) {
        moments.put(buffer.getInt(), StoredMoments.read(buffer));
      }
      var tallies = new TreeMap<Boolean, FeatureTally>();
      for (int left = length(buffer, 1); left > 0; left--) {
        tallies.put(buffer.get() != 0, FeatureTally.read(buffer));
      }
      require(!buffer.hasRemaining());
      return new EvaluationPart(
          new String(text, StandardCharsets.UTF_8),
          BitSet.valueOf(words),
          moments,
          tallies,
          List.of());
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("These bytes end before their part does", e);
    }
  }

  private static int length(ByteBuffer buffer, int bytesOfOne) {
    int length = buffer.getInt();
    require(length >= 0 && (long) length * bytesOfOne <= buffer.remaining());
    return length;
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException("These bytes are no part of an evaluation");
    }
  }
}
