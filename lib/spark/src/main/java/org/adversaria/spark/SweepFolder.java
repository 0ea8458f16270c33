package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/**
 * The folder of a sweep's results: {@code sweep.json}, {@code cells/}, {@code results.parquet},
 * {@code summary.parquet}. All machines of the sweep have it at the same path.
 *
 * @param path an absolute path
 */
record SweepFolder(Path path) {

  /** s3a://bucket/results, as a path of this machine or as it was written. */
  private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  private static final String FILE = "sweep.json";

  /** The folder on another machine than the one that made it. */
  static SweepFolder at(Path path) {
    return new SweepFolder(path);
  }

  /**
   * Makes the folder where it is missing.
   *
   * @throws IllegalArgumentException if it cannot hold results; the message has the remedy
   */
  static SweepFolder create(Path folder) {
    return new SweepFolder(checked("Results", folder));
  }

  /**
   * Makes a folder where it is missing.
   *
   * @param what is to lie in it, for messages
   * @throws IllegalArgumentException if nothing can be written there; the message has the remedy
   */
  static Path checked(String what, Path folder) {
    if (URI.matcher(folder.toString()).matches()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s cannot lie in %s: they need a file system with locks and atomic renames, which an"
                  + " object store has not. Give a folder that all machines share",
              what, folder));
    }
    Path path = folder.toAbsolutePath().normalize();
    try {
      AtomicFile.createDirectories(path);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          Text.format("%s cannot lie in %s: %s", what, path, e.getMessage()), e);
    }
    if (!Files.isWritable(path)) {
      throw new IllegalArgumentException(
          Text.format("%s cannot lie in %s: this user may not write there", what, path));
    }
    return path;
  }

  /** Notes what the sweep is, which also shows other machines that they have the folder. */
  void write(SweepFile file) throws IOException {
    file.write(path.resolve(FILE));
  }

  /**
   * Requires that this machine has the folder of the one that started the sweep.
   *
   * @throws IllegalStateException if it has not
   */
  void requireShared(String host) {
    if (!Files.isRegularFile(path.resolve(FILE))) {
      throw new IllegalStateException(
          Text.format(
              "%s on %s is not the folder that the sweep was started with: put the results into one"
                  + " that all machines share, at the same path",
              path, host));
    }
  }

  CellFolder cell(Cell cell) {
    return cell(cell.id());
  }

  CellFolder cell(String id) {
    return new CellFolder(path.resolve("cells").resolve(id));
  }

  /** A file for Spark, whatever file system it takes paths for. */
  String uri(String name) {
    return path.resolve(name).toUri().toString();
  }
}
