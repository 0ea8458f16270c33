package org.adversaria.training;

import java.util.function.Function;

/**
 * A part of a player's objective that is computed at some steps only, in an update of its own after
 * the player's, and counts for all steps between: its gradient is multiplied by the interval.
 *
 * <p>Source: lazy regularisation, Karras et al., "Analyzing and Improving the Image Quality of
 * StyleGAN", 2020, section 3.1 and appendix B.
 *
 * @param interval at which steps: those that it divides
 * @param objective computes the terms to minimise
 */
public record LazyTerm(int interval, Function<Step, Terms> objective) {}
