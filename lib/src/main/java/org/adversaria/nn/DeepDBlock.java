package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.adversaria.torch.Text;

/**
 * The residual block of BigGAN-deep's discriminator: a bottleneck of a quarter of the output's
 * channels, 1x1, 3x3, 3x3 and 1x1 convolutions, each after ReLU, with average pooling before the
 * last. The shortcut is the pooled input; a 1x1 convolution computes the additional channels.
 *
 * <p>Children: {@code conv1} to {@code conv4}, {@code conv_sc} where channels are added.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, figure 16c and appendix B.1.
 */
public final class DeepDBlock extends Layer {

  private static final int RATIO = 4;

  private final boolean downsample;
  private final Conv2d conv1;
  private final Conv2d conv2;
  private final Conv2d conv3;
  private final Conv2d conv4;
  private final Conv2d added;

  /**
   * Creates the block.
   *
   * @param in input channels
   * @param out output channels, at least {@code in} and at least 4
   * @param downsample true to halve height and width
   * @param norm of the convolutions' weights
   * @throws IllegalArgumentException if the numbers of channels are out of range
   */
  public DeepDBlock(int in, int out, boolean downsample, SpectralNorm norm) {
    if (out < RATIO || out < in) {
      throw new IllegalArgumentException(
          "A block of BigGAN-deep's discriminator has at least 4 output channels and no fewer than"
              + Text.format(" input channels, but this one has %d and %d", out, in));
    }
    this.downsample = downsample;
    int hidden = out / RATIO;
    conv1 = child("conv1", new Conv2d(in, hidden, 1, 1, 0, true, norm));
    conv2 = child("conv2", new Conv2d(hidden, hidden, 3, 1, 1, true, norm));
    conv3 = child("conv3", new Conv2d(hidden, hidden, 3, 1, 1, true, norm));
    conv4 = child("conv4", new Conv2d(hidden, out, 1, 1, 0, true, norm));
    added = in == out ? null : child("conv_sc", new Conv2d(in, out - in, 1, 1, 0, true, norm));
  }

  /**
   * Maps a feature map.
   *
   * @param x {@code (N, in, H, W)}
   * @return {@code (N, out, H, W)}, or half the height and width
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    NDArray h = conv1.forward(Activation.relu(x), training);
    h = conv2.forward(Activation.relu(h), training);
    h = conv3.forward(Activation.relu(h), training);
    h = conv4.forward(pooled(Activation.relu(h)), training);
    NDArray skip = pooled(x);
    return h.add(added == null ? skip : skip.concat(added.forward(skip, training), 1));
  }

  private NDArray pooled(NDArray x) {
    return downsample ? Resample.average(x) : x;
  }
}
