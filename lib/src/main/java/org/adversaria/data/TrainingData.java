package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.adversaria.models.Condition;

/**
 * A data set for training: images of classes ({@link ImageData}), or any arrays ({@link
 * ArrayData}).
 */
public interface TrainingData {

  /**
   * Returns the name for records.
   *
   * @return the name
   */
  String name();

  /**
   * Returns the number of samples.
   *
   * @return the size
   */
  int size();

  /**
   * Returns the shape of every sample.
   *
   * @return {@code (C, H, W)} for images, {@code (D)} for points
   */
  Shape sampleShape();

  /**
   * Returns the number of classes.
   *
   * @return K, where labels are in [0, K); 0 where the conditions are not labels
   */
  int numClasses();

  /**
   * Returns the kind of the samples' conditions.
   *
   * @return classes where there are labels, else none, unless overridden
   */
  default Condition condition() {
    return Condition.of(numClasses());
  }

  /**
   * Returns a checksum of all samples and conditions.
   *
   * @return equal for equal data
   */
  String checksum();

  /**
   * Returns batches for training.
   *
   * @param batchSize samples in a batch
   * @param seed of the order and of flips
   * @param flip true to mirror images left to right at random
   * @return batches by number
   * @throws IllegalArgumentException if the batch size exceeds the size, or flip is true and the
   *     samples are not images
   */
  BatchSource batches(int batchSize, long seed, boolean flip);

  /**
   * Returns the conditions of all samples, in the order of the data.
   *
   * @param manager the owner of the result
   * @return labels int64 {@code (size)}, or values {@code (size, ...)}
   */
  NDArray conditions(NDManager manager);

  /**
   * Returns what conditions of generated samples are drawn from: those of random samples, unless a
   * data set has a distribution of its own.
   *
   * @param manager the owner of its arrays, which must stay open while it is in use
   * @return the source
   */
  default ConditionSource conditionSource(NDManager manager) {
    NDArray all = conditions(manager);
    NDScope.unregister(all);
    return ConditionSource.of(all);
  }

  /**
   * Returns what is to be told before the data are used, a sentence each.
   *
   * @return the sentences; none where all is as expected
   */
  default List<String> notes() {
    return List.of();
  }
}
