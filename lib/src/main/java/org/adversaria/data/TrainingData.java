package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What a training draws its batches from: images of classes ({@link ImageData}), or any arrays
 * ({@link ArrayData}).
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
   * Returns a fingerprint of all samples and of what goes with them.
   *
   * @return equal for equal data
   */
  String checksum();

  /**
   * Opens the data for training.
   *
   * @param batchSize samples in a batch
   * @param seed of the order, and of what is random in a batch
   * @param flip true to mirror images left to right at random
   * @return batches by number
   * @throws IllegalArgumentException if there are fewer samples than a batch needs, or flip is
   *     asked of what is not images
   */
  BatchSource batches(int batchSize, long seed, boolean flip);

  /**
   * Returns what goes with every sample, in the order of the data.
   *
   * @param manager the owner of the result
   * @return labels int64 {@code (size)}, or values {@code (size, ...)}
   */
  NDArray conditions(NDManager manager);
}
