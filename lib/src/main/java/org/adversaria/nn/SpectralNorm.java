package org.adversaria.nn;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * The spectral normalisation of a layer: its weight is divided by its largest singular value, which
 * makes the layer 1-Lipschitz.
 *
 * <p>The weight is reshaped to a matrix W of {@code (out, in k k)}. Power iterations, which
 * continue from call to call, approximate its first singular vectors u and v.
 *
 * <pre>
 * v = W^T u / |W^T u|    u = W v / |W v|    sigma = u^T W v    weight = W / sigma
 * </pre>
 *
 * <p>Gradients flow through sigma, with u and v as constants.
 *
 * <p>The conventions differ in names and in evaluation mode, so that a checkpoint has to be loaded
 * with the convention it was written with.
 *
 * <p>Source: Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018,
 * section 2.1 and algorithm 1.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "norm")
@JsonSubTypes({
  @JsonSubTypes.Type(SpectralNorm.None.class),
  @JsonSubTypes.Type(SpectralNorm.Hook.class),
  @JsonSubTypes.Type(SpectralNorm.BigGan.class),
  @JsonSubTypes.Type(SpectralNorm.Mimicry.class)
})
public sealed interface SpectralNorm {

  /** No normalisation: parameter {@code weight}. */
  record None() implements SpectralNorm {}

  /**
   * The convention of {@code torch.nn.utils.spectral_norm}: parameter {@code weight_orig}, buffers
   * {@code weight_u (out)} and {@code weight_v (in k k)}.
   *
   * <p>Each call in training mode runs the power iterations and stores u and v; in evaluation mode
   * the stored ones are used.
   *
   * @param iterations power iterations in a call, at least 1
   * @param epsilon the smallest divisor of a vector, above 0
   */
  record Hook(int iterations, double epsilon) implements SpectralNorm {}

  /**
   * The convention of BigGAN's PyTorch code: parameter {@code weight}, buffers {@code u0 (1, out)}
   * and {@code sv0 (1)}.
   *
   * <p>Each call, also in evaluation mode, runs a power iteration from the stored u. Training mode
   * stores the new u, and sigma as {@code sv0}.
   *
   * @param epsilon the smallest divisor of a vector, above 0
   */
  record BigGan(double epsilon) implements SpectralNorm {}

  /**
   * The computation of {@link BigGan} with the names of mimicry's layers, as in the head of its
   * projection discriminator: parameter {@code weight}, buffers {@code sn_u (1, out)} and {@code
   * sn_sigma (1)}.
   *
   * @param epsilon the smallest divisor of a vector, above 0
   */
  record Mimicry(double epsilon) implements SpectralNorm {}

  /**
   * No normalisation.
   *
   * @return the convention without normalisation
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
