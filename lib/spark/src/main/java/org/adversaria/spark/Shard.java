package org.adversaria.spark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.adversaria.figures.Figures;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampling;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/** A zip of PNG files, equal to the byte wherever it is written. */
final class Shard {

  /** The first time that a zip can tell. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final SamplingJob job;
  private final ZipOutputStream zip;
  private int next;

  private Shard(SamplingJob job, int first, ZipOutputStream zip) {
    this.job = job;
    this.zip = zip;
    next = first;
  }

  /** Draws a shard and writes its file, whole or not at all. */
  static void write(SamplingJob job, int shard, Generator generator, Path folder)
      throws IOException {
    AtomicFile.write(
        job.file(folder, shard),
        temporary -> {
          try (var zip = new ZipOutputStream(Files.newOutputStream(temporary))) {
            new Shard(job, shard * job.shardSize(), zip).draw(generator, job.size(shard));
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
        });
  }

  private void draw(Generator generator, int size) {
    long[] labels = Sampling.ascendingLabels(generator.numClasses(), job.count());
    int first = next / SamplingJob.BATCH;
    int end = first + job.sampling().numBatches(size);
    job.sampling().forEachBatch(generator, labels, first, end, (images, y) -> add(images));
  }

  private void add(NDArray images) {
    for (int i = 0; i < images.size(0); i++) {
      try (NDArray image = images.get(new NDIndex("{}:{}", i, i + 1))) {
        add(Figures.png(Figures.grid(image, 1, 1)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** PNG is compressed already. */
  private void add(byte[] png) throws IOException {
    var entry = new ZipEntry(Text.format("sample-%06d.png", next++));
    var crc = new CRC32();
    crc.update(png);
    entry.setMethod(ZipEntry.STORED);
    entry.setTimeLocal(TIME);
    entry.setSize(png.length);
    entry.setCompressedSize(png.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(png);
    zip.closeEntry();
  }
}
