package org.adversaria.cli;

import java.nio.file.Path;
import org.adversaria.training.RunRecord;
import picocli.CommandLine.Option;

/** Other data than those that a run's record names. */
final class DataOptions {

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description =
          "Where the run's data are now: a name or a path. They are read as the run's record says.")
  private String data;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      description = "Where the images of the second domain are now, of csgan and cycle-gan.")
  private String target;

  /**
   * The origin of a run's data, at its new place where one is named.
   *
   * @throws IllegalArgumentException if the record has none, and none is named
   */
  DataOrigin of(RunRecord record, Path run) {
    if (data == null && target == null) {
      return DataOrigin.of(record, run);
    }
    return DataOrigin.moved(record, run, data, target);
  }
}
