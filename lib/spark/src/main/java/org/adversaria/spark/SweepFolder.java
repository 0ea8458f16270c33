package org.adversaria.spark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/**
 * A folder for a sweep's results. All machines of the sweep have it at the same path.
 *
 * @param folder an absolute path; text, since paths do not travel
 */
record SweepFolder(String folder) implements SweepStore {

  private static final long serialVersionUID = 1L;

  /** The folder at an absolute path. */
  static SweepFolder at(Path path) {
    return new SweepFolder(path.toString());
  }

  /**
   * Makes the folder where it is missing.
   *
   * @throws IllegalArgumentException if it cannot hold results; the message has the remedy
   */
  static SweepFolder create(Path folder) {
    return at(checked("Results", folder));
  }

  /**
   * Makes a folder where it is missing.
   *
   * @param what is to lie in it, for messages
   * @throws IllegalArgumentException if nothing can be written there; the message has the remedy
   */
  static Path checked(String what, Path folder) {
    if (URI_PATTERN.matcher(folder.toString()).matches()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s cannot lie in %s, which is a URI and no path of a folder. Give a folder that all"
                  + " machines share; the results of a sweep also take the URI of an object store, as"
                  + " a text: out(\"s3a://bucket/results\")",
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

  Path path() {
    return Path.of(folder);
  }

  /** A file that says the same, such as the one that the sweep was read from, stays as it is. */
  @Override
  public void write(SweepFile file) throws IOException {
    Path there = path().resolve(FILE);
    if (!Files.exists(there) || !says(there, file)) {
      file.write(there);
    }
  }

  private static boolean says(Path there, SweepFile file) throws IOException {
    try {
      return SweepFile.read(there).absolute().equals(file);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public Closeable holdResults() throws IOException {
    return CellFolder.lock(path().resolve("results.lock"));
  }

  @Override
  public void requireShared(String host) {
    if (!Files.isRegularFile(path().resolve(FILE))) {
      throw new IllegalStateException(
          Text.format(
              "%s on %s is not the folder that the sweep was started with: put the results into one"
                  + " that all machines share, at the same path, or into an object store",
              folder, host));
    }
  }

  @Override
  public CellFolder cell(String id) {
    return new CellFolder(path().resolve(CELLS).resolve(id));
  }

  /** Spark may have another default file system. */
  @Override
  public String uri(String name) {
    return path().resolve(name).toUri().toString();
  }

  @Override
  public String toString() {
    return folder;
  }
}
