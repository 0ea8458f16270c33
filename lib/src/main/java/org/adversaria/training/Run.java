package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampler;
import org.adversaria.nn.TorchBlock;
import tech.tablesaw.api.Table;

/** The result of a training run: its networks, log and record. Closing it frees the networks. */
public final class Run implements AutoCloseable {

  private final RunRecord record;
  private final Path directory;
  private final NDManager manager;
  private final TrainedNetworks networks;
  private final Table log;

  Run(RunRecord record, Path directory, NDManager manager, TrainedNetworks networks, Table log) {
    this.record = record;
    this.directory = directory;
    this.manager = manager;
    this.networks = networks;
    this.log = log;
  }

  /**
   * Returns the record, which {@code run.json} holds.
   *
   * @return the record
   */
  public RunRecord record() {
    return record;
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
   * Returns the generator, with averaged weights where the method averages.
   *
   * @return the trained generator
   * @throws IllegalStateException if the method has no network named {@code generator}
   */
  public Generator generator() {
    return networks.generator();
  }

  /**
   * Returns a network with its trained weights.
   *
   * @param name such as {@code discriminator}
   * @return the network
   * @throws IllegalArgumentException if there is none of that name; the message lists the names
   */
  public TorchBlock network(String name) {
    return networks.network(name);
  }

  /**
   * Returns the log.
   *
   * @return a row for each step: the column {@code step} and one for each term
   */
  public Table log() {
    return log;
  }

  /**
   * Generates images.
   *
   * @param owner the owner of the result
   * @param perClass images of each class, or of an unconditional generator; at least 1
   * @param seed of the random numbers
   * @return {@code (classes perClass, C, H, W)} in [-1, 1], ordered class by class
   */
  public NDArray samples(NDManager owner, int perClass, long seed) {
    return Sampler.byClass(generator(), owner, perClass, seed);
  }

  /**
   * Generates an image for each condition.
   *
   * @param owner the owner of the result
   * @param y labels int64 {@code (N)}, or values or instances float32 {@code (N, ...)}
   * @param seed of the random numbers
   * @return {@code (N, C, H, W)} in [-1, 1]
   */
  public NDArray samples(NDManager owner, NDArray y, long seed) {
    return Sampler.draw(generator(), owner, y, seed);
  }

  /** Frees the networks. */
  @Override
  public void close() {
    manager.close();
  }
}
