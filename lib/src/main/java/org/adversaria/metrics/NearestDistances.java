package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.Serializable;

/**
 * The distances of a {@link FeatureBlock}'s samples to the nearest others of their set, as far as
 * pairs of blocks have been searched. It is plain numbers, and does not change.
 *
 * @see BlockNeighbours#nearest
 */
public final class NearestDistances implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Pairing pairing;
  private final int k;

  /** A row for each sample, nearest first; infinite where there are not as many others. */
  private final double[] squared;

  private NearestDistances(Pairing pairing, int k, double[] squared) {
    this.pairing = pairing;
    this.k = k;
    this.squared = squared;
  }

  /** Copies float64 squared distances {@code (N, k)}. */
  static NearestDistances of(Pairing pairing, NDArray squared) {
    return new NearestDistances(pairing, Samples.width(squared), squared.toDoubleArray());
  }

  /**
   * Returns the name of the block.
   *
   * @return as {@link FeatureBlock#name}
   */
  public String block() {
    return pairing.block();
  }

  /**
   * Puts the results of two pairs of blocks together.
   *
   * @param other of the same block, with another one
   * @return the distances to the nearest samples of both other blocks
   * @throws IllegalArgumentException if the other is of another block or evaluation
   */
  public NearestDistances merge(NearestDistances other) {
    Pairing both = pairing.merge(other.pairing);
    var merged = new double[squared.length];
    for (int row = 0; row < merged.length; row += k) {
      int here = row;
      int there = row;
      for (int i = row; i < row + k; i++) {
        merged[i] =
            squared[here] <= other.squared[there] ? squared[here++] : other.squared[there++];
      }
    }
    return new NearestDistances(both, k, merged);
  }

  Pairing pairing() {
    return pairing;
  }

  /** The squared distances, float64 {@code (N, k)}. */
  NDArray squared(NDManager manager) {
    return manager.create(squared, new Shape(squared.length / k, k));
  }
}
