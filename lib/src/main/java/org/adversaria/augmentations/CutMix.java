package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.TorchOps;

/**
 * CutMix of a real and a generated image: a box of one is pasted into the other.
 *
 * <pre>
 * mix(x, G(z), M) = M x + (1 - M) G(z)
 * </pre>
 *
 * <p>M is 1 where the pixel is real. The box has the part 1 - lambda of the area, lambda is uniform
 * in [0, 1); its centre is uniform in the image, and what lies outside is cut off. With probability
 * 1/2 the box is real and its surroundings are generated. Each image of a batch has a mask of its
 * own.
 *
 * <p>Source: Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with
 * Localizable Features", 2019, section 3.1, with lambda from Beta(1, 1); of real and generated
 * images Schoenfeld et al., "A U-Net Based Discriminator for Generative Adversarial Networks",
 * 2020, section 3.2, with its published code's rounding.
 */
public final class CutMix {

  private CutMix() {}

  /**
   * The random numbers of a batch, float32 {@code (N)} each.
   *
   * @param lambda in [0, 1): the part of the area outside of the box, before it is cut off
   * @param row of the box's centre, an integer in [0, H)
   * @param column of the box's centre, an integer in [0, H)
   * @param flip in [0, 1): the box is real where its number is above 1/2
   */
  public record Draws(NDArray lambda, NDArray row, NDArray column, NDArray flip) {}

  /**
   * Draws random numbers for a batch, which is not changed.
   *
   * @param images square, {@code (N, C, H, H)}
   * @return the numbers, on the images' device
   */
  public static Draws draw(NDArray images) {
    NDManager manager = images.getManager();
    long size = images.getShape().get(2);
    var shape = new Shape(images.getShape().get(0));
    return new Draws(
        manager.randomUniform(0, 1, shape),
        manager.randomUniform(0, size, shape).floor(),
        manager.randomUniform(0, size, shape).floor(),
        manager.randomUniform(0, 1, shape));
  }

  /**
   * Computes masks.
   *
   * @param draws the random numbers for N images
   * @param size the height and width H of the images
   * @return M {@code (N, 1, H, H)}: 1 where the pixel is real, 0 where it is generated
   */
  public static NDArray masks(Draws draws, int size) {
    NDArray root = draws.lambda().neg().add(1).sqrt().reshape(-1, 1, 1, 1);
    NDArray length = TorchOps.scale(root, size).floor(); // of the box's sides
    NDArray half = TorchOps.scale(length, 0.5).floor();
    NDArray places = draws.lambda().getManager().arange((float) size);
    NDArray rows = within(places.reshape(1, 1, -1, 1), draws.row(), half); // (N, 1, H, 1)
    NDArray columns = within(places.reshape(1, 1, 1, -1), draws.column(), half); // (N, 1, 1, H)
    NDArray flipped = draws.flip().gt(0.5).reshape(-1, 1, 1, 1);
    NDArray outside = rows.logicalAnd(columns).logicalNot();
    return outside.logicalXor(flipped).toType(DataType.FLOAT32, false);
  }

  /** True in [centre - half, centre + half). */
  private static NDArray within(NDArray places, NDArray centre, NDArray half) {
    NDArray middle = centre.reshape(-1, 1, 1, 1);
    return places.gte(middle.sub(half)).logicalAnd(places.lt(middle.add(half)));
  }

  /**
   * Mixes images, or D's outputs for their pixels.
   *
   * @param real {@code (N, C, H, H)}
   * @param fake of the same shape
   * @param mask M {@code (N, 1, H, H)}
   * @return M real + (1 - M) fake
   */
  public static NDArray mix(NDArray real, NDArray fake, NDArray mask) {
    return real.mul(mask).add(fake.mul(mask.neg().add(1)));
  }
}
