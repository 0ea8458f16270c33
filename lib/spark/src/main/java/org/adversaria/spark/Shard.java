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
  private final int first;
  private final long[] labels;
  private final ShardWriter file;
  private int drawn;

  private Shard(SamplingJob job, int first, long[] labels, ShardWriter file) {
    this.job = job;
    this.first = first;
    this.labels = labels;
    this.file = file;
  }

  /**
   * Draws a shard and writes its file, whole or not at all. What a process that was killed left of
   * it is deleted.
   */
  static void write(SamplingJob job, int shard, Generator generator, Path folder)
      throws IOException {
    int classes = generator.numClasses();
    int first = shard * job.shardSize();
    long[] labels = Sampling.ascendingLabels(classes, job.count(), first, first + job.size(shard));
    Path target = job.file(folder, shard);
    AtomicFile.removeTemporaryOf(target);
    AtomicFile.write(
        target,
        temporary -> {
          try (ShardWriter file =
              job.format().create(temporary, classes, job.generator().classNames())) {
            new Shard(job, first, labels, file).draw(generator);
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
        });
  }

  private void draw(Generator generator) {
    job.sampling()
        .forEachBatchFrom(generator, first / SamplingJob.BATCH, labels, (images, y) -> add(images));
  }

  private void add(NDArray images) {
    for (int i = 0; i < images.size(0); i++) {
      try (NDArray image = images.get(new NDIndex("{}:{}", i, i + 1))) {
        String name = Text.format("sample-%06d.png", first + drawn);
        file.add(name, Figures.png(Figures.grid(image, 1, 1)), labels[drawn]);
        drawn++;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
