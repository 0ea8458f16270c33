package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.BiConsumer;

/** What is evaluated: images that come in batches, with labels where they have classes. */
interface SampleSource {

  /** The name in tables. */
  String name();

  /** The shape of one image, {@code (C, H, W)}. */
  Shape imageShape();

  /** The number of classes; 0 where images have no labels. */
  int numClasses();

  /** How images are drawn, in words. */
  String sampling();

  /**
   * Gives images batch by batch.
   *
   * @param count how many in all
   * @param consumer takes images {@code (N, C, H, W)} in [-1, 1] and int64 labels {@code (N)}, null
   *     where there are none; both are freed when it returns
   */
  void forEachBatch(int count, BiConsumer<NDArray, NDArray> consumer);
}
