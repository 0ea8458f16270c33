package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.TorchScript;

/**
 * Style mixing: with some probability the layers of a synthesis from a random one on are given
 * another w, so that neighbouring styles are not taken to belong together.
 *
 * <p>Source: Karras et al., "A Style-Based Generator Architecture for Generative Adversarial
 * Networks", 2019, section 3.1; one place for the whole batch, as in StyleGAN2's published code.
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
   * Mixes two sets of styles, by random numbers of PyTorch's generator.
   *
   * @param ws {@code (N, copies, width)}
   * @param others of the same shape
   * @return of the same shape: the first copies of ws, then the others' rest
   */
  public NDArray mixed(NDArray ws, NDArray others) {
    NDArray chance = ws.getManager().create((float) probability);
    return SCRIPT.method("mixed").call(ws, others, chance);
  }
}
