package org.adversaria.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongToIntFunction;
import org.adversaria.nn.TorchBlock;

/**
 * A network, or several in one block, with its optimizer and the objective it minimises.
 *
 * @param name the name in the file of the optimizer's state
 * @param network the network to update
 * @param optimizer the optimizer of its parameters
 * @param objective computes the terms to minimise, with gradients enabled
 * @param updates maps the number of a step to its number of updates, at least 0, each with a batch
 *     of its own
 * @param afterUpdate changes the network after each update, such as WGAN's clipping of weights
 * @param lazy terms that are minimised at every k-th step
 */
public record Player(
    String name,
    TorchBlock network,
    Optimizer optimizer,
    Function<Step, Terms> objective,
    LongToIntFunction updates,
    Consumer<TorchBlock> afterUpdate,
    List<LazyTerm> lazy) {

  /**
   * A player with one update in each step and nothing else.
   *
   * @param name the name in the file of the optimizer's state
   * @param network the network to update
   * @param optimizer the optimizer of its parameters
   * @param objective computes the terms to minimise
   * @return the player
   */
  public static Player of(
      String name, TorchBlock network, Optimizer optimizer, Function<Step, Terms> objective) {
    return new Player(name, network, optimizer, objective, step -> 1, block -> {}, List.of());
  }

  /**
   * The same player with another number of updates.
   *
   * @param count maps the number of a step to its number of updates, at least 0
   * @return the player
   */
  public Player updates(LongToIntFunction count) {
    return new Player(name, network, optimizer, objective, count, afterUpdate, lazy);
  }

  /**
   * The same player whose network is changed after each update.
   *
   * @param change of the network, computed without gradients
   * @return the player
   */
  public Player afterUpdate(Consumer<TorchBlock> change) {
    return new Player(name, network, optimizer, objective, updates, change, lazy);
  }

  /**
   * The same player with a further lazy term; one of weight 0 is left out.
   *
   * @param weight of the term in its objective
   * @param term the term
   * @return the player
   */
  public Player lazily(double weight, LazyTerm term) {
    if (weight == 0) {
      return this;
    }
    var terms = new ArrayList<>(lazy);
    terms.add(term);
    return new Player(
        name, network, optimizer, objective, updates, afterUpdate, List.copyOf(terms));
  }
}
