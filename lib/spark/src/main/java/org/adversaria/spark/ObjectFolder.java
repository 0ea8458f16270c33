package org.adversaria.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.adversaria.torch.Text;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Objects whose names begin with a URI, in a file system of Hadoop. Nothing is renamed, locked or
 * appended to. An object store shows an object when all of it is there; HDFS shows it from its
 * first byte, so that readers have to tell whether it is whole.
 *
 * @param uri without a slash at its end
 * @param configuration of Hadoop
 */
record ObjectFolder(String uri, SerializableConfiguration configuration) implements Serializable {

  private static final long serialVersionUID = 1L;

  ObjectFolder folder(String name) {
    return new ObjectFolder(uri(name), configuration);
  }

  String uri(String name) {
    return uri + "/" + name;
  }

  private Path path(String name) {
    return new Path(uri(name));
  }

  /** Hadoop keeps one for all calls of a process. */
  private FileSystem system() throws IOException {
    try {
      return new Path(uri).getFileSystem(configuration.value());
    } catch (UnsupportedFileSystemException | LinkageError e) {
      throw missing(e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) {
        throw missing(e);
      }
      throw e;
    }
  }

  private IOException missing(Throwable cause) {
    return new IOException(
        Text.format(
            "%s has no file system for it on its class path. Start the sweep by spark-submit with"
                + " --packages and what brings it (s3a:// org.apache.hadoop:hadoop-aws:%s, abfss://"
                + " org.apache.hadoop:hadoop-azure:%s, gs:// Google's gcs-connector), or put these jars"
                + " on the class path of the driver and of all executors (%s)",
            Host.name(), VersionInfo.getVersion(), VersionInfo.getVersion(), cause.getMessage()),
        cause);
  }

  /** An object that is written, and that takes the place of an older one; the caller closes it. */
  OutputStream create(String name) throws IOException {
    return system().create(path(name), true);
  }

  void put(String name, byte[] content) throws IOException {
    try (OutputStream out = create(name)) {
      out.write(content);
    }
  }

  boolean has(String name) throws IOException {
    return system().exists(path(name));
  }

  /**
   * Opens an object; the caller closes it.
   *
   * @throws FileNotFoundException if there is none
   */
  InputStream open(String name) throws IOException {
    return system().open(path(name));
  }

  /** The content of a small object; empty if there is none. */
  Optional<byte[]> get(String name) throws IOException {
    try (InputStream in = open(name)) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Deletes an object if there is one. */
  void delete(String name) throws IOException {
    system().delete(path(name), false);
  }

  /** The names of the objects, in their order; none where there is no such folder. */
  List<String> names() throws IOException {
    try {
      return Arrays.stream(system().listStatus(new Path(uri)))
          .filter(FileStatus::isFile)
          .map(each -> each.getPath().getName())
          .sorted()
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public String toString() {
    return uri;
  }
}
