package org.adversaria.training;

import java.util.List;

/**
 * A paper's method: its networks, and what each player minimises at a step. A method is an
 * immutable value that its settings determine; the networks belong to a run.
 *
 * <p>A run's record holds the name of the method's class and its settings. The class has a public
 * constructor whose only parameter is the type that {@link #settings} returns; a stored run is
 * opened with it.
 *
 * @param <N> its networks
 */
public interface Method<N extends Networks> {

  /**
   * Returns the method's name, such as {@code conditional-gan}.
   *
   * @return the name
   */
  String name();

  /**
   * Returns every setting that the run depends on.
   *
   * @return a record that Jackson writes and reads
   */
  Record settings();

  /**
   * Returns the number of samples in a batch.
   *
   * @return at least 1
   */
  int batchSize();

  /**
   * Returns the number of batches whose gradients are averaged before an update, for batches that
   * do not fit in memory. Statistics of batch normalisation are those of each smaller batch.
   *
   * @return at least 1; 1 unless overridden
   */
  default int accumulations() {
    return 1;
  }

  /**
   * Returns how the weights of {@link Networks#averaged} are averaged.
   *
   * @return no averaging unless overridden
   */
  default Averaging averaging() {
    return Averaging.NONE;
  }

  /**
   * Creates networks that are not initialised.
   *
   * @return networks with the sizes of the settings
   */
  N newNetworks();

  /**
   * Returns the players of a step, each with its network, optimizer and objective.
   *
   * @param networks the networks to train
   * @return the players, in the order of their updates
   */
  List<Player> players(N networks);

  /**
   * Changes what no player's optimizer changes, at the end of each step, without gradients.
   *
   * @param networks the networks of the run
   * @param step its number, from 0
   */
  default void afterStep(N networks, long step) {}
}
