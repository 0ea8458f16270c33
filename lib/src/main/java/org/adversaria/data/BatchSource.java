package org.adversaria.data;

import ai.djl.ndarray.NDManager;

/** Batches of a data set by number; a batch is a function of its number. */
@FunctionalInterface
public interface BatchSource extends AutoCloseable {

  /**
   * Returns a batch.
   *
   * @param number from 0
   * @param manager the owner of the arrays, on whose device they are
   * @return the batch
   */
  Batch batch(long number, NDManager manager);

  /** Stops the preparation of batches in the background, where there is one. */
  @Override
  default void close() {
    // Nothing runs unless a source says so.
  }
}
