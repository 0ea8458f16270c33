package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run.
 *
 * <p>A folder is written under another name and forced to the disk before it is moved to its own,
 * so that no checkpoint is incomplete, also after a loss of power. It leaves that name before its
 * files are deleted.
 */
final class Checkpoints {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  private static final String FOLDER = "checkpoints";
  private static final String UNFINISHED = "unfinished-";

  private final Path directory;
  private final Path folder;
  private final int limit;

  /** Keeps the newest {@code limit} checkpoints of a run. */
  Checkpoints(Path directory, int limit) {
    this.directory = directory;
    folder = directory.resolve(FOLDER);
    this.limit = limit;
  }

  /**
   * Writes a checkpoint after the given number of steps, then deletes the oldest ones.
   *
   * @throws IOException if a file cannot be written; the message names it, and the unfinished
   *     checkpoint is deleted
   */
  Checkpoint save(
      long steps, Map<String, Map<String, NDArray>> groups, ScalarLog log, RunRecord record)
      throws IOException {
    AtomicFile.createDirectories(folder);
    removeUnfinished();
    Path target = folder.resolve(Checkpoint.name(steps));
    var checkpoint = new Checkpoint(target);
    if (Files.exists(target) && checkpoint.damage().isEmpty()) {
      prune(steps);
      return checkpoint;
    }
    Path writing = Files.createDirectory(folder.resolve(UNFINISHED + Checkpoint.name(steps)));
    try {
      new Checkpoint(writing).write(groups, log, record);
      retire(target);
      AtomicFile.move(writing, target);
      prune(steps);
    } catch (IOException | RuntimeException e) {
      try {
        removeUnfinished();
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
    return checkpoint;
  }

  /** Whether a directory has checkpoints. */
  static boolean exist(Path directory) {
    try {
      return !new Checkpoints(directory, 1).list().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The newest checkpoint that is not damaged; those passed over are logged with the reason.
   *
   * @return empty if the run has no checkpoint
   * @throws IOException if all checkpoints are damaged, or one cannot be read
   */
  Optional<Checkpoint> newestWhole() throws IOException {
    List<Checkpoint> newestFirst = new ArrayList<>(list());
    Collections.reverse(newestFirst);
    var damages = new ArrayList<String>();
    for (Checkpoint checkpoint : newestFirst) {
      Optional<String> damage = checkpoint.damage();
      if (damage.isEmpty()) {
        return Optional.of(checkpoint);
      }
      LOG.warn("{} is passed over: {}", checkpoint.path(), damage.get());
      damages.add(damage.get());
    }
    if (damages.isEmpty()) {
      return Optional.empty();
    }
    throw new IOException(
        Text.format(
            "The run in %s has no whole checkpoint:%n  %s%nBring the files back from a copy, and it"
                + " resumes; or start the training again in another directory",
            directory, String.join("\n  ", damages)));
  }

  /**
   * Requires that the disk has room for the checkpoints to come. While one is written, those that
   * are kept are still there.
   *
   * @param count the number of checkpoints that will be written
   * @param bytes the bytes of each
   */
  void requireRoom(long count, long bytes) throws IOException {
    int present = list().size();
    long most = Math.min(limit + 1L, present + count);
    long needed = (most - Math.min(most, present)) * bytes;
    long usable = Files.getFileStore(directory.toAbsolutePath()).getUsableSpace();
    // Some network file systems tell 0 of themselves.
    if (usable > 0 && usable < needed) {
      throw new IOException(
          Text.format(
              "The checkpoints of the run in %s will take %d MiB more (%d are there at a time, of %d"
                  + " MiB each), but its disk has %d MiB left: make room, keep fewer, or choose"
                  + " another directory",
              directory, mebibytes(needed), most, mebibytes(bytes), usable >> 20));
    }
  }

  /** Rounded up. */
  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  /** All checkpoints, oldest first. */
  List<Checkpoint> list() throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> Checkpoint.isName(path.getFileName().toString()))
          .filter(Files::isDirectory)
          .map(Checkpoint::new)
          .sorted(Comparator.comparingLong(Checkpoint::steps))
          .toList();
    }
  }

  /** Deletes the oldest checkpoints, and later ones, which were passed over as damaged. */
  private void prune(long newest) throws IOException {
    List<Checkpoint> upToNewest = new ArrayList<>();
    for (Checkpoint checkpoint : list()) {
      if (checkpoint.steps() <= newest) {
        upToNewest.add(checkpoint);
      } else {
        retire(checkpoint.path());
      }
    }
    for (Checkpoint old : upToNewest.subList(0, Math.max(0, upToNewest.size() - limit))) {
      retire(old.path());
    }
  }

  /** Takes its name from a checkpoint, so that no half of it is ever seen, and deletes it. */
  private void retire(Path checkpoint) throws IOException {
    if (Files.exists(checkpoint)) {
      Path retired = folder.resolve(UNFINISHED + "old-" + checkpoint.getFileName());
      AtomicFile.move(checkpoint, retired);
      AtomicFile.deleteTree(retired);
    }
  }

  private void removeUnfinished() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path path :
          entries.filter(p -> p.getFileName().toString().startsWith(UNFINISHED)).toList()) {
        AtomicFile.deleteTree(path);
      }
    }
  }
}
