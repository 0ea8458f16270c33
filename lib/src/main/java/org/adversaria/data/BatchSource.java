package org.adversaria.data;

import ai.djl.ndarray.NDManager;

/** Batches of a data set by their numbers; the same number gives the same batch. */
public interface BatchSource extends AutoCloseable {

  /**
   * Makes a batch.
   *
   * @param number from 0
   * @param manager the owner of the arrays; its device is where they are made
   * @return the batch
   */
  Batch batch(long number, NDManager manager);

  /** Ends what prepares batches ahead. */
  @Override
  void close();
}
