package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.nn.StateDict;
import org.adversaria.torch.Text;
import org.adversaria.training.RunRecord;
import org.adversaria.training.SavedRun;
import org.adversaria.training.SavedRun.Weights;

/**
 * The generator of a run that all machines have at the same path.
 *
 * @param run the absolute path of the run's directory
 * @param step of its checkpoint
 * @param weights the averaged or the trained ones
 * @param classNames in the order of the labels; empty without classes, or where the run's record
 *     does not name them
 * @param digest of the weights, by which another machine knows that it has the same
 * @param version of the library
 */
record SavedGenerator(
    String run,
    long step,
    Weights weights,
    List<String> classNames,
    String digest,
    String version) {

  /** An open run, with its generator. */
  record Opened(SavedRun run, Generator generator) implements AutoCloseable {

    @Override
    public void close() {
      run.close();
    }
  }

  /**
   * Finds the generator of a run.
   *
   * @param step of a checkpoint; null for the newest
   * @throws IOException if there is no run or no checkpoint, or a file is damaged
   * @throws IllegalArgumentException if the generator does not draw from noise and classes, or
   *     makes no images
   */
  static SavedGenerator find(Path directory, Weights weights, Long step) throws IOException {
    Path path = directory.toAbsolutePath().normalize();
    try (SavedRun run = SavedRun.open(path)) {
      List<Long> steps = run.checkpoints();
      Long chosen = step != null || steps.isEmpty() ? step : steps.get(steps.size() - 1);
      Generator generator =
          chosen == null ? run.generator(weights) : run.generator(weights, chosen);
      requireLabels(generator, path);
      return new SavedGenerator(
          path.toString(),
          chosen,
          weights,
          classNames(run.record(), generator),
          StateDict.digest(generator.stateDict()),
          RunRecord.libraryVersion());
    }
  }

  /**
   * Data may have more classes than their generator, which knows none where it is unconditional.
   */
  private static List<String> classNames(RunRecord record, Generator generator) {
    List<String> names = record.data().classNames();
    return names != null && names.size() == generator.numClasses() ? names : List.of();
  }

  private static void requireLabels(Generator generator, Path path) {
    Condition condition = generator.condition();
    if (!(condition instanceof Condition.None) && !(condition instanceof Condition.Classes)) {
      throw new IllegalArgumentException(
          Text.format(
              "The generator of %s is told %s, and on Spark samples are of classes or of nothing:"
                  + " use the command without --master, or Evaluation.conditions and Sampling in Java",
              path, condition.getClass().getSimpleName().toLowerCase(Locale.ROOT)));
    }
    if (generator.imageShape().dimension() != 3) {
      throw new IllegalArgumentException(
          Text.format(
              "The generator of %s makes %s and no images (C, H, W)",
              path, generator.imageShape()));
    }
  }

  /**
   * Opens the generator, on this machine or another.
   *
   * @throws IllegalStateException if this machine has another library, or other weights at the path
   */
  Opened open() throws IOException {
    requireVersion();
    SavedRun opened = SavedRun.open(Path.of(run));
    try {
      Generator generator = opened.generator(weights, step);
      requireDigest(StateDict.digest(generator.stateDict()));
      return new Opened(opened, generator);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void requireVersion() {
    if (!version.equals(RunRecord.libraryVersion())) {
      throw new IllegalStateException(
          Text.format(
              "%s has the library's version %s, and the job was started by %s: give all machines the"
                  + " same jar",
              Host.name(), RunRecord.libraryVersion(), version));
    }
  }

  private void requireDigest(String here) {
    if (!digest.equals(here)) {
      throw new IllegalStateException(
          Text.format(
              "The weights of step %d in %s on %s are not those that the job was started with"
                  + " (SHA-256 %s, not %s): put the run into a folder that all machines share, at the"
                  + " same path",
              step, run, Host.name(), here, digest));
    }
  }
}
