package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.function.IntFunction;

/**
 * The residual block of BigGAN's generator: normalisation, ReLU, upsampling, 3x3 convolution,
 * normalisation, ReLU, 3x3 convolution; the shortcut is upsampling and a 1x1 convolution.
 *
 * <p>Children: {@code conv1}, {@code conv2}, {@code conv_sc} where size or channels change, or by
 * the {@link ResidualNames} of another code base, {@code bn1}, {@code bn2}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, figure 15b.
 */
public final class GBlock extends ConditionalLayer {

  private final boolean upsample;
  private final Conv2d conv1;
  private final Conv2d conv2;
  private final Conv2d shortcut;
  private final ConditionalLayer bn1;
  private final ConditionalLayer bn2;

  /**
   * Creates the block.
   *
   * @param in input channels
   * @param out output channels
   * @param upsample true to double height and width
   * @param norm of the convolutions' weights
   * @param batchNorm creates the normalisation of a number of channels
   */
  public GBlock(
      int in,
      int out,
      boolean upsample,
      SpectralNorm norm,
      IntFunction<? extends ConditionalLayer> batchNorm) {
    this(in, out, upsample, norm, batchNorm, ResidualNames.BIGGAN);
  }

  /**
   * Creates the block with names of another code base.
   *
   * @param in input channels
   * @param out output channels
   * @param upsample true to double height and width
   * @param norm of the convolutions' weights
   * @param batchNorm creates the normalisation of a number of channels
   * @param names of the convolutions
   */
  public GBlock(
      int in,
      int out,
      boolean upsample,
      SpectralNorm norm,
      IntFunction<? extends ConditionalLayer> batchNorm,
      ResidualNames names) {
    this.upsample = upsample;
    conv1 = child(names.first(), new Conv2d(in, out, 3, 1, 1, true, norm));
    conv2 = child(names.second(), new Conv2d(out, out, 3, 1, 1, true, norm));
    shortcut =
        upsample || in != out
            ? child(names.shortcut(), new Conv2d(in, out, 1, 1, 0, true, norm))
            : null;
    bn1 = child("bn1", batchNorm.apply(in));
    bn2 = child("bn2", batchNorm.apply(out));
  }

  /**
   * Maps a feature map.
   *
   * @param x {@code (N, in, H, W)}
   * @param y the condition of the normalisations
   * @return {@code (N, out, H, W)}, or twice the height and width
   */
  @Override
  public NDArray forward(NDArray x, NDArray y, boolean training) {
    NDArray h = Activation.relu(bn1.forward(x, y, training));
    h = upsample ? conv1.forwardEnlarged(h, training) : conv1.forward(h, training);
    h = conv2.forward(Activation.relu(bn2.forward(h, y, training)), training);
    return h.add(skip(x, training));
  }

  private NDArray skip(NDArray x, boolean training) {
    if (shortcut == null) {
      return x;
    }
    return upsample ? shortcut.forwardEnlarged(x, training) : shortcut.forward(x, training);
  }
}
