package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.time.Duration;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampler;
import org.adversaria.nn.TorchBlock;
import tech.tablesaw.api.Table;

/**
 * The state of a run during training. Arrays that are created from a report are freed when the
 * consumer returns; pictures and tables may be kept.
 */
public final class Report {

  private final long step;
  private final long steps;
  private final Duration elapsed;
  private final Table log;
  private final Path directory;
  private final TrainedNetworks networks;
  private final NDManager manager;
  private final long seed;

  Report(
      long step,
      long steps,
      Duration elapsed,
      Table log,
      Path directory,
      TrainedNetworks networks,
      NDManager manager,
      long seed) {
    this.step = step;
    this.steps = steps;
    this.elapsed = elapsed;
    this.log = log;
    this.directory = directory;
    this.networks = networks;
    this.manager = manager;
    this.seed = seed;
  }

  /**
   * Returns the number of steps done.
   *
   * @return from 0
   */
  public long step() {
    return step;
  }

  /**
   * Returns the number of steps of the whole run.
   *
   * @return at least 1
   */
  public long steps() {
    return steps;
  }

  /**
   * Returns the time spent in this process.
   *
   * @return the time since the run started or was resumed
   */
  public Duration elapsed() {
    return elapsed;
  }

  /**
   * Returns the log so far.
   *
   * @return a row for each step: the column {@code step} and one for each term
   */
  public Table log() {
    return log;
  }

  /**
   * Returns where the run's files are.
   *
   * @return the directory
   */
  public Path directory() {
    return directory;
  }

  /**
   * Returns the generator at this step, with averaged weights where the method averages.
   *
   * @return the generator; do not change it
   * @throws IllegalStateException if the method has no network named {@code generator}
   */
  public Generator generator() {
    return networks.generator();
  }

  /**
   * Returns a network at this step, with its trained weights.
   *
   * @param name such as {@code discriminator}
   * @return the network; do not change it
   * @throws IllegalArgumentException if there is none of that name; the message lists the names
   */
  public TorchBlock network(String name) {
    return networks.network(name);
  }

  /**
   * Generates images from the same latents in every report of a run.
   *
   * @param perClass images of each class, or of an unconditional generator; at least 1
   * @return {@code (classes perClass, C, H, W)} in [-1, 1], ordered class by class
   */
  public NDArray samples(int perClass) {
    return Sampler.byClass(generator(), manager, perClass, Seeds.of(seed, Seeds.REPORT));
  }

  /**
   * Generates an image for each condition from the same latents in every report of a run.
   *
   * @param y labels int64 {@code (N)}, or values or instances float32 {@code (N, ...)}
   * @return {@code (N, C, H, W)} in [-1, 1]
   */
  public NDArray samples(NDArray y) {
    return Sampler.draw(generator(), manager, y, Seeds.of(seed, Seeds.REPORT));
  }
}
