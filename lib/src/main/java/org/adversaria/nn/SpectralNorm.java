package org.adversaria.nn;

/**
 * Whether and how a layer divides its weight by the weight's largest singular value, which makes
 * the layer 1-Lipschitz.
 *
 * <p>The weight is seen as a matrix W of {@code (out, in k k)}. Power iterations, begun where the
 * last ones ended, follow its first singular vectors: v = W<sup>T</sup>u / |W<sup>T</sup>u|, u = Wv
 * / |Wv|; the layer uses W / sigma with sigma = u<sup>T</sup>Wv. Gradients flow through sigma, with
 * u and v as constants.
 *
 * <p>The conventions differ in names and in what they do in evaluation mode, so that a checkpoint
 * has to be read by the one that wrote it.
 *
 * <p>Source: Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018,
 * section 2.1 and algorithm 1.
 */
public sealed interface SpectralNorm {

  /** The layer uses its weight as it is: parameter {@code weight}. */
  record None() implements SpectralNorm {}

  /**
   * The convention of {@code torch.nn.utils.spectral_norm}: parameter {@code weight_orig}, buffers
   * {@code weight_u (out)} and {@code weight_v (in k k)}.
   *
   * <p>Each call in training mode runs the power iterations and stores u and v; in evaluation mode
   * the stored ones are used.
   *
   * @param iterations power iterations in a call, at least 1
   * @param epsilon the least length that a vector is divided by
   */
  record Hook(int iterations, double epsilon) implements SpectralNorm {}

  /**
   * The convention of BigGAN's PyTorch code: parameter {@code weight}, buffers {@code u0 (1, out)}
   * and {@code sv0 (1)}.
   *
   * <p>Each call, in evaluation mode too, runs a power iteration from the stored u; only in
   * training mode the new u is stored, and sigma as {@code sv0}.
   *
   * @param epsilon the least length that a vector is divided by
   */
  record BigGan(double epsilon) implements SpectralNorm {}

  /**
   * No normalisation.
   *
   * @return the weight as it is
   */
  static SpectralNorm none() {
    return new None();
  }

  /**
   * The convention of {@code torch.nn.utils.spectral_norm} with its defaults.
   *
   * @return one iteration, epsilon 1e-12
   */
  static SpectralNorm hook() {
    return new Hook(1, 1e-12);
  }

  /**
   * The convention of BigGAN's PyTorch code, with the epsilon of its ImageNet models, 1e-6.
   *
   * @return epsilon 1e-6
   */
  static SpectralNorm bigGan() {
    return new BigGan(1e-6);
  }
}
