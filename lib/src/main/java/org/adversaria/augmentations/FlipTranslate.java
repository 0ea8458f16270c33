package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.TorchScript;

/**
 * The second view of consistency regularisation: mirrored left to right with probability 1/2, then
 * shifted by up to 1/8 of the height and of the width, rounded down, with reflected borders.
 *
 * <p>Sources: Zhang et al., "Consistency Regularization for Generative Adversarial Networks", 2020
 * (flips and shifts of up to 4 of 32 pixels); the border as in PyTorch-StudioGAN.
 */
public record FlipTranslate() implements Augmentation {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def draw_flip(self, x: Tensor) -> Tensor:
            return torch.rand([torch.size(x, 0)], dtype=ops.prim.dtype(x), layout=None, \
          device=ops.prim.device(x), pin_memory=None)

          def draw_translation(self, x: Tensor) -> Tensor:
            rows = torch.floordiv(torch.size(x, 2), 8)
            columns = torch.floordiv(torch.size(x, 3), 8)
            return torch.stack([self.integers(x, torch.neg(rows), torch.add(rows, 1)), \
          self.integers(x, torch.neg(columns), torch.add(columns, 1))])

          def view(self, x: Tensor, flip: Tensor, t: Tensor) -> Tensor:
            rows = self.reflected(x, 2, torch.select(t, 0, 0))
            columns = self.reflected(x, 3, torch.select(t, 0, 1))
            mirrored = torch.rsub(columns, torch.sub(torch.size(x, 3), 1))
            columns = torch.where(torch.unsqueeze(torch.lt(flip, 0.5), 1), mirrored, columns)
            return self.pick(x, rows, columns)

          def reflected(self, x: Tensor, axis: int, by: Tensor) -> Tensor:
            last = torch.sub(torch.size(x, axis), 1)
            places = torch.abs(torch.add(self.positions(x, axis), torch.unsqueeze(by, 1)))
            return torch.rsub(torch.abs(torch.rsub(places, last)), last)
          """
              + Pixels.METHODS);

  /**
   * The random numbers of a batch.
   *
   * @param flip {@code (N)}: an image is mirrored where its number is below 1/2
   * @param translation int64 {@code (2, N)}, rows and columns: the pixel at p comes from p +
   *     translation of the (mirrored) image
   */
  public record Draws(NDArray flip, NDArray translation) {}

  /** {@inheritDoc} */
  @Override
  public NDArray apply(NDArray images) {
    return apply(images, draw(images));
  }

  /**
   * Draws random numbers for a batch, which is not changed.
   *
   * @param images {@code (N, C, H, W)}
   * @return the numbers, on the images' device
   * @throws org.adversaria.torch.TorchScriptException if the images have not four dimensions
   */
  public Draws draw(NDArray images) {
    return new Draws(
        SCRIPT.method("draw_flip").call(images), SCRIPT.method("draw_translation").call(images));
  }

  /**
   * Changes images with given random numbers.
   *
   * @param images {@code (N, C, H, W)}
   * @param draws the random numbers for N images
   * @return {@code (N, C, H, W)}
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit
   */
  public NDArray apply(NDArray images, Draws draws) {
    return SCRIPT.method("view").call(images, draws.flip(), draws.translation());
  }
}
