/**
 * The training loop. It depends on no particular method, number of networks or kind of data.
 *
 * <p>{@link org.adversaria.training.Method} creates {@link org.adversaria.training.Networks}, any
 * number of them, and lists the players. A {@link org.adversaria.training.Player} is a network with
 * an optimizer, an objective and a number of updates in each step. The objective maps a {@link
 * org.adversaria.training.Step}, which has the batch of the data, its conditions and random
 * numbers, to {@link org.adversaria.training.Terms}: named, weighted scalars whose sum is
 * minimised. Conditions are none, labels or arrays of any shape ({@link
 * org.adversaria.models.Condition}).
 *
 * <p>{@link org.adversaria.training.Training} runs the players' updates in order, step by step. It
 * also manages batches, random numbers, averaged weights, the log, checkpoints, reports and the
 * run's record. Optimizers and schedules belong to this package; losses, papers' settings and
 * figures do not.
 *
 * <p>The random numbers of a step depend on (seed, step) only. A run that is stopped and resumed
 * has the results of an uninterrupted one, on the CPU bit by bit.
 */
package org.adversaria.training;
