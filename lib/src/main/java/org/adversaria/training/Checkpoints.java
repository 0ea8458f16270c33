package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.adversaria.nn.SafeTensors;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/**
 * The checkpoints of a run: folders {@code step-00000500}, each holding one safetensors file for
 * each group of arrays, and the log.
 *
 * <p>A folder is written under another name and then moved, so that no checkpoint is incomplete.
 */
final class Checkpoints {

  private static final String FOLDER = "checkpoints";
  private static final String PREFIX = "step-";
  private static final String UNFINISHED = "unfinished-";
  private static final String LOG = "log.csv";

  private final Path folder;
  private final int limit;

  /** Keeps the newest {@code limit} checkpoints of a run. */
  Checkpoints(Path directory, int limit) {
    folder = directory.resolve(FOLDER);
    this.limit = limit;
  }

  /** The group of a network's averaged weights. */
  static String average(String network) {
    return network + "-average";
  }

  /** Writes a checkpoint after the given number of steps, then deletes the oldest ones. */
  Path save(long steps, Map<String, Map<String, NDArray>> groups, ScalarLog log)
      throws IOException {
    Files.createDirectories(folder);
    removeUnfinished();
    String name = PREFIX + Text.format("%08d", steps);
    Path target = folder.resolve(name);
    if (Files.exists(target)) {
      return target;
    }
    Path writing = Files.createDirectory(folder.resolve(UNFINISHED + name));
    for (var group : groups.entrySet()) {
      SafeTensors.write(file(writing, group.getKey()), group.getValue(), Map.of());
    }
    log.write(writing.resolve(LOG));
    AtomicFile.move(writing, target);
    prune();
    return target;
  }

  /** The newest checkpoint. */
  Optional<Path> newest() throws IOException {
    return list().stream().reduce((older, newer) -> newer);
  }

  /** The number of steps before a checkpoint. */
  static long steps(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring(PREFIX.length()));
  }

  static Path file(Path checkpoint, String group) {
    return checkpoint.resolve(group + ".safetensors");
  }

  static ScalarLog log(Path checkpoint) throws IOException {
    return ScalarLog.read(checkpoint.resolve(LOG));
  }

  /** All checkpoints, oldest first. */
  List<Path> list() throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> path.getFileName().toString().matches(PREFIX + "\\d+"))
          .sorted(Comparator.comparingLong(Checkpoints::steps))
          .toList();
    }
  }

  private void prune() throws IOException {
    List<Path> all = list();
    for (Path old : all.subList(0, Math.max(0, all.size() - limit))) {
      delete(old);
    }
  }

  private void removeUnfinished() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path path :
          entries.filter(p -> p.getFileName().toString().startsWith(UNFINISHED)).toList()) {
        delete(path);
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      paths.sorted(Comparator.reverseOrder()).forEach(Checkpoints::deleteOne);
    }
  }

  private static void deleteOne(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
