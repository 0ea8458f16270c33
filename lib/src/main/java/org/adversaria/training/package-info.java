/**
 * The training loop, which knows nothing of any particular method.
 *
 * <p>A {@link org.adversaria.training.Method} names its players: networks, each with an optimizer
 * and an objective. {@link org.adversaria.training.Training} lets them move in turn and takes care
 * of the rest: batches, random numbers, averaged weights, the log, checkpoints, reports and the
 * record that tells the run again. Here belong optimizers, schedules and all of that; here does not
 * belong a loss, a paper's settings or a picture.
 *
 * <p>Every step draws its randomness from (seed, step) and nothing else, so a run that was stopped
 * goes on to the numbers that it would have reached.
 */
package org.adversaria.training;
