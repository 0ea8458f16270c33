package org.adversaria.training;

import java.util.List;

/**
 * A paper's method: which networks there are, and what each minimises at a step. A method is a
 * value, of its settings; the networks belong to a run.
 *
 * <p>A run's record holds the name of the method's class and its settings. The class has a public
 * constructor whose one parameter is what {@link #settings} returns, by which the method is made
 * again.
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
   * Returns how many samples a gradient is taken over.
   *
   * @return at least 1
   */
  int batchSize();

  /**
   * Returns over how many batches gradients are averaged before an update: a batch that does not
   * fit in memory is taken in parts. Statistics of batch normalisation are those of a part.
   *
   * @return 1 unless a method says otherwise
   */
  default int accumulations() {
    return 1;
  }

  /**
   * Returns how the weights of {@link Networks#averaged} are averaged.
   *
   * @return no averaging unless a method says otherwise
   */
  default Averaging averaging() {
    return Averaging.NONE;
  }

  /**
   * Makes networks that are not initialised.
   *
   * @return networks of the method's settings
   */
  N newNetworks();

  /**
   * Says who is updated in a step, in which order, and by which objective.
   *
   * @param networks the networks to train
   * @return the players
   */
  List<Player> players(N networks);
}
