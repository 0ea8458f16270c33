package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.function.IntFunction;
import org.adversaria.torch.Text;

/**
 * The residual block of BigGAN-deep's generator: a bottleneck of a quarter of the input's channels,
 * 1x1, 3x3, 3x3 and 1x1 convolutions, each after normalisation and ReLU, with upsampling before the
 * first 3x3. The shortcut has no weights: the last channels are dropped if the output has fewer.
 *
 * <p>Children: {@code conv1} to {@code conv4}, {@code bn1} to {@code bn4}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, figure 16b and appendix B.1.
 */
public final class DeepGBlock extends ConditionalLayer {

  private static final int RATIO = 4;

  private final int in;
  private final int out;
  private final boolean upsample;
  private final Conv2d conv1;
  private final Conv2d conv2;
  private final Conv2d conv3;
  private final Conv2d conv4;
  private final ConditionalLayer bn1;
  private final ConditionalLayer bn2;
  private final ConditionalLayer bn3;
  private final ConditionalLayer bn4;

  /**
   * Creates the block.
   *
   * @param in input channels, at least 4
   * @param out output channels, at most {@code in}
   * @param upsample true to double height and width
   * @param norm of the convolutions' weights
   * @param batchNorm creates the normalisation of a number of channels
   * @throws IllegalArgumentException if the numbers of channels are out of range
   */
  public DeepGBlock(
      int in,
      int out,
      boolean upsample,
      SpectralNorm norm,
      IntFunction<? extends ConditionalLayer> batchNorm) {
    if (in < RATIO || out > in) {
      throw new IllegalArgumentException(
          "A block of BigGAN-deep's generator has at least 4 input channels and no more output"
              + Text.format(" channels than these, but this one has %d and %d", in, out));
    }
    this.in = in;
    this.out = out;
    this.upsample = upsample;
    int hidden = in / RATIO;
    conv1 = child("conv1", new Conv2d(in, hidden, 1, 1, 0, true, norm));
    conv2 = child("conv2", new Conv2d(hidden, hidden, 3, 1, 1, true, norm));
    conv3 = child("conv3", new Conv2d(hidden, hidden, 3, 1, 1, true, norm));
    conv4 = child("conv4", new Conv2d(hidden, out, 1, 1, 0, true, norm));
    bn1 = child("bn1", batchNorm.apply(in));
    bn2 = child("bn2", batchNorm.apply(hidden));
    bn3 = child("bn3", batchNorm.apply(hidden));
    bn4 = child("bn4", batchNorm.apply(hidden));
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
    NDArray h = conv1.forward(Activation.relu(bn1.forward(x, y, training)), training);
    h = Activation.relu(bn2.forward(h, y, training));
    NDArray skip = in == out ? x : x.split(new long[] {out}, 1).get(0);
    if (upsample) {
      h = Resample.nearest(h);
      skip = Resample.nearest(skip);
    }
    h = conv2.forward(h, training);
    h = conv3.forward(Activation.relu(bn3.forward(h, y, training)), training);
    h = conv4.forward(Activation.relu(bn4.forward(h, y, training)), training);
    return h.add(skip);
  }
}
