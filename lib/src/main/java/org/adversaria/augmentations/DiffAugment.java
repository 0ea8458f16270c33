package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.TorchScript;

/**
 * Differentiable augmentation: all images that D is given, real and generated, have random changes
 * of the same distribution. D overfits a small data set less, and G does not learn the changes,
 * since they are differentiated through.
 *
 * <p>The policies are applied in the order of the components:
 *
 * <ul>
 *   <li>color: brightness u - 1/2 is added, then each pixel's distance from its mean over the
 *       channels is multiplied by 2 u (saturation), then each value's distance from the image's
 *       mean by u + 1/2 (contrast), each u is a new uniform number in [0, 1);
 *   <li>translation: by up to 1/8 of the height and of the width, padded with zeros;
 *   <li>cutout: a rectangle of half the height and half the width, its centre anywhere in the
 *       image, becomes zero.
 * </ul>
 *
 * <p>Fractions of pixels are rounded, halves upwards. Random numbers are drawn in the order of the
 * published PyTorch code, so that equal seeds give equal images on a CPU.
 *
 * <p>Source: Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training", 2020,
 * section 3.2 and appendix.
 *
 * @param color true for brightness, saturation and contrast
 * @param translation true for shifts
 * @param cutout true for rectangles
 */
public record DiffAugment(boolean color, boolean translation, boolean cutout)
    implements Augmentation {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def draw_color(self, x: Tensor) -> Tensor:
            return torch.rand([3, torch.size(x, 0)], dtype=ops.prim.dtype(x), layout=None, \
          device=ops.prim.device(x), pin_memory=None)

          def draw_translation(self, x: Tensor) -> Tensor:
            rows = self.part(x, 2, 8)
            columns = self.part(x, 3, 8)
            return torch.stack([self.integers(x, torch.neg(rows), torch.add(rows, 1)), \
          self.integers(x, torch.neg(columns), torch.add(columns, 1))])

          def draw_cutout(self, x: Tensor) -> Tensor:
            return torch.stack([self.centres(x, 2), self.centres(x, 3)])

          def color(self, x: Tensor, u: Tensor) -> Tensor:
            u = torch.reshape(u, [3, -1, 1, 1, 1])
            x = torch.add(x, torch.sub(torch.select(u, 0, 0), 0.5))
            grey = torch.mean(x, [1], True)
            x = torch.add(torch.mul(torch.sub(x, grey), torch.mul(torch.select(u, 0, 1), 2)), grey)
            mean = torch.mean(x, [1, 2, 3], True)
            contrast = torch.add(torch.select(u, 0, 2), 0.5)
            return torch.add(torch.mul(torch.sub(x, mean), contrast), mean)

          def translation(self, x: Tensor, t: Tensor) -> Tensor:
            rows = torch.add(self.positions(x, 2), torch.unsqueeze(torch.select(t, 0, 0), 1))
            columns = torch.add(self.positions(x, 3), torch.unsqueeze(torch.select(t, 0, 1), 1))
            last_row = torch.sub(torch.size(x, 2), 1)
            last_column = torch.sub(torch.size(x, 3), 1)
            moved = self.pick(x, torch.clamp(rows, 0, last_row), torch.clamp(columns, 0, last_column))
            inside = self.both(self.between(rows, 0, last_row), self.between(columns, 0, last_column))
            return torch.masked_fill(moved, torch.logical_not(inside), 0)

          def cutout(self, x: Tensor, centre: Tensor) -> Tensor:
            rows = self.covered(x, 2, torch.select(centre, 0, 0))
            columns = self.covered(x, 3, torch.select(centre, 0, 1))
            return torch.masked_fill(x, self.both(rows, columns), 0)

          def part(self, x: Tensor, axis: int, parts: int) -> int:
            twice = torch.add(torch.mul(torch.size(x, axis), 2), parts)
            return torch.floordiv(twice, torch.mul(parts, 2))

          def centres(self, x: Tensor, axis: int) -> Tensor:
            odd = torch.remainder(self.part(x, axis, 2), 2)
            return self.integers(x, 0, torch.sub(torch.add(torch.size(x, axis), 1), odd))

          def covered(self, x: Tensor, axis: int, centre: Tensor) -> Tensor:
            length = self.part(x, axis, 2)
            first = torch.sub(torch.unsqueeze(centre, 1), torch.floordiv(length, 2))
            offset = torch.sub(self.positions(x, axis), first)
            return self.between(offset, 0, torch.sub(length, 1))

          def between(self, t: Tensor, first: int, last: int) -> Tensor:
            return torch.logical_and(torch.ge(t, first), torch.le(t, last))

          def both(self, rows: Tensor, columns: Tensor) -> Tensor:
            return torch.unsqueeze( \
          torch.logical_and(torch.unsqueeze(rows, 2), torch.unsqueeze(columns, 1)), 1)
          """
              + Pixels.METHODS);

  /**
   * The random numbers of a batch; a component is null where its policy is off.
   *
   * @param color uniform on [0, 1), {@code (3, N)}: brightness, saturation, contrast
   * @param translation int64 {@code (2, N)}, rows and columns: the pixel at p comes from p +
   *     translation
   * @param cutout int64 {@code (2, N)}, row and column of the rectangle's centre: the rectangle of
   *     length s begins s / 2, rounded down, before it
   */
  public record Draws(NDArray color, NDArray translation, NDArray cutout) {}

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
        color ? SCRIPT.method("draw_color").call(images) : null,
        translation ? SCRIPT.method("draw_translation").call(images) : null,
        cutout ? SCRIPT.method("draw_cutout").call(images) : null);
  }

  /**
   * Changes images with given random numbers.
   *
   * @param images {@code (N, C, H, W)}
   * @param draws the random numbers for N images; those of policies that are off are ignored
   * @return {@code (N, C, H, W)}
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit
   */
  public NDArray apply(NDArray images, Draws draws) {
    NDArray x = images;
    if (color) {
      x = SCRIPT.method("color").call(x, draws.color());
    }
    if (translation) {
      x = SCRIPT.method("translation").call(x, draws.translation());
    }
    if (cutout) {
      x = SCRIPT.method("cutout").call(x, draws.cutout());
    }
    return x;
  }
}
