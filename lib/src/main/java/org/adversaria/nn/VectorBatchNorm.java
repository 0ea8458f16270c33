package org.adversaria.nn;

import ai.djl.ndarray.NDArray;

/**
 * Batch normalisation whose gain and bias are linear in a vector, as in {@link
 * ConditionalBatchNorm#linear}, with the names and constants of PyTorch-StudioGAN and ECGAN's code:
 * epsilon 1e-4, momentum 0.1.
 *
 * <p>Children: {@code bn}, a {@link BatchNorm} without weight and bias, {@code gain} and {@code
 * bias}.
 */
public final class VectorBatchNorm extends ConditionalLayer {

  /** Epsilon of all normalisations in StudioGAN. */
  public static final double EPSILON = 1e-4;

  private final BatchNorm norm;
  private final Linear gain;
  private final Linear bias;

  /**
   * Creates the layer.
   *
   * @param channels the number of channels C
   * @param width the size of the condition
   * @param spectralNorm of both maps' weights
   */
  public VectorBatchNorm(int channels, int width, SpectralNorm spectralNorm) {
    norm = child("bn", new BatchNorm(channels, false, EPSILON));
    gain = child("gain", new Linear(width, channels, false, spectralNorm));
    bias = child("bias", new Linear(width, channels, false, spectralNorm));
  }

  /**
   * Normalises each channel as {@link BatchNorm} does, then scales and shifts each sample's.
   *
   * @param x {@code (N, C, H, W)}
   * @param y the condition {@code (N, width)}
   * @return {@code (N, C, H, W)}
   */
  @Override
  public NDArray forward(NDArray x, NDArray y, boolean training) {
    return ConditionalBatchNorm.modulated(
        norm.forward(x, training), gain.forward(y, training), bias.forward(y, training));
  }
}
