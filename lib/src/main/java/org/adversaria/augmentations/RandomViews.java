package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * Views of images for contrastive learning: a part of each image, turned a little, in other
 * colours. What two views of an image share is what an encoder can tell it by: without the change
 * of hue it is the hue alone.
 *
 * <p>A view is a square of a random side between {@code smallestSide} and 1 of the image's, at a
 * random place, turned by up to {@code largestAngle} and brought to the image's size. Its hue is
 * turned by any angle about the grey axis, its saturation multiplied by a number in [0, 1.5], and
 * brightness and contrast are changed by up to {@code light}, in units of the images' and
 * relatively. Nothing is mirrored, so that letters stay letters. Grey images have no hue.
 *
 * <p>Source: in the manner of Chen et al., "A Simple Framework for Contrastive Learning of Visual
 * Representations", 2020, appendix A, with milder crops, for images of few pixels.
 *
 * @param smallestSide above 0, at most 1
 * @param largestAngle in radians, at least 0
 * @param light in [0, 1]
 */
public record RandomViews(double smallestSide, double largestAngle, double light)
    implements Augmentation {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def draw(self, x: Tensor) -> Tensor:
            return torch.rand([8, torch.size(x, 0)], dtype=ops.prim.dtype(x), layout=None, \
          device=ops.prim.device(x), pin_memory=None)

          def part(self, x: Tensor, u: Tensor, smallest: Tensor, angle: Tensor) -> Tensor:
            side = torch.sub(1, torch.mul(torch.select(u, 0, 0), torch.sub(1, smallest)))
            # Of coordinates from -1 to 1: the middle of the part lies at most 1 - side off.
            right = torch.mul(self.signed(u, 1), torch.sub(1, side))
            down = torch.mul(self.signed(u, 2), torch.sub(1, side))
            turn = torch.mul(self.signed(u, 3), angle)
            cosine = torch.mul(side, torch.cos(turn))
            sine = torch.mul(side, torch.sin(turn))
            first = torch.stack([cosine, torch.neg(sine), right], 1)
            second = torch.stack([sine, cosine, down], 1)
            grid = torch.affine_grid_generator(torch.stack([first, second], 1), torch.size(x), False)
            # Bilinear, 0; beyond the border its nearest pixel, 1.
            return torch.grid_sampler(x, grid, 0, 1, False)

          def color(self, x: Tensor, u: Tensor, light: Tensor) -> Tensor:
            u = torch.reshape(u, [8, -1, 1, 1, 1])
            grey = torch.mean(x, [1], True)
            # The product of the grey axis with the colour, which a turn about the axis needs.
            across = torch.sub(torch.roll(x, [1], [1]), torch.roll(x, [2], [1]))
            angle = torch.mul(self.signed(u, 4), 3.141592653589793)
            turned = torch.mul(torch.sub(x, grey), torch.cos(angle))
            turned = torch.add(turned, torch.mul(torch.div(across, 1.7320508075688772), torch.sin(angle)))
            x = torch.add(grey, torch.mul(turned, torch.mul(torch.select(u, 0, 5), 1.5)))
            x = torch.add(x, torch.mul(self.signed(u, 6), light))
            mean = torch.mean(x, [1, 2, 3], True)
            contrast = torch.add(torch.mul(self.signed(u, 7), light), 1)
            return torch.add(torch.mul(torch.sub(x, mean), contrast), mean)

          def signed(self, u: Tensor, row: int) -> Tensor:
            return torch.sub(torch.mul(torch.select(u, 0, row), 2), 1)
          """);

  /**
   * Checks the ranges.
   *
   * @param smallestSide above 0, at most 1
   * @param largestAngle in radians, at least 0
   * @param light in [0, 1]
   * @throws IllegalArgumentException if one is out of range
   */
  public RandomViews {
    if (!(smallestSide > 0 && smallestSide <= 1 && largestAngle >= 0 && light >= 0 && light <= 1)) {
      throw new IllegalArgumentException(
          Text.format(
              "A view has a smallest side in (0, 1], not %s, a largest angle from 0, not %s, and"
                  + " changes of light in [0, 1], not %s",
              smallestSide, largestAngle, light));
    }
  }

  /**
   * Returns the views that the library's encoder learns from.
   *
   * @return parts of a side of 0.7 at least, turned by up to 0.3, with changes of light up to 0.6
   */
  public static RandomViews standard() {
    return new RandomViews(0.7, 0.3, 0.6);
  }

  @Override
  public NDArray apply(NDArray images) {
    return apply(images, draw(images));
  }

  /**
   * Draws random numbers for a batch, which is not changed.
   *
   * @param images {@code (N, C, H, W)}
   * @return numbers uniform on [0, 1), {@code (8, N)}: side, place to the right and down, angle;
   *     hue, saturation, brightness, contrast
   */
  public NDArray draw(NDArray images) {
    return SCRIPT.method("draw").call(images);
  }

  /**
   * Makes views with given random numbers.
   *
   * @param images {@code (N, C, H, W)}
   * @param draws {@code (8, N)}
   * @return {@code (N, C, H, W)}
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit
   */
  public NDArray apply(NDArray images, NDArray draws) {
    NDArray smallest = number(images, smallestSide);
    NDArray part =
        SCRIPT.method("part").call(images, draws, smallest, number(images, largestAngle));
    return SCRIPT.method("color").call(part, draws, number(images, light));
  }

  private static NDArray number(NDArray images, double value) {
    return images.getManager().create((float) value);
  }
}
