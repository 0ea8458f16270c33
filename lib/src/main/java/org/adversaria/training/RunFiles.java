package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a running training writes: its record {@code run.json}, its log and its checkpoints. */
final class RunFiles {

  private static final Logger LOG = LoggerFactory.getLogger(RunFiles.class);

  private final RunDirectory held;
  private final Path directory;
  private final Checkpoints checkpoints;

  /** Whether the directory held the run before this training. */
  private final boolean resumed;

  private RunRecord record;
  private Optional<Checkpoint> lastCheckpoint = Optional.empty();
  private ScalarLog log = new ScalarLog();

  /** Names the files of a run of which at most {@code keep} checkpoints are kept. */
  RunFiles(RunDirectory held, int keep, RunRecord record) {
    this.held = held;
    this.record = record;
    directory = held.path();
    checkpoints = new Checkpoints(directory, keep);
    resumed = RunRecord.exists(directory);
  }

  Path directory() {
    return directory;
  }

  RunRecord record() {
    return record;
  }

  ScalarLog log() {
    return log;
  }

  /** The checkpoint that was written or restored last. */
  Optional<Checkpoint> lastCheckpoint() {
    return lastCheckpoint;
  }

  /**
   * Finds the newest whole checkpoint and restores the log that belongs to it.
   *
   * @return empty if the run has no checkpoint
   * @throws IOException if all checkpoints are damaged
   */
  Optional<Checkpoint> restore() throws IOException {
    lastCheckpoint = checkpoints.newestWhole();
    if (lastCheckpoint.isPresent()) {
      log = restoredLog(lastCheckpoint.get());
    }
    return lastCheckpoint;
  }

  /** The log of a checkpoint, which then is also that of the run. */
  private ScalarLog restoredLog(Checkpoint checkpoint) throws IOException {
    Path ofRun = directory.resolve(Checkpoint.LOG);
    Path copy = checkpoint.log();
    Optional<String> damage = checkpoint.damage(copy);
    if (damage.isPresent() && !checkpoint.isIntactCopy(ofRun)) {
      LOG.warn(
          "{}, and {} is not of the same step: the log begins anew at step {}",
          damage.get(),
          ofRun,
          checkpoint.steps());
      return new ScalarLog();
    }
    if (damage.isPresent()) {
      LOG.warn("{}: it is made anew from {}", damage.get(), ofRun);
      replace(copy, ofRun);
    } else if (!checkpoint.isIntactCopy(ofRun)) {
      LOG.warn("{} is not that of step {}: it is made anew", ofRun, checkpoint.steps());
      replace(ofRun, copy);
    }
    return ScalarLog.read(copy);
  }

  private static void replace(Path target, Path source) throws IOException {
    AtomicFile.write(target, file -> Files.copy(source, file, StandardCopyOption.REPLACE_EXISTING));
  }

  /** Requires that the disk has room for checkpoints of these arrays. */
  void requireRoom(long count, Map<String, Map<String, NDArray>> groups) throws IOException {
    long bytes =
        groups.values().stream()
            .flatMap(group -> group.values().stream())
            .mapToLong(array -> array.size() * array.getDataType().getNumOfBytes())
            .sum();
    checkpoints.requireRoom(count, bytes);
  }

  /** Writes the record. */
  void writeRecord(String state, long stepsDone, double seconds) throws IOException {
    record = record.progressed(state, stepsDone, seconds);
    record.write(directory);
  }

  /** Writes the record of a run that ended by a failure, also where the disk is full. */
  void writeLastRecord(String state, long stepsDone, double seconds) throws IOException {
    held.giveReserveBack();
    writeRecord(state, stepsDone, seconds);
  }

  /** Writes a checkpoint, then the log and the record, which thus never are ahead of it. */
  void checkpoint(
      String state, long stepsDone, double seconds, Map<String, Map<String, NDArray>> groups)
      throws IOException {
    record = record.progressed(state, stepsDone, seconds);
    lastCheckpoint = Optional.of(checkpoints.save(stepsDone, groups, log, record));
    AtomicFile.write(directory.resolve(Checkpoint.LOG), log::write);
    record.write(directory);
  }

  /** Takes back the record of a new run that did not come to the end of its first step. */
  void forget() throws IOException {
    if (!resumed) {
      Files.deleteIfExists(directory.resolve(RunRecord.FILE));
    }
  }

  /** Where the run can be resumed from, as a sentence. */
  String lastGood() {
    return lastCheckpoint
        .map(
            checkpoint ->
                Text.format(
                    "The last good checkpoint is %s, after %d steps",
                    checkpoint.path(), checkpoint.steps()))
        .orElse("There is no checkpoint yet");
  }
}
