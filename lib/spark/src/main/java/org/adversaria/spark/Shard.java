package org.adversaria.spark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.adversaria.figures.Figures;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampling;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/** A range of a job's images, which are drawn and written into a file. */
final class Shard {

  private final SamplingJob job;
  private final long[] labels;
  private final ShardWriter file;
  private int next;

  private Shard(SamplingJob job, int first, long[] labels, ShardWriter file) {
    this.job = job;
    this.labels = labels;
    this.file = file;
    next = first;
  }

  /** Draws a shard and writes its file, whole or not at all. */
  static void write(SamplingJob job, int shard, Generator generator, Path folder)
      throws IOException {
    int classes = generator.numClasses();
    long[] labels = Sampling.ascendingLabels(classes, job.count());
    AtomicFile.write(
        job.file(folder, shard),
        temporary -> {
          try (ShardWriter file =
              job.format().create(temporary, classes, job.generator().classNames())) {
            new Shard(job, shard * job.shardSize(), labels, file).draw(generator, job.size(shard));
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
        });
  }

  private void draw(Generator generator, int size) {
    int first = next / SamplingJob.BATCH;
    int end = first + job.sampling().numBatches(size);
    job.sampling().forEachBatch(generator, labels, first, end, (images, y) -> add(images));
  }

  private void add(NDArray images) {
    for (int i = 0; i < images.size(0); i++) {
      try (NDArray image = images.get(new NDIndex("{}:{}", i, i + 1))) {
        String name = Text.format("sample-%06d.png", next);
        file.add(name, Figures.png(Figures.grid(image, 1, 1)), labels[next]);
        next++;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
