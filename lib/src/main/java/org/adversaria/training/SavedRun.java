package org.adversaria.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.adversaria.models.Generator;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;

/**
 * A finished or stopped run, opened from its directory: its record, and its networks at any stored
 * checkpoint. Closing it frees the networks it created.
 *
 * <pre>{@code
 * try (SavedRun run = SavedRun.open(directory)) {
 *   NDArray images = Sampler.byClass(run.generator(), manager, 8, 0);
 * }
 * }</pre>
 */
public final class SavedRun implements AutoCloseable {

  /** Which of a generator's weights. */
  public enum Weights {
    /** The averaged weights where the method averages, else the trained ones. */
    AVERAGED,
    /** The weights that the optimizer updates. */
    TRAINED
  }

  private final Path directory;
  private final RunRecord record;
  private final Method<?> method;
  private final Checkpoints checkpoints;
  private final NDManager manager;

  private SavedRun(Path directory, RunRecord record, Method<?> method, NDManager manager) {
    this.directory = directory;
    this.record = record;
    this.method = method;
    this.manager = manager;
    checkpoints = new Checkpoints(directory, Integer.MAX_VALUE);
  }

  /**
   * Opens a run on the first GPU, or the CPU where there is none.
   *
   * @param directory the run's directory
   * @return the run
   * @throws IOException if there is no run, its record is damaged, or an older version wrote it
   * @throws IllegalArgumentException as {@link RunRecord#newMethod} does; the message names the
   *     file
   */
  public static SavedRun open(Path directory) throws IOException {
    return open(directory, Engine.getEngine("PyTorch").defaultDevice());
  }

  /**
   * Opens a run.
   *
   * @param directory the run's directory
   * @param device the device of its generators
   * @return the run
   * @throws IOException if there is no run, its record is damaged, or an older version wrote it
   * @throws IllegalArgumentException as {@link RunRecord#newMethod} does; the message names the
   *     file
   */
  public static SavedRun open(Path directory, Device device) throws IOException {
    RunRecord record = RunRecord.readOrRecover(directory);
    Method<?> method;
    try {
      method = record.newMethod();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          directory.resolve(RunRecord.FILE) + ": " + e.getMessage(), e);
    }
    return new SavedRun(directory, record, method, NDManager.newBaseManager(device, "PyTorch"));
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
   * Returns the method of the run.
   *
   * @return the method
   */
  public Method<?> method() {
    return method;
  }

  /**
   * Returns the steps of the stored checkpoints.
   *
   * @return the numbers of steps done, in rising order
   * @throws IOException if the directory cannot be read
   */
  public List<Long> checkpoints() throws IOException {
    return checkpoints.list().stream().map(Checkpoint::steps).toList();
  }

  /**
   * Returns the generator of the newest checkpoint with averaged weights where the method averages:
   * that of {@link Run#generator()}.
   *
   * @return a new network, initialised; the run owns it
   * @throws IOException if there is no checkpoint, or a file is missing or damaged
   * @throws IllegalArgumentException if the weights do not fit the method's generator
   */
  public Generator generator() throws IOException {
    return generator(Weights.AVERAGED);
  }

  /**
   * Returns the generator of the newest checkpoint.
   *
   * @param weights which weights
   * @return a new network, initialised; the run owns it
   * @throws IOException if there is no checkpoint, or a file is missing or damaged
   * @throws IllegalArgumentException if the weights do not fit the method's generator
   */
  public Generator generator(Weights weights) throws IOException {
    return generator(weights, newest());
  }

  /**
   * Returns the generator of a checkpoint.
   *
   * @param weights which weights
   * @param step one of {@link #checkpoints()}
   * @return a new network, initialised; the run owns it
   * @throws IOException if a file is missing or damaged
   * @throws IllegalArgumentException if there is no such checkpoint, or the weights do not fit the
   *     method's generator
   */
  public Generator generator(Weights weights, long step) throws IOException {
    if (network(GanNetworks.GENERATOR, weights, step) instanceof Generator generator) {
      return generator;
    }
    throw new IllegalStateException(method.name() + " has no network 'generator' that is one");
  }

  /**
   * Returns a network of the newest checkpoint.
   *
   * @param name such as {@code discriminator}
   * @param weights which weights
   * @return a new network, initialised; the run owns it
   * @throws IOException if there is no checkpoint, or a file is missing or damaged
   * @throws IllegalArgumentException if there is no such network, or the weights do not fit it
   */
  public TorchBlock network(String name, Weights weights) throws IOException {
    return network(name, weights, newest());
  }

  /**
   * Returns a network of a checkpoint.
   *
   * @param name such as {@code discriminator}
   * @param weights which weights
   * @param step one of {@link #checkpoints()}
   * @return a new network, initialised; the run owns it
   * @throws IOException if a file is missing or damaged
   * @throws IllegalArgumentException if there is no such checkpoint or network, or the weights do
   *     not fit the network
   */
  public TorchBlock network(String name, Weights weights, long step) throws IOException {
    Checkpoint checkpoint =
        checkpoints.list().stream()
            .filter(candidate -> candidate.steps() == step)
            .findFirst()
            .orElse(null);
    if (checkpoint == null) {
      throw new IllegalArgumentException(
          Text.format(
              "The run in %s has no checkpoint of step %d; there are %s",
              directory, step, checkpoints()));
    }
    Networks networks = newNetworks();
    TorchBlock network = networks.byName().get(name);
    if (network == null) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has no network '%s'; there are %s",
              method.name(), name, networks.byName().keySet()));
    }
    boolean averaged =
        weights == Weights.AVERAGED
            && !method.averaging().equals(Averaging.NONE)
            && networks.averaged().containsKey(name);
    Path file = checkpoint.file(averaged ? Checkpoint.average(name) : name);
    Optional<String> damage = checkpoint.damage(file);
    if (damage.isPresent()) {
      throw new IOException(
          Text.format("%s; the run's checkpoints are %s", damage.get(), checkpoints()));
    }
    StateDict.initialize(network, manager, file);
    return network;
  }

  /** Settings that no checkpoint was made with may fail in many ways. */
  private Networks newNetworks() {
    try {
      return method.newNetworks();
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw new IllegalArgumentException(
          Text.format(
              "The settings in %s make no networks (%s): bring the file back from a copy",
              directory.resolve(RunRecord.FILE), e),
          e);
    }
  }

  /** The steps of the newest checkpoint. */
  private long newest() throws IOException {
    List<Long> steps = checkpoints();
    if (steps.isEmpty()) {
      throw new IOException(
          Text.format(
              "The run in %s has no checkpoint, after %d of %d steps: let it train until its first one",
              directory, record.stepsDone(), record.steps()));
    }
    return steps.get(steps.size() - 1);
  }

  /** Frees the generators. */
  @Override
  public void close() {
    manager.close();
  }
}
