package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.BiConsumer;
import org.adversaria.models.Sampling;

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

  /** What tells the images from those of every other source, besides the words. */
  String fingerprint();

  /** Images in a batch; the last one may have fewer. */
  int batchSize();

  /**
   * Gives images batch by batch.
   *
   * @param count how many in all
   * @param consumer takes images {@code (N, C, H, W)} in [-1, 1] and int64 labels {@code (N)}, null
   *     where there are none; both are freed when it returns
   */
  default void forEachBatch(int count, BiConsumer<NDArray, NDArray> consumer) {
    forEachBatch(count, 0, Sampling.ofSeed(0).batches(batchSize()).numBatches(count), consumer);
  }

  /**
   * Gives the images of some of the batches, to the same bits as all of them.
   *
   * @param count how many images in all batches
   * @param first the first batch, from 0
   * @param end the batch after the last one
   * @param consumer as for all batches
   */
  void forEachBatch(int count, int first, int end, BiConsumer<NDArray, NDArray> consumer);
}
