package org.adversaria.spark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.adversaria.training.RunRecord;
import org.adversaria.training.Training;

/** A cell while this process trains it. */
interface HeldCell extends Closeable {

  /** The directory of the run on this machine. */
  Path run();

  /** Sets where a training writes, so that its checkpoints are kept. */
  Training into(Training training);

  /** A message about the run, with the place where it is kept. */
  String named(String message);

  /** The steps of the run that a new process goes on from. */
  default long stepsDone() {
    return stepsDone(run());
  }

  /** The steps that the run in a directory has done. */
  static long stepsDone(Path run) {
    try {
      return RunRecord.exists(run) ? RunRecord.read(run).stepsDone() : 0;
    } catch (IOException e) {
      // Training tells of a damaged record, or brings it back from a checkpoint.
      return 0;
    }
  }
}
