package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/**
 * The residual block of U-Net GAN's decoder, that of BigGAN's generator without normalisation:
 * ReLU, upsampling, 3x3 convolution, ReLU, 3x3 convolution; the shortcut is upsampling and a 1x1
 * convolution.
 *
 * <p>Children: {@code conv1}, {@code conv2}, {@code conv_sc}.
 *
 * <p>Source: Schoenfeld et al., "A U-Net Based Discriminator for Generative Adversarial Networks",
 * 2020, appendix, published code.
 */
public final class UpBlock extends Layer {

  private final Conv2d conv1;
  private final Conv2d conv2;
  private final Conv2d shortcut;

  /**
   * Creates the block.
   *
   * @param in input channels
   * @param out output channels
   * @param norm of the convolutions' weights
   */
  public UpBlock(int in, int out, SpectralNorm norm) {
    conv1 = child("conv1", new Conv2d(in, out, 3, 1, 1, true, norm));
    conv2 = child("conv2", new Conv2d(out, out, 3, 1, 1, true, norm));
    shortcut = child("conv_sc", new Conv2d(in, out, 1, 1, 0, true, norm));
  }

  /**
   * Maps a feature map.
   *
   * @param x {@code (N, in, H, W)}
   * @return {@code (N, out, 2 H, 2 W)}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    NDArray h = conv1.forwardEnlarged(Activation.relu(x), training);
    h = conv2.forward(Activation.relu(h), training);
    return h.add(shortcut.forwardEnlarged(x, training));
  }
}
