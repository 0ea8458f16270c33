package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.TorchScript;

/**
 * Style mixing: with a given probability the layers of a synthesis from a random one on have
 * another w, which reduces the correlation of styles.
 *
 * <p>Source: Karras et al., "A Style-Based Generator Architecture for Generative Adversarial
 * Networks", 2019, section 3.1; one crossover layer for the whole batch, as in StyleGAN2's
 * published code.
 *
 * @param probability in [0, 1]; 0.9 in the paper
 */
public record StyleMixing(double probability) {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def mixed(self, ws: Tensor, others: Tensor, probability: Tensor) -> Tensor:
            n = torch.size(ws, 1)
            device = ops.prim.device(ws)
            cut = torch.randint(1, n, [1], dtype=4, layout=None, device=device, pin_memory=None)
            chance = torch.rand([1], dtype=6, layout=None, device=device, pin_memory=None)
            cut = torch.where(torch.lt(chance, probability), cut, torch.full_like(cut, n))
            layers = torch.arange(n, dtype=4, layout=None, device=device, pin_memory=None)
            return torch.where(torch.reshape(torch.lt(layers, cut), [1, n, 1]), ws, others)
          """);

  /**
   * Mixes two sets of styles, with random numbers of PyTorch's generator.
   *
   * @param ws {@code (N, copies, width)}
   * @param others of the same shape
   * @return of the same shape: the first copies of ws, then the remaining copies of others
   */
  public NDArray mixed(NDArray ws, NDArray others) {
    NDArray chance = ws.getManager().create((float) probability);
    return SCRIPT.method("mixed").call(ws, others, chance);
  }
}
