package org.adversaria.spark;

import java.io.Closeable;
import java.io.IOException;
import java.util.UUID;
import org.adversaria.torch.Text;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The results of a sweep as objects of an object store, or of any file system that Hadoop knows.
 *
 * @param folder what their names begin with
 */
record SweepObjects(ObjectFolder folder) implements SweepStore {

  private static final long serialVersionUID = 1L;

  /**
   * Requires that objects can be written there and deleted.
   *
   * @param uri such as {@code s3a://bucket/results}
   * @param configuration of Hadoop
   * @throws IllegalArgumentException if they cannot; the message has the remedy
   */
  static SweepObjects create(String uri, Configuration configuration) {
    requireWithoutSecret(uri);
    var folder =
        new ObjectFolder(uri.replaceFirst("/+$", ""), new SerializableConfiguration(configuration));
    String probe = "probe-" + UUID.randomUUID();
    try {
      folder.put(probe, new byte[0]);
      folder.delete(probe);
      return new SweepObjects(folder);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          Text.format("Results cannot lie in %s: %s", uri, e.getMessage()), e);
    }
  }

  /** Messages and Spark's pages show where results are. */
  private static void requireWithoutSecret(String uri) {
    String user = new Path(uri).toUri().getUserInfo();
    if (user != null && user.contains(":")) {
      throw new IllegalArgumentException(
          "The URI of the results has a secret in it: leave it out, and give it to Hadoop's file"
              + " system as its documentation says, by the environment or a credential provider");
    }
  }

  @Override
  public void write(SweepFile file) throws IOException {
    folder.put(FILE, Json.pretty(file));
  }

  @Override
  public void requireShared(String host) throws IOException {
    if (!folder.has(FILE)) {
      throw new IllegalStateException(
          Text.format(
              "%s on %s is not the place that the sweep was started with, which has a %s: give all"
                  + " machines the same settings of Hadoop",
              folder, host, FILE));
    }
  }

  @Override
  public CellObjects cell(String id) {
    return new CellObjects(folder.folder(CELLS).folder(id));
  }

  /** There are no locks. */
  @Override
  public Closeable holdResults() {
    return () -> {};
  }

  @Override
  public String uri(String name) {
    return folder.uri(name);
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
