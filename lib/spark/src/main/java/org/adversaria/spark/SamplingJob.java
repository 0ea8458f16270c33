package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.adversaria.models.Sampling;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/**
 * Which images are drawn; other machines get it as JSON. The file {@code _samples.json} beside the
 * shards holds it too.
 *
 * @param generator the generator
 * @param count the number of images
 * @param seed of the latents
 * @param shardSize images in a shard, a multiple of {@link #BATCH}; the last one may have fewer
 * @param format of the shards
 */
record SamplingJob(
    SavedGenerator generator, int count, long seed, int shardSize, SampleFormat format) {

  /** Images in a batch, as of the command {@code sample}, so that the images are the same. */
  static final int BATCH = 100;

  /** Files of a job, at most: file systems and readers of a folder do not take any number. */
  private static final int MOST_FILES = 100_000;

  /** Readers of a folder of Parquet files pass over names that begin so. */
  private static final String FILE = "_samples.json";

  /**
   * Requires that images need no more files than a folder should have.
   *
   * @throws IllegalArgumentException if they do; the message has the remedy
   */
  static void requireFewFiles(int count, int shardSize) {
    int files = files(count, shardSize);
    if (files > MOST_FILES) {
      int enough = files(files(count, MOST_FILES), BATCH) * BATCH;
      throw new IllegalArgumentException(
          Text.format(
              "%,d images are %,d files of %,d images, and a folder takes %,d at most: give a shard"
                  + " size of %d or more",
              count, files, shardSize, MOST_FILES, enough));
    }
  }

  private static int files(int count, int size) {
    return (int) ((count + (long) size - 1) / size);
  }

  /** How they are drawn. */
  Sampling sampling() {
    return Sampling.ofSeed(seed).batches(BATCH);
  }

  /** The number of shards. */
  int shards() {
    return files(count, shardSize);
  }

  /** The images in a shard. */
  int size(int shard) {
    return Math.min(shardSize, count - shard * shardSize);
  }

  /** The file of a shard. */
  Path file(Path folder, int shard) {
    return folder.resolve(
        Text.format("samples-%05d-of-%05d.%s", shard, shards(), format.extension()));
  }

  /** Whether a shard is there with all its images. */
  boolean isWhole(Path folder, int shard) throws IOException {
    Path file = file(folder, shard);
    return Files.exists(file) && format.isWhole(file, size(shard));
  }

  /** The shards that are not there yet. */
  int[] missing(Path folder) throws IOException {
    var missing = IntStream.builder();
    for (int shard = 0; shard < shards(); shard++) {
      if (!isWhole(folder, shard)) {
        missing.add(shard);
      }
    }
    return missing.build().toArray();
  }

  /**
   * Notes in a folder which images it is for.
   *
   * @throws IllegalArgumentException if it has other files than these images
   */
  void claim(Path folder) throws IOException {
    if (isIn(folder)) {
      return;
    }
    try (var files = Files.newDirectoryStream(folder)) {
      if (files.iterator().hasNext()) {
        throw new IllegalArgumentException(
            Text.format(
                "%s holds something else than these images, whose %s would be %s: name a new folder",
                folder, FILE, Json.write(this)));
      }
    }
    AtomicFile.write(folder.resolve(FILE), Json.pretty(this));
  }

  /** Whether a folder is for these images. */
  boolean isIn(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), Json.pretty(this));
  }

  /** Requires that this machine has the folder of the one that started the job. */
  void requireIn(Path folder) throws IOException {
    if (!isIn(folder)) {
      throw new IllegalStateException(
          Text.format(
              "%s on %s is not the folder that the job was started with: give one that all machines"
                  + " share, at the same path",
              folder, Host.name()));
    }
  }
}
