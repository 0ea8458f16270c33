package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.adversaria.torch.TorchOps;

/**
 * Batch normalisation whose gain and bias are computed from a condition: out = (1 + gain(y)) x' +
 * bias(y), where x' is x normalised per channel. Names and constants are those of BigGAN's PyTorch
 * code: momentum 0.1.
 *
 * <p>Children {@code gain} and {@code bias}; buffers {@code stored_mean (C)} and {@code stored_var
 * (C)}.
 *
 * <p>Source: Dumoulin et al., "A Learned Representation for Artistic Style", 2017, equation 5; with
 * an embedding shared by all layers and parts of the latent in the condition, Brock et al., "Large
 * Scale GAN Training for High Fidelity Natural Image Synthesis", 2019, section 3 and appendix B.
 */
public final class ConditionalBatchNorm extends ConditionalLayer implements RunningStatistics {

  private final Layer gain;
  private final Layer bias;
  private final StoredStatistics statistics;

  private ConditionalBatchNorm(int channels, Layer gain, Layer bias, double epsilon) {
    this.gain = child("gain", gain);
    this.bias = child("bias", bias);
    statistics = new StoredStatistics(this, channels, epsilon);
  }

  /**
   * Gain and bias are linear in the condition: a class's vector of a shared embedding, concatenated
   * with a part of the latent if that is hierarchical.
   *
   * @param channels the number of channels C
   * @param width the size of the condition
   * @param norm of both maps' weights
   * @param epsilon added to the variance, above 0
   * @return the layer; its condition is {@code (N, width)}
   */
  public static ConditionalBatchNorm linear(
      int channels, int width, SpectralNorm norm, double epsilon) {
    return new ConditionalBatchNorm(
        channels,
        new Linear(width, channels, false, norm),
        new Linear(width, channels, false, norm),
        epsilon);
  }

  /**
   * Gain and bias are functions of the latent, each a perceptron with one hidden layer of its size.
   *
   * <p>Source: Chen et al., "On Self Modulation for Generative Adversarial Networks", 2019, section
   * 2.
   *
   * @param channels the number of channels C
   * @param width the size of the latent
   * @param epsilon added to the variance, above 0
   * @return the layer; its condition is the latent {@code (N, width)}
   */
  public static ConditionalBatchNorm selfModulated(int channels, int width, double epsilon) {
    return new ConditionalBatchNorm(
        channels, perceptron(width, channels), perceptron(width, channels), epsilon);
  }

  private static Sequential perceptron(int width, int channels) {
    return new Sequential(
        List.of(
            new Linear(width, width),
            Elementwise.relu(),
            new Linear(width, channels, false, SpectralNorm.none())));
  }

  /**
   * Gain and bias are embeddings of the class in this layer.
   *
   * @param channels the number of channels C
   * @param classes the number of classes
   * @param epsilon added to the variance, above 0
   * @return the layer; its condition is int64 {@code (N)}
   */
  public static ConditionalBatchNorm perClass(int channels, int classes, double epsilon) {
    return new ConditionalBatchNorm(
        channels, new Embedding(classes, channels), new Embedding(classes, channels), epsilon);
  }

  /**
   * Normalises each channel, in training by the batch, else by the stored statistics; then scales
   * and shifts each sample's channels.
   *
   * @param x {@code (N, C, H, W)}
   * @param y the condition, see {@link #linear} and {@link #perClass}
   * @return {@code (N, C, H, W)}
   */
  @Override
  public NDArray forward(NDArray x, NDArray y, boolean training) {
    NDArray normalised = statistics.normalise(x, null, null, training);
    return modulated(normalised, gain.forward(y, training), bias.forward(y, training));
  }

  /** (1 + gain) x' + bias, with gain and bias {@code (N, C)}. */
  static NDArray modulated(NDArray normalised, NDArray gain, NDArray bias) {
    return TorchOps.scaleAndShift(
        normalised, gain.add(1).expandDims(2).expandDims(3), bias.expandDims(2).expandDims(3));
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
