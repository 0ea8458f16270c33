package org.adversaria.losses;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.TorchOps;
import org.adversaria.torch.TorchScript;

/**
 * Logits by negative energies f(x)[y] of images x and classes y, with the joint density p(x, y)
 * proportional to exp f(x)[y].
 *
 * <p>By its decompositions p(x | y) p(y) = p(x, y) = p(y | x) p(x) the K energies of an image
 * define a {@linkplain #conditional conditional} discriminator, an {@linkplain #unconditional
 * unconditional} one and a classifier: log p(y | x) = f(x)[y] - log sum exp f(x).
 *
 * <p>Source: Chen et al., "A Unified View of cGANs with and without Classifiers", 2021, section 3.
 */
public final class Energies {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def conditional(self, f: Tensor, labels: Tensor) -> Tensor:
            return torch.squeeze(torch.gather(f, 1, torch.unsqueeze(labels, 1)), 1)

          def unconditional(self, f: Tensor) -> Tensor:
            return torch.logsumexp(f, [1], False)
          """);

  private Energies() {}

  /**
   * The conditional logit: f(x)[y], which is log p(x | y) up to a constant of the class.
   *
   * @param f {@code (N, K)}
   * @param labels the classes y, int64 {@code (N)} in [0, K)
   * @return {@code (N)}
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit or a label is
   *     outside
   */
  public static NDArray conditional(NDArray f, NDArray labels) {
    return SCRIPT.method("conditional").call(f, labels);
  }

  /**
   * The unconditional logit: h(x) = log sum<sub>y</sub> exp f(x)[y], which is log p(x) up to a
   * constant.
   *
   * @param f {@code (N, K)}
   * @return {@code (N)}
   */
  public static NDArray unconditional(NDArray f) {
    return SCRIPT.method("unconditional").call(f);
  }

  /**
   * The sum f(x)[y] + alpha h(x), to which the published code applies the adversarial loss.
   *
   * @param f {@code (N, K)}
   * @param labels the classes y, int64 {@code (N)} in [0, K)
   * @param alpha the factor of the unconditional logit, at least 0
   * @return {@code (N)}
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit or a label is
   *     outside
   */
  public static NDArray joint(NDArray f, NDArray labels, double alpha) {
    NDArray conditional = conditional(f, labels);
    return alpha == 0 ? conditional : conditional.add(TorchOps.scale(unconditional(f), alpha));
  }
}
