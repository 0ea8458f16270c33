package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.adversaria.data.Checksums;
import org.adversaria.nn.SafeTensors;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/**
 * The folder of one checkpoint, {@code step-00000500}: one safetensors file for each group of
 * arrays, the log, the run's record, and the file {@code checksums.json} about all of them.
 *
 * @param path the folder
 */
record Checkpoint(Path path) {

  static final String LOG = "log.csv";

  private static final String PREFIX = "step-";
  private static final String CHECKSUMS = "checksums.json";

  /** Names of visible files in the folder itself. */
  private static final Pattern FILE_NAME =
      Pattern.compile("[^./\\\\\\p{Cntrl}][^/\\\\\\p{Cntrl}]*");

  /** The size and SHA-256 of a file. */
  private record Sum(long bytes, String sha256) {

    static Sum of(Path file) throws IOException {
      return new Sum(Files.size(file), Checksums.sha256(file));
    }
  }

  /** The content of {@code checksums.json}: a sum for each file name. */
  private record Sums(Map<String, Sum> files) {}

  static String name(long steps) {
    return PREFIX + Text.format("%08d", steps);
  }

  static boolean isName(String name) {
    return name.matches(PREFIX + "\\d{8,18}");
  }

  /** Whether a group of arrays can have this name, which its file has too. */
  static boolean isGroup(String name) {
    return FILE_NAME.matcher(name).matches();
  }

  /** The group of a network's averaged weights. */
  static String average(String network) {
    return network + "-average";
  }

  /** The number of steps before the checkpoint. */
  long steps() {
    return Long.parseLong(path.getFileName().toString().substring(PREFIX.length()));
  }

  Path file(String group) {
    return path.resolve(group + ".safetensors");
  }

  Path log() {
    return path.resolve(LOG);
  }

  /** Writes all files of the checkpoint into its empty folder, and their checksums last. */
  void write(Map<String, Map<String, NDArray>> groups, ScalarLog log, RunRecord record)
      throws IOException {
    for (var group : groups.entrySet()) {
      SafeTensors.write(file(group.getKey()), group.getValue(), Map.of());
    }
    AtomicFile.write(log(), log::write);
    record.write(path);
    Map<String, Sum> sums = new TreeMap<>();
    try (var files = Files.list(path)) {
      for (Path file : files.toList()) {
        sums.put(file.getFileName().toString(), Sum.of(file));
      }
    }
    JsonFile.write(path.resolve(CHECKSUMS), new Sums(sums));
  }

  /**
   * What makes the checkpoint unfit to be resumed: missing files, and those with other content than
   * was written. The log is not looked at, since it can be repaired.
   *
   * @throws IOException if a file cannot be opened, which says nothing about its content
   */
  Optional<String> damage() throws IOException {
    try {
      Map<String, Sum> sums = sums();
      for (String name : sums.keySet()) {
        if (!name.equals(LOG)) {
          require(name, sums);
        }
      }
      long recorded = RunRecord.read(path).stepsDone();
      return recorded == steps()
          ? Optional.empty()
          : Optional.of(Text.format("%s is of step %d", path.resolve(RunRecord.FILE), recorded));
    } catch (IOException e) {
      return Optional.of(damage(e));
    }
  }

  /**
   * What a file of the checkpoint has instead of what was written.
   *
   * @throws IOException as {@link #damage()}
   */
  Optional<String> damage(Path file) throws IOException {
    try {
      require(file.getFileName().toString(), sums());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(damage(e));
    }
  }

  private static String damage(IOException e) throws IOException {
    if (e instanceof FileSystemException) {
      throw e;
    }
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  /** Whether a file elsewhere has what was written to the checkpoint's file of its name. */
  boolean isIntactCopy(Path file) throws IOException {
    return Files.isRegularFile(file)
        && Sum.of(file).equals(sums().get(file.getFileName().toString()));
  }

  private void require(String name, Map<String, Sum> sums) throws IOException {
    Path file = path.resolve(name);
    Sum expected = sums.get(name);
    if (!Files.isRegularFile(file)) {
      throw new IOException("The checkpoint lacks the file " + file);
    }
    if (expected == null) {
      throw new IOException(
          Text.format("%s is no part of the checkpoint: %s does not list it", file, CHECKSUMS));
    }
    if (Files.size(file) != expected.bytes) {
      throw new IOException(
          Text.format(
              "%s is damaged: it has %d bytes, and had %d when it was written",
              file, Files.size(file), expected.bytes));
    }
    if (!Checksums.sha256(file).equals(expected.sha256)) {
      throw new IOException(
          Text.format(
              "%s is damaged: its SHA-256 is not the one it had when it was written", file));
    }
  }

  private Map<String, Sum> sums() throws IOException {
    Path file = path.resolve(CHECKSUMS);
    if (!Files.isRegularFile(file)) {
      throw new IOException("The checkpoint lacks the file " + file);
    }
    Sums read = JsonFile.read(file, Sums.class);
    if (read == null || read.files == null || read.files.containsValue(null)) {
      throw new IOException(file + " is damaged: it lists no files");
    }
    for (String name : read.files.keySet()) {
      if (!FILE_NAME.matcher(name).matches()) {
        throw new IOException(file + " is damaged: it lists what is no name of a file");
      }
    }
    return read.files;
  }
}
