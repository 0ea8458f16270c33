package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;
import org.adversaria.data.Subset;

/**
 * Images of a data set, in an order that depends on a seed.
 *
 * @param data the images
 * @param device where batches are made
 * @param seed of the order
 * @param batchSize images in a batch
 */
record DataSource(ImageData data, Device device, long seed, int batchSize) implements SampleSource {

  @Override
  public String name() {
    return data.name();
  }

  @Override
  public Shape imageShape() {
    return data.imageShape();
  }

  @Override
  public int numClasses() {
    return data.numClasses();
  }

  @Override
  public String sampling() {
    return "images of the data set";
  }

  @Override
  public String fingerprint() {
    return data.checksum();
  }

  @Override
  public void forEachBatch(int count, int first, int end, BiConsumer<NDArray, NDArray> consumer) {
    int last = (int) Math.min((long) end * batchSize, count);
    ImageData part = Subset.shuffled(data, seed).part(first * batchSize, last);
    forEachBatch(part, device, batchSize, consumer);
  }

  /** Gives the images of one class in the order of the data set. */
  void forEachBatchOfClass(int label, BiConsumer<NDArray, NDArray> consumer) {
    int[] members =
        IntStream.range(0, data.size()).filter(index -> data.label(index) == label).toArray();
    forEachBatch(Subset.of(data, members), device, batchSize, consumer);
  }

  /** Gives all images of a data set in their order; arrays are freed when the consumer returns. */
  static void forEachBatch(
      ImageData images, Device device, int batchSize, BiConsumer<NDArray, NDArray> consumer) {
    try (NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
      for (int start = 0; start < images.size(); start += batchSize) {
        int end = Math.min(start + batchSize, images.size());
        try (NDManager scratch = manager.newSubManager()) {
          Batch batch = Batch.of(images, scratch, IntStream.range(start, end).toArray());
          consumer.accept(batch.images(), batch.labels());
        }
      }
    }
  }
}
