package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import org.adversaria.torch.TorchOps;

/**
 * The running statistics of BigGAN's normalisation layers: buffers {@code stored_mean (C)} and
 * {@code stored_var (C)} of the layer, momentum 0.1. The published state dict has no count of
 * batches, so that the count is not part of it.
 */
final class StoredStatistics {

  private final TorchOps.BatchNorm constants;
  private final Parameter mean;
  private final Parameter variance;
  private NDArray batches;

  StoredStatistics(TorchBlock layer, int channels, double epsilon) {
    var shape = new Shape(channels);
    constants = new TorchOps.BatchNorm(0.1, epsilon);
    mean = layer.buffer("stored_mean", Parameter.Type.RUNNING_MEAN, Initializer.ZEROS, shape);
    variance = layer.buffer("stored_var", Parameter.Type.RUNNING_VAR, Initializer.ONES, shape);
  }

  /** Weight and bias may be null. */
  NDArray normalise(NDArray x, NDArray weight, NDArray bias, boolean training) {
    if (training) {
      TorchOps.count(batches());
    }
    return TorchOps.batchNorm(x, weight, bias, mean(), variance(), training, constants);
  }

  NDArray mean() {
    return mean.getArray();
  }

  NDArray variance() {
    return variance.getArray();
  }

  NDArray batches() {
    if (batches == null) {
      batches = mean().getManager().zeros(new Shape(), DataType.INT64);
      NDScope.unregister(batches);
    }
    return batches;
  }

  double momentum() {
    return constants.momentum();
  }
}
