/**
 * Sweeps, many trainings of methods x presets x seeds, on Apache Spark; and scores and images of
 * many samples of one run.
 *
 * <p>{@link org.adversaria.spark.Sweep} says what is trained and runs it; {@link
 * org.adversaria.spark.SparkSessions} makes a session with safe defaults; {@link
 * org.adversaria.spark.SweepResult} has the results as tables, as a DataFrame and as Parquet files.
 * {@code adversaria sweep} is the same from a terminal.
 *
 * <p>A cell, one method with one preset and one seed, is an ordinary run. Where it is kept, in a
 * shared folder or an object store, is determined by everything its result depends on, so that a
 * cell is trained once however often a sweep is started, and goes on from its checkpoint where a
 * process died. What travels to other machines is data, as JSON and as numbers, and for an object
 * store the settings of Hadoop; no code of a caller is sent.
 *
 * <p>{@link org.adversaria.spark.SparkEvaluation} has FID, intra-FID, precision and recall of
 * samples that many machines draw, {@link org.adversaria.spark.SparkSampling} writes images in zip
 * or Parquet files; {@code adversaria evaluate} and {@code adversaria sample} with {@code --master}
 * are the same from a terminal. Both divide a run's samples by ranges of batches, whose random
 * numbers depend on the seed and the batch's index only.
 *
 * <p>Here belong cells, tasks, their scheduling and what is made of their results. Here does not
 * belong anything that a single training or evaluation could use.
 */
package org.adversaria.spark;
