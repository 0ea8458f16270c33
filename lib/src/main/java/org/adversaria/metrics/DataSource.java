package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;

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
    return new Shape(data.channels(), data.height(), data.width());
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
  public void forEachBatch(int count, BiConsumer<NDArray, NDArray> consumer) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, data.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    forEachBatch(order.stream().mapToInt(i -> i).limit(count).toArray(), consumer);
  }

  /** Gives the images of one class in the order of the data set. */
  void forEachBatchOfClass(int label, BiConsumer<NDArray, NDArray> consumer) {
    int[] members =
        IntStream.range(0, data.size()).filter(index -> data.label(index) == label).toArray();
    forEachBatch(members, consumer);
  }

  private void forEachBatch(int[] indices, BiConsumer<NDArray, NDArray> consumer) {
    try (NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
      for (int start = 0; start < indices.length; start += batchSize) {
        int end = Math.min(start + batchSize, indices.length);
        try (NDManager scratch = manager.newSubManager()) {
          Batch batch = Batch.of(data, scratch, Arrays.copyOfRange(indices, start, end));
          consumer.accept(batch.images(), batch.labels());
        }
      }
    }
  }
}
