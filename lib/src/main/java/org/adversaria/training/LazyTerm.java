package org.adversaria.training;

import java.util.function.Function;
import org.adversaria.nn.TorchBlock;

/**
 * A part of a player's objective that is taken into account at some steps only, in an update of its
 * own after the player's, and counts for all steps between: its gradient is multiplied by the
 * interval.
 *
 * <p>Source: lazy regularisation, Karras et al., "Analyzing and Improving the Image Quality of
 * StyleGAN", 2020, section 3.1 and appendix B.
 *
 * @param name its name, for what it remembers in a checkpoint
 * @param interval at which steps: those that it divides
 * @param objective computes the terms to minimise; every parameter of the player takes part in them
 * @param memory what it remembers from one time to the next, kept with checkpoints; null for
 *     nothing
 */
public record LazyTerm(
    String name, int interval, Function<Turn, Terms> objective, TorchBlock memory) {}
