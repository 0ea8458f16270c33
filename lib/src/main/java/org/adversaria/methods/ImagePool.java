package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.stream.LongStream;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.TorchScript;
import org.adversaria.training.Step;

/**
 * A history of generated images, of which a discriminator is shown some in place of the newest.
 *
 * <p>The first images fill the pool and are shown themselves. After that each image is shown itself
 * with probability one half; else it takes the place of one in the pool, drawn at random, which is
 * shown. Buffers: {@code images}, the pool; {@code count}, the number of images in it; {@code
 * shown}, the last batch.
 *
 * <p>Source: Shrivastava et al., "Learning from Simulated and Unsupervised Images through
 * Adversarial Training", 2017, section 2.3; CycleGAN's published code.
 */
final class ImagePool extends TorchBlock {

  private static final Initializer COUNT = (m, shape, type) -> m.zeros(shape, DataType.INT64);

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def show(self, shown: Tensor, pool: Tensor, images: Tensor, rows: Tensor,
                   sources: Tensor) -> Tensor:
            both = torch.cat([images, torch.index_select(pool, 0, rows)], 0)
            return torch.copy_(shown, torch.index_select(both, 0, sources))

          def store(self, pool: Tensor, images: Tensor, rows: Tensor, sources: Tensor) -> Tensor:
            return torch.index_copy_(pool, 0, rows, torch.index_select(images, 0, sources))
          """);

  private final int size;
  private final Parameter images;
  private final Parameter count;
  private final Parameter shown;

  /**
   * Creates an empty pool.
   *
   * @param size the number of images; 0 to show all images themselves
   * @param batchSize the number of images in a batch
   * @param image {@code (C, H, W)}
   */
  ImagePool(int size, int batchSize, Shape image) {
    this.size = size;
    images =
        buffer(
            "images",
            Parameter.Type.OTHER,
            Initializer.ZEROS,
            new Shape(Math.max(1, size)).addAll(image));
    count = buffer("count", Parameter.Type.OTHER, COUNT, new Shape());
    shown =
        buffer(
            "shown", Parameter.Type.OTHER, Initializer.ZEROS, new Shape(batchSize).addAll(image));
  }

  /**
   * Returns the images to show for the last batch.
   *
   * @return {@code (batchSize, C, H, W)} without gradient
   */
  NDArray shown() {
    return shown.getArray();
  }

  /**
   * Takes a batch of generated images.
   *
   * @param batch {@code (batchSize, C, H, W)}; without its gradient
   * @param step random numbers
   */
  void add(NDArray batch, Step step) {
    int n = (int) batch.getShape().get(0);
    long stored = count.getArray().getLong();
    // Row 0: whether an image is shown itself; row 1: which of the pool is shown in its place.
    float[] random = step.uniform(2, n).toFloatArray();
    var newest = new long[size]; // what the pool's images will be: 1 + an image of the batch, or 0
    var rows = new long[n];
    var sources = new long[n]; // of the batch, or n + i for the image rows[i] of the pool
    for (int i = 0; i < n; i++) {
      sources[i] = i;
      if (stored < size) {
        newest[(int) stored++] = 1 + i;
      } else if (size > 0 && random[i] > 0.5f) {
        rows[i] = (int) (random[n + i] * size);
        sources[i] = newest[(int) rows[i]] > 0 ? newest[(int) rows[i]] - 1 : n + i;
        newest[(int) rows[i]] = 1 + i;
      }
    }
    NDManager manager = step.manager();
    NDArray detached = batch.stopGradient();
    SCRIPT
        .method("show")
        .call(
            shown.getArray(),
            images.getArray(),
            detached,
            manager.create(rows),
            manager.create(sources));
    store(newest, detached, manager);
    count.getArray().addi(stored - count.getArray().getLong());
  }

  private void store(long[] newest, NDArray batch, NDManager manager) {
    long[] rows = LongStream.range(0, size).filter(r -> newest[(int) r] > 0).toArray();
    if (rows.length > 0) {
      long[] sources = LongStream.of(rows).map(r -> newest[(int) r] - 1).toArray();
      SCRIPT
          .method("store")
          .call(images.getArray(), batch, manager.create(rows), manager.create(sources));
    }
  }

  /** {@inheritDoc} There are no inputs; the output is {@link #shown}. */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return new NDList(shown());
  }
}
