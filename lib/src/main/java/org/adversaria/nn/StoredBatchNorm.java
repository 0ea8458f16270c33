package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;

/**
 * Batch normalisation with the names of BigGAN's PyTorch code, which has it before the generator's
 * last convolution: epsilon 1e-5, momentum 0.1.
 *
 * <p>Parameters {@code gain (C)} (ones) and {@code bias (C)} (zeros); buffers {@code stored_mean
 * (C)} and {@code stored_var (C)}. The computation is that of {@link BatchNorm}.
 */
public final class StoredBatchNorm extends Layer implements RunningStatistics {

  private final Parameter gain;
  private final Parameter bias;
  private final StoredStatistics statistics;

  /**
   * Creates the layer.
   *
   * @param channels the number of channels C
   */
  public StoredBatchNorm(int channels) {
    var shape = new Shape(channels);
    gain = parameter("gain", Parameter.Type.GAMMA, Initializer.ONES, shape);
    bias = parameter("bias", Parameter.Type.BETA, Initializer.ZEROS, shape);
    statistics = new StoredStatistics(this, channels, 1e-5);
  }

  /**
   * Normalises each channel: in training by the batch, else by the stored statistics.
   *
   * @param x {@code (N, C, H, W)}
   * @return an array of the shape of x
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    return statistics.normalise(x, gain.getArray(), bias.getArray(), training);
  }

  /** {@inheritDoc} */
  @Override
  public NDArray runningMean() {
    return statistics.mean();
  }

  /** {@inheritDoc} */
  @Override
  public NDArray runningVariance() {
    return statistics.variance();
  }

  /** {@inheritDoc} */
  @Override
  public NDArray batchesTracked() {
    return statistics.batches();
  }

  /** {@inheritDoc} */
  @Override
  public double momentum() {
    return statistics.momentum();
  }
}
