package org.adversaria.nn;

/**
 * The names of a residual block's convolutions in the state dict of a code base.
 *
 * @param first of the main path
 * @param second of the main path
 * @param shortcut of the shortcut
 */
public record ResidualNames(String first, String second, String shortcut) {

  /** The names of BigGAN's PyTorch code. */
  public static final ResidualNames BIGGAN = new ResidualNames("conv1", "conv2", "conv_sc");

  /** The names of PyTorch-StudioGAN and of ECGAN's code. */
  public static final ResidualNames STUDIO = new ResidualNames("conv2d1", "conv2d2", "conv2d0");
}
