package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.adversaria.torch.Text;

/**
 * How often images belong to the class they were asked for, in a classifier's eyes. Its verdict is
 * worth as much as its own accuracy on real images: state both.
 *
 * @param classNames the classes
 * @param top1 the share of images whose class is the classifier's first choice, 0 to 1
 * @param top5 the share of images whose class is among its first five choices, 0 to 1; always 1
 *     where there are at most five classes
 * @param byClass for each class the share of the images asked for in it whose class is the first
 *     choice; NaN where none was asked for
 */
record ConditionalAccuracy(
    List<String> classNames, double top1, double top5, List<Double> byClass) {

  /** Counts hits batch by batch. */
  static final class Counter {

    private final List<String> classNames;

    /** The images of each label. */
    private final long[] counts;

    /** The images of each label whose label has the highest logit. */
    private final long[] first;

    /** The images whose label is among the five highest logits. */
    private long firstFive;

    /** Starts from nothing. */
    Counter(List<String> classNames) {
      this.classNames = List.copyOf(classNames);
      counts = new long[classNames.size()];
      first = new long[classNames.size()];
    }

    /**
     * Adds a batch.
     *
     * @param logits float32 {@code (N, classes)}
     * @param labels int64 {@code (N)}, the classes asked for
     * @throws IllegalArgumentException if the logits are of other classes or a label is not one of
     *     them
     */
    void add(NDArray logits, NDArray labels) {
      int classes = classNames.size();
      long[] classLabels = labels.toLongArray();
      requireShape(logits.getShape(), new Shape(classLabels.length, classes));
      float[] scores = logits.toFloatArray();
      for (int i = 0; i < classLabels.length; i++) {
        requireLabel(classLabels[i]);
        int label = (int) classLabels[i];
        int rank = rank(scores, i * classes, label);
        counts[label]++;
        first[label] += rank == 0 ? 1 : 0;
        firstFive += rank < 5 ? 1 : 0;
      }
    }

    private static void requireShape(Shape actual, Shape expected) {
      if (!actual.equals(expected)) {
        throw new IllegalArgumentException(
            Text.format(
                "The logits are %s, but %d labels of %d classes need %s: take a classifier of the data's classes",
                actual, expected.get(0), expected.get(1), expected));
      }
    }

    private void requireLabel(long label) {
      if (label < 0 || label >= classNames.size()) {
        throw new IllegalArgumentException(
            Text.format(
                "The label %d is not one of %d classes, whose labels run from 0 to %d",
                label, classNames.size(), classNames.size() - 1));
      }
    }

    /** How many classes come before this one; of equals the first counts, and NaN never wins. */
    private int rank(float[] scores, int offset, int label) {
      float own = scores[offset + label];
      int before = 0;
      for (int other = 0; other < classNames.size(); other++) {
        float score = scores[offset + other];
        boolean behind = own > score || own == score && label < other;
        before += other != label && !behind ? 1 : 0;
      }
      return before;
    }

    /**
     * Returns the shares so far.
     *
     * @throws IllegalStateException if nothing was counted
     */
    ConditionalAccuracy result() {
      long images = LongStream.of(counts).sum();
      if (images == 0) {
        throw new IllegalStateException("No image was counted: add a batch first");
      }
      return new ConditionalAccuracy(
          classNames,
          (double) LongStream.of(first).sum() / images,
          (double) firstFive / images,
          IntStream.range(0, counts.length)
              .mapToObj(label -> (double) first[label] / counts[label])
              .toList());
    }
  }
}
