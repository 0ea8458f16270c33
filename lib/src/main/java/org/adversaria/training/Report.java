package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.time.Duration;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampler;
import org.adversaria.nn.TorchBlock;
import tech.tablesaw.api.Table;

/**
 * A look into a run while it trains. What is made from a report may be kept as a picture or a
 * table, not as an NDArray: those are freed when the report is over.
 */
public final class Report {

  private final long step;
  private final long steps;
  private final Duration elapsed;
  private final Table log;
  private final TrainedNetworks networks;
  private final NDManager manager;
  private final long seed;

  Report(
      long step,
      long steps,
      Duration elapsed,
      Table log,
      TrainedNetworks networks,
      NDManager manager,
      long seed) {
    this.step = step;
    this.steps = steps;
    this.elapsed = elapsed;
    this.log = log;
    this.networks = networks;
    this.manager = manager;
    this.seed = seed;
  }

  /**
   * Returns how many steps are done.
   *
   * @return the steps done
   */
  public long step() {
    return step;
  }

  /**
   * Returns how many steps the run has in all.
   *
   * @return the steps asked for
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
   * Returns the generator as it would be used now, with averaged weights where the method averages.
   *
   * @return the generator; do not change it
   * @throws IllegalStateException if the method has not one network named {@code generator}
   */
  public Generator generator() {
    return networks.generator();
  }

  /**
   * Returns a network as it stands in training now.
   *
   * @param name such as {@code discriminator}
   * @return the network; do not change it
   * @throws IllegalArgumentException if there is none of that name; the message lists the names
   */
  public TorchBlock network(String name) {
    return networks.network(name);
  }

  /**
   * Draws images from the same latents in every report of a run, so that they can be seen to form.
   *
   * @param perClass images of each class; images in all for an unconditional generator
   * @return {@code (classes perClass, C, H, W)} in [-1, 1], ordered class by class
   */
  public NDArray samples(int perClass) {
    return Sampler.byClass(generator(), manager, perClass, Seeds.of(seed, Seeds.REPORT));
  }
}
