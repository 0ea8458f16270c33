package org.adversaria.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.adversaria.training.RunRecord;

/**
 * The folder of a cell: {@code run/}, the directory of its training; {@code attempts.txt}, a line
 * for each process that began to train it and for each end; {@code result.json} once it has ended.
 *
 * @param path the folder
 */
record CellFolder(Path path) {

  /** Processes that may die at one step of a cell before it counts as failed. */
  static final int MOST_DEATHS = 3;

  private static final String FROM_STEP = " from step ";

  Path run() {
    return path.resolve("run");
  }

  private Path resultFile() {
    return path.resolve("result.json");
  }

  private Path attemptsFile() {
    return path.resolve("attempts.txt");
  }

  /**
   * Waits until no other process trains the cell, and holds it. The operating system releases what
   * a process held that was killed.
   *
   * @throws IllegalStateException if another sweep of this process trains it
   */
  FileChannel hold() throws IOException {
    AtomicFile.createDirectories(path);
    Path file = path.resolve("cell.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.lock();
      return channel;
    } catch (IOException e) {
      channel.close();
      throw AtomicFile.named(file, e);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IllegalStateException(
          Text.format(
              "Another sweep of this process trains %s: wait until it has ended, or choose another"
                  + " folder for the results",
              path),
          e);
    }
  }

  /**
   * Returns how the cell ended; empty if it did not yet.
   *
   * @throws IOException if the file cannot be read
   */
  Optional<CellResult> result() throws IOException {
    Path file = resultFile();
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), CellResult.class));
    } catch (JsonProcessingException e) {
      throw new IOException(
          Text.format(
              "%s is damaged (%s): delete it, and the cell goes on from its last checkpoint",
              file, Text.visible(e.getOriginalMessage())),
          e);
    }
  }

  /** Writes how the cell ended. */
  void write(CellResult result) throws IOException {
    AtomicFile.write(resultFile(), Json.pretty(result));
    note(result.state());
  }

  /** Lets a cell be trained again, from its last checkpoint. */
  void forgetResult() throws IOException {
    Files.deleteIfExists(resultFile());
  }

  /** The steps of the run that a new process goes on from. */
  long stepsDone() {
    try {
      return RunRecord.exists(run()) ? RunRecord.read(run()).stepsDone() : 0;
    } catch (IOException e) {
      // Training tells of a damaged record, or brings it back from a checkpoint.
      return 0;
    }
  }

  /** A line for each process that began to train the cell, and for each end. */
  List<String> attempts() throws IOException {
    return Files.exists(attemptsFile()) ? Files.readAllLines(attemptsFile()) : List.of();
  }

  /** Whether the last processes all began where the run is now, and so died before a checkpoint. */
  boolean diesHere() throws IOException {
    List<String> attempts = attempts();
    String here = FROM_STEP + stepsDone();
    return attempts.size() >= MOST_DEATHS
        && attempts.subList(attempts.size() - MOST_DEATHS, attempts.size()).stream()
            .allMatch(line -> line.endsWith(here));
  }

  /** Notes that this process begins to train the cell. */
  void begin() throws IOException {
    note(ManagementFactory.getRuntimeMXBean().getName() + FROM_STEP + stepsDone());
  }

  private void note(String what) throws IOException {
    String line = Text.format("%s %s%n", Instant.now().truncatedTo(ChronoUnit.SECONDS), what);
    Files.writeString(attemptsFile(), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    AtomicFile.force(attemptsFile());
  }
}
