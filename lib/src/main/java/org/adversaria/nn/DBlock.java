package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/**
 * The residual block of BigGAN's discriminator: ReLU, 3x3 convolution, ReLU, 3x3 convolution,
 * average pooling; the shortcut is a 1x1 convolution and average pooling.
 *
 * <p>The input of a network's first block is the image: that block has no first ReLU, and its
 * shortcut is pooled before the convolution.
 *
 * <p>Children: {@code conv1}, {@code conv2}, {@code conv_sc} where size or channels change, or by
 * the {@link ResidualNames} of another code base.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, figure 15c.
 */
public final class DBlock extends Layer {

  private final Place place;
  private final boolean downsample;
  private final Conv2d conv1;
  private final Conv2d conv2;
  private final Conv2d shortcut;

  /** The position of a block in its network. */
  public enum Place {
    /** The input is the image: there is no ReLU before the first convolution. */
    FIRST,
    /** The input is a feature map before activation. */
    LATER,
    /**
     * The input is a feature map that the first ReLU overwrites, so that the shortcut's input is
     * activated too, as in code with in-place ReLUs.
     */
    OVERWRITTEN
  }

  /**
   * Creates the block.
   *
   * @param in input channels
   * @param out output channels
   * @param place first in its network or not
   * @param wide true for {@code out} channels between the convolutions, as in SAGAN and BigGAN;
   *     false for {@code in}, as in SNGAN
   * @param downsample true to halve height and width
   * @param norm of the convolutions' weights
   */
  public DBlock(int in, int out, Place place, boolean wide, boolean downsample, SpectralNorm norm) {
    this(in, out, place, wide, downsample, norm, ResidualNames.BIGGAN);
  }

  /**
   * Creates the block with names of another code base.
   *
   * @param in input channels
   * @param out output channels
   * @param place the position in its network
   * @param wide as above
   * @param downsample true to halve height and width
   * @param norm of the convolutions' weights
   * @param names of the convolutions
   */
  public DBlock(
      int in,
      int out,
      Place place,
      boolean wide,
      boolean downsample,
      SpectralNorm norm,
      ResidualNames names) {
    this.place = place;
    this.downsample = downsample;
    int hidden = wide ? out : in;
    conv1 = child(names.first(), new Conv2d(in, hidden, 3, 1, 1, true, norm));
    conv2 = child(names.second(), new Conv2d(hidden, out, 3, 1, 1, true, norm));
    shortcut =
        downsample || in != out
            ? child(names.shortcut(), new Conv2d(in, out, 1, 1, 0, true, norm))
            : null;
  }

  /**
   * Maps a feature map.
   *
   * @param x {@code (N, in, H, W)}
   * @return {@code (N, out, H, W)}, or half the height and width
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    NDArray activation = place == Place.FIRST ? x : Activation.relu(x);
    NDArray h = Activation.relu(conv1.forward(activation, training));
    NDArray skip = place == Place.OVERWRITTEN ? activation : x;
    return pooled(conv2, h, training)
        .add(shortcut == null ? skip : pooled(shortcut, skip, training));
  }

  /**
   * A convolution with average pooling if the block downsamples; a 1x1 convolution and pooling
   * commute.
   */
  private NDArray pooled(Conv2d convolution, NDArray x, boolean training) {
    return downsample ? convolution.forwardAveraged(x, training) : convolution.forward(x, training);
  }
}
