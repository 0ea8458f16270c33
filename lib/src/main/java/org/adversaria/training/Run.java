package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Map;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampler;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;
import tech.tablesaw.api.Table;

/**
 * What a training run leaves: its networks, its log and its record. Closing it frees the networks.
 */
public final class Run implements AutoCloseable {

  private final RunRecord record;
  private final Path directory;
  private final NDManager manager;
  private final Generator generator;
  private final Map<String, TorchBlock> networks;
  private final Table log;

  Run(
      RunRecord record,
      Path directory,
      NDManager manager,
      Generator generator,
      Map<String, TorchBlock> networks,
      Table log) {
    this.record = record;
    this.directory = directory;
    this.manager = manager;
    this.generator = generator;
    this.networks = networks;
    this.log = log;
  }

  /**
   * Returns the record, as it stands in {@code run.json}.
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
   */
  public Generator generator() {
    return generator;
  }

  /**
   * Returns a player's network as training left it.
   *
   * @param player the player's name
   * @return its network
   * @throws IllegalArgumentException if there is no such player
   */
  public TorchBlock network(String player) {
    return network(networks, player);
  }

  static TorchBlock network(Map<String, TorchBlock> networks, String player) {
    TorchBlock network = networks.get(player);
    if (network == null) {
      throw new IllegalArgumentException(
          Text.format("No player is named '%s'; there are %s", player, networks.keySet()));
    }
    return network;
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
   * Draws images.
   *
   * @param owner the owner of the result
   * @param perClass images of each class; images in all for an unconditional generator
   * @param seed of the random numbers
   * @return {@code (classes perClass, C, H, W)} in [-1, 1], ordered class by class
   */
  public NDArray samples(NDManager owner, int perClass, long seed) {
    return Sampler.byClass(generator, owner, perClass, seed);
  }

  /** Frees the networks. */
  @Override
  public void close() {
    manager.close();
  }
}
