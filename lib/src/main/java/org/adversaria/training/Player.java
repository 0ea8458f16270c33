package org.adversaria.training;

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
 */
public record Player(
    String name,
    TorchBlock network,
    Optimizer optimizer,
    int updates,
    Function<Turn, Terms> objective) {}
