package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/**
 * What one pass over images leaves for the scores: moments of their features, and the features
 * themselves only where a score asks for them.
 */
final class FeatureCollector implements AutoCloseable {

  /** What scores can ask for. */
  enum Need {
    /** The moments of all features. */
    MOMENTS,
    /** The moments of the real features of each class. */
    CLASS_MOMENTS,
    /** Every feature vector. */
    VECTORS,
    /** The logits of every image. */
    LOGITS
  }

  private final FeatureExtractor extractor;
  private final NDManager manager;
  private final Set<Need> needs;
  private final NDList vectors = new NDList();
  private final NDList logits = new NDList();
  private final List<long[]> labels = new ArrayList<>();
  private Moments moments;
  private EvaluationPart parts;
  private int width = -1;

  FeatureCollector(FeatureExtractor extractor, Set<Need> needs) {
    this.extractor = extractor;
    this.manager = NDManager.newBaseManager(extractor.device(), "PyTorch");
    this.needs = needs.isEmpty() ? EnumSet.noneOf(Need.class) : EnumSet.copyOf(needs);
  }

  /** What parts of an evaluation that were put together have gathered. */
  static FeatureCollector of(FeatureExtractor extractor, EvaluationPart parts) {
    var collector = new FeatureCollector(extractor, Set.of());
    collector.parts = parts;
    collector.moments =
        parts.all().map(all -> all.restored(collector.manager.getDevice())).orElse(null);
    return collector;
  }

  /** Looks at a batch; {@code batchLabels} is null where images have no labels. */
  void add(NDArray images, NDArray batchLabels) {
    if (batchLabels != null) {
      labels.add(batchLabels.toLongArray());
    }
    if (needs.contains(Need.LOGITS)) {
      Features features = extractor.extract(images);
      if (features.logits() == null) {
        throw new IllegalArgumentException(
            Text.format(
                "%s gives no class logits, which the inception score is computed from",
                extractor.name()));
      }
      logits.add(copy(features.logits()));
      add(features.vectors());
    } else if (!needs.isEmpty()) {
      add(extractor.vectors(images));
    }
  }

  private void add(NDArray features) {
    requireWidth((int) features.getShape().get(1));
    if (needs.contains(Need.MOMENTS)) {
      if (moments == null) {
        moments = new Moments(width, manager.getDevice());
      }
      moments.add(features);
    }
    if (needs.contains(Need.VECTORS)) {
      vectors.add(copy(features));
    }
  }

  private void requireWidth(int newWidth) {
    if (width >= 0 && newWidth != width) {
      throw new IllegalArgumentException(
          Text.format(
              "%s gave features of width %d and then of width %d: it must give one width",
              extractor.name(), width, newWidth));
    }
    width = newWidth;
  }

  private NDArray copy(NDArray array) {
    NDArray copy = array.toType(DataType.FLOAT32, true);
    copy.attach(manager);
    return copy;
  }

  Moments moments() {
    return moments;
  }

  /** The moments, which the caller now owns. */
  Moments releaseMoments() {
    Moments released = moments;
    moments = null;
    return released;
  }

  /** All feature vectors, {@code (N, width)}. */
  NDArray vectors() {
    return joined(vectors);
  }

  /** All logits, {@code (N, classes)}. */
  NDArray logits() {
    return joined(logits);
  }

  private static NDArray joined(NDList parts) {
    if (parts.size() > 1) {
      NDArray array = NDArrays.concat(parts);
      parts.forEach(NDArray::close);
      parts.clear();
      parts.add(array);
    }
    return parts.singletonOrThrow();
  }

  /** Whether this was asked for. */
  boolean has(Need need) {
    return needs.contains(need);
  }

  /** How many images there are of each class. */
  long[] classCounts(int classes) {
    if (parts != null) {
      return parts.classCounts(classes);
    }
    var counts = new long[classes];
    Arrays.stream(labels()).forEach(label -> counts[(int) label]++);
    return counts;
  }

  /** The moments of one class, to be closed; it has an image at least. */
  Moments momentsOf(int label) {
    if (parts != null) {
      return parts.ofClass(label).restored(manager.getDevice());
    }
    long[] imageLabels = labels();
    int[] rows =
        IntStream.range(0, imageLabels.length).filter(i -> imageLabels[i] == label).toArray();
    try (NDArray ofClass = Samples.gather(vectors(), rows)) {
      return Moments.of(ofClass);
    }
  }

  /** The labels in the order of the images; empty where there are none. */
  long[] labels() {
    return labels.stream().flatMapToLong(Arrays::stream).toArray();
  }

  @Override
  public void close() {
    if (moments != null) {
      moments.close();
    }
    manager.close();
  }
}
