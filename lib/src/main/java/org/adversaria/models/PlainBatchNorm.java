package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.ConditionalLayer;

/** Batch normalisation in the blocks of a generator without classes. */
final class PlainBatchNorm extends ConditionalLayer {

  private final BatchNorm norm;

  PlainBatchNorm(int channels, double epsilon) {
    norm = child("", new BatchNorm(channels, true, epsilon));
  }

  @Override
  public NDArray forward(NDArray x, NDArray y, boolean training) {
    return norm.forward(x, training);
  }
}
