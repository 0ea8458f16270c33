package org.adversaria.training;

import java.util.List;
import java.util.function.Function;
import org.adversaria.nn.TorchBlock;

/**
 * A network with what it strives for.
 *
 * @param name its name in the log and of its checkpoint file
 * @param network what is trained
 * @param optimizer how
 * @param updates the updates in each step, each with a batch of its own
 * @param objective computes the terms to minimise; it runs while gradients are recorded
 * @param lazy terms that have updates of their own at some steps
 */
public record Player(
    String name,
    TorchBlock network,
    Optimizer optimizer,
    int updates,
    Function<Turn, Terms> objective,
    List<LazyTerm> lazy) {

  /**
   * A player without lazy terms.
   *
   * @param name its name in the log and of its checkpoint file
   * @param network what is trained
   * @param optimizer how
   * @param updates the updates in each step, each with a batch of its own
   * @param objective computes the terms to minimise; it runs while gradients are recorded
   */
  public Player(
      String name,
      TorchBlock network,
      Optimizer optimizer,
      int updates,
      Function<Turn, Terms> objective) {
    this(name, network, optimizer, updates, objective, List.of());
  }
}
