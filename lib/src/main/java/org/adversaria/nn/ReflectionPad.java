package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.TorchOps;

/** Padding by reflection, as {@code torch.nn.ReflectionPad2d}. */
public final class ReflectionPad extends Layer {

  private final int left;
  private final int right;
  private final int top;
  private final int bottom;

  /**
   * Creates the layer with the same padding on each side.
   *
   * @param padding rows and columns on each side, at least 0
   */
  public ReflectionPad(int padding) {
    this(padding, padding, padding, padding);
  }

  /**
   * Creates the layer.
   *
   * @param left columns added at the left
   * @param right columns added at the right
   * @param top rows added at the top
   * @param bottom rows added at the bottom
   */
  public ReflectionPad(int left, int right, int top, int bottom) {
    this.left = left;
    this.right = right;
    this.top = top;
    this.bottom = bottom;
  }

  /**
   * Pads images, as {@link TorchOps#reflectionPad} does.
   *
   * @param x {@code (N, C, H, W)}, larger than the padding
   * @return {@code (N, C, top + H + bottom, left + W + right)}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    return TorchOps.reflectionPad(x, left, right, top, bottom);
  }
}
