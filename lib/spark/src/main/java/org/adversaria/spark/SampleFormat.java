package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The formats of files of samples. */
public enum SampleFormat {

  /** Zips of PNG files. */
  ZIP {
    @Override
    ShardWriter create(Path file, int classes, List<String> classNames) throws IOException {
      return new ZipShard(file);
    }

    @Override
    boolean isWhole(Path file, int images) throws IOException {
      return ZipShard.isWhole(file, images);
    }
  },

  /**
   * Parquet files in the layout of Hugging Face's library {@code datasets}: a column {@code image}
   * of a PNG file's {@code bytes} and {@code path}, which is its name, and of a generator with
   * classes a column {@code label}. The metadata {@code huggingface} has the names of the classes
   * where the run's record has them.
   */
  PARQUET {
    @Override
    ShardWriter create(Path file, int classes, List<String> classNames) throws IOException {
      return new ParquetShard(file, classes, classNames);
    }

    @Override
    boolean isWhole(Path file, int images) {
      return ParquetShard.isWhole(file, images);
    }
  };

  /** The end of the files' names. */
  String extension() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Begins to write a file.
   *
   * @param file is replaced
   * @param classes the number of classes; 0 without
   * @param classNames empty where they are not known
   */
  abstract ShardWriter create(Path file, int classes, List<String> classNames) throws IOException;

  /** Whether an existing file is a complete one of a number of images. */
  abstract boolean isWhole(Path file, int images) throws IOException;
}
