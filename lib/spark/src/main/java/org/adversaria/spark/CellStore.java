package org.adversaria.spark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** What is kept of a cell: its run, the attempts to train it, and its result once it has ended. */
interface CellStore {

  /** Processes that may die at one step of a cell before it counts as failed. */
  int MOST_DEATHS = 3;

  /** How the cell ended. */
  String RESULT = "result.json";

  /** The log of a run, in its directory. */
  String LOG = "log.csv";

  /** The lines of the log of a run; none if it has no checkpoint. */
  static List<String> log(Path run) throws IOException {
    Path file = run.resolve(LOG);
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  /**
   * Makes the run ready to be trained by this process, from its last checkpoint.
   *
   * @throws IllegalStateException if another sweep of this process trains the cell
   */
  HeldCell hold() throws IOException;

  /**
   * Returns how the cell ended; empty if it did not yet.
   *
   * @throws IOException if that cannot be read
   */
  Optional<CellResult> result() throws IOException;

  /** Keeps how the cell ended. */
  void write(CellResult result) throws IOException;

  /** Lets a cell be trained again, from its last checkpoint. */
  void forgetResult() throws IOException;

  /** The lines of the run's log; none if it has no checkpoint. */
  List<String> log() throws IOException;

  /** A line for each process that began to train the cell, was told to stop, or ended it. */
  List<String> attempts() throws IOException;

  /** Adds a line to the attempts. */
  void note(String line) throws IOException;

  /** Notes that this process begins to train the cell. */
  default void begin(long step) throws IOException {
    note(line(ManagementFactory.getRuntimeMXBean().getName() + fromStep(step)));
  }

  /** Notes that the cell has ended. */
  default void end(CellResult result) throws IOException {
    note(line(result.state()));
  }

  /** Notes that a process was told to stop before the cell's end. */
  default void stop() throws IOException {
    note(line("stopped"));
  }

  /** Whether the last processes all began where the run is now, and so died before a checkpoint. */
  default boolean diesAt(long step) throws IOException {
    List<String> attempts = attempts();
    return attempts.size() >= MOST_DEATHS
        && attempts.subList(attempts.size() - MOST_DEATHS, attempts.size()).stream()
            .allMatch(line -> line.endsWith(fromStep(step)));
  }

  private static String fromStep(long step) {
    return " from step " + step;
  }

  private static String line(String what) {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + what;
  }
}
