package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import org.adversaria.torch.TorchOps;

/**
 * Batch normalisation, as {@code torch.nn.BatchNorm1d} and {@code BatchNorm2d}: epsilon 1e-5 by
 * default, momentum 0.1.
 *
 * <p>Parameters {@code weight (C)} (ones) and {@code bias (C)} (zeros); buffers {@code running_mean
 * (C)}, {@code running_var (C)} and the int64 scalar {@code num_batches_tracked}.
 *
 * <p>Source: Ioffe and Szegedy, "Batch Normalization", 2015, algorithms 1 and 2.
 */
public final class BatchNorm extends Layer implements RunningStatistics {

  private static final Initializer COUNT = (m, shape, type) -> m.zeros(shape, DataType.INT64);

  private final TorchOps.BatchNorm constants;
  private final Parameter weight;
  private final Parameter bias;
  private final Parameter runningMean;
  private final Parameter runningVariance;
  private final Parameter batches;

  /**
   * Creates the layer.
   *
   * @param channels the number of channels C
   */
  public BatchNorm(int channels) {
    this(channels, true);
  }

  /**
   * Creates the layer.
   *
   * @param channels the number of channels C
   * @param affine false for neither weight nor bias
   */
  public BatchNorm(int channels, boolean affine) {
    this(channels, affine, 1e-5);
  }

  /**
   * Creates the layer with another epsilon.
   *
   * @param channels the number of channels C
   * @param affine false for neither weight nor bias
   * @param epsilon added to the variance, above 0
   */
  public BatchNorm(int channels, boolean affine, double epsilon) {
    constants = new TorchOps.BatchNorm(0.1, epsilon);
    var shape = new Shape(channels);
    weight = affine ? parameter("weight", Parameter.Type.GAMMA, Initializer.ONES, shape) : null;
    bias = affine ? parameter("bias", Parameter.Type.BETA, Initializer.ZEROS, shape) : null;
    runningMean = buffer("running_mean", Parameter.Type.RUNNING_MEAN, Initializer.ZEROS, shape);
    runningVariance = buffer("running_var", Parameter.Type.RUNNING_VAR, Initializer.ONES, shape);
    batches = buffer("num_batches_tracked", Parameter.Type.OTHER, COUNT, new Shape());
  }

  /**
   * Normalises each channel, in training by the statistics of the batch, else by the running ones.
   *
   * @param x {@code (N, C)} or {@code (N, C, H, W)}
   * @return an array of the shape of x
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    if (training) {
      TorchOps.count(batches.getArray());
    }
    return TorchOps.batchNorm(
        x,
        weight == null ? null : weight.getArray(),
        bias == null ? null : bias.getArray(),
        runningMean.getArray(),
        runningVariance.getArray(),
        training,
        constants);
  }

  /** {@inheritDoc} */
  @Override
  public NDArray runningMean() {
    return runningMean.getArray();
  }

  /** {@inheritDoc} */
  @Override
  public NDArray runningVariance() {
    return runningVariance.getArray();
  }

  /** {@inheritDoc} */
  @Override
  public NDArray batchesTracked() {
    return batches.getArray();
  }

  /** {@inheritDoc} */
  @Override
  public double momentum() {
    return constants.momentum();
  }
}
