package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import org.adversaria.data.Batch;
import org.adversaria.data.ConditionSource;

/**
 * The inputs of one update: its batch of the data, and random numbers that the run's seed and the
 * number of the step determine. Arrays created in an update are freed after it.
 */
public final class Step {

  private final long number;
  private final int batchSize;
  private final NDManager manager;
  private final Supplier<Batch> source;
  private final ConditionSource conditions;
  private Batch batch;

  /**
   * Creates a step. Tests of methods call this.
   *
   * @param number of the training step, from 0
   * @param batchSize the number of generated samples
   * @param manager the owner of new arrays
   * @param source returns the batch of the data
   * @param conditions returns the conditions of all samples of the data, {@code (size, ...)}
   */
  public Step(
      long number,
      int batchSize,
      NDManager manager,
      Supplier<Batch> source,
      Supplier<NDArray> conditions) {
    this(
        number,
        batchSize,
        manager,
        source,
        count -> ConditionSource.of(conditions.get()).draw(count));
  }

  /**
   * Creates a step. The training loop calls this.
   *
   * @param number of the training step, from 0
   * @param batchSize the number of generated samples
   * @param manager the owner of new arrays
   * @param source returns the batch of the data
   * @param conditions of generated samples
   */
  public Step(
      long number,
      int batchSize,
      NDManager manager,
      Supplier<Batch> source,
      ConditionSource conditions) {
    this.number = number;
    this.batchSize = batchSize;
    this.manager = manager;
    this.source = source;
    this.conditions = conditions;
  }

  /**
   * Returns the number of the training step.
   *
   * @return from 0
   */
  public long number() {
    return number;
  }

  /**
   * Returns the number of samples to generate in an update.
   *
   * @return the batch size
   */
  public int batchSize() {
    return batchSize;
  }

  /**
   * Returns the owner of new arrays, on the device of the run.
   *
   * @return the manager
   */
  public NDManager manager() {
    return manager;
  }

  /**
   * Returns this update's batch of the data. The first call copies it to the device.
   *
   * @return x {@code (N, ...)} and y {@code (N, ...)}
   */
  public Batch real() {
    if (batch == null) {
      batch = source.get();
    }
    return batch;
  }

  /**
   * Draws standard normal numbers.
   *
   * @param shape of the result
   * @return float32 of the shape
   */
  public NDArray normal(long... shape) {
    return manager.randomNormal(new Shape(shape));
  }

  /**
   * Draws numbers that are uniform in [0, 1).
   *
   * @param shape of the result
   * @return float32 of the shape
   */
  public NDArray uniform(long... shape) {
    return manager.randomUniform(0, 1, new Shape(shape));
  }

  /**
   * Draws labels uniformly.
   *
   * @param numClasses the number of classes
   * @param count the number of draws
   * @return int64 {@code (count)} in [0, numClasses)
   */
  public NDArray uniformLabels(int numClasses, int count) {
    return manager.randomInteger(0, numClasses, new Shape(count), DataType.INT64);
  }

  /**
   * Draws conditions from those of the data, with replacement.
   *
   * @param count the number of draws
   * @return {@code (count, ...)}
   */
  public NDArray dataConditions(int count) {
    return conditions.draw(count);
  }
}
