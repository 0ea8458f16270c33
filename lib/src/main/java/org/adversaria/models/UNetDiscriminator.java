package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.DBlock;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.nn.UpBlock;
import org.adversaria.torch.Precision;

/**
 * The discriminator of U-Net GAN: a U-Net of BigGAN's blocks. The encoder halves the image down to
 * 4x4 and gives a logit of the image; the decoder doubles that again and gives a logit of every
 * pixel. Each block of the decoder but the first is also given the encoder's feature map of its
 * input's size.
 *
 * <p>The encoder's widths are those of BigGAN's discriminator without its last block, which does
 * not halve. A block of the decoder has the width of the encoder's feature map of its output's
 * size, and the last one that of the encoder's first block. This rule gives the published networks
 * at 128 and 256 pixels, and is applied here to 64 and 32 too, which were not published. In
 * multiples of {@code ch}:
 *
 * <table>
 * <caption>Widths after each block</caption>
 * <tr><th>pixels</th><th>encoder</th><th>decoder</th></tr>
 * <tr><td>256</td><td>1, 2, 4, 8, 8, 16</td><td>8, 8, 4, 2, 1, 1</td></tr>
 * <tr><td>128</td><td>1, 2, 4, 8, 16</td><td>8, 4, 2, 1, 1</td></tr>
 * <tr><td>64</td><td>1, 2, 4, 8</td><td>4, 2, 1, 1</td></tr>
 * <tr><td>32, tapered</td><td>2, 4, 8</td><td>4, 2, 2</td></tr>
 * <tr><td>32</td><td>4, 4, 4</td><td>4, 4, 4</td></tr>
 * </table>
 *
 * <p>With classes both logits have a projection: v<sub>y</sub> . h of the encoder's pooled
 * features, and w<sub>y</sub> . h<sub>ij</sub> of the decoder's features at each pixel.
 * Self-attention follows blocks of the encoder only, the first five at most.
 *
 * <p>State dict, by the names of the published code: {@code blocks.i.0} (residual), {@code
 * blocks.i.1} (attention), {@code blocks.n} (the 1x1 convolution to the pixels' logits, not
 * normalised), {@code linear_middle}, {@code embed_middle} and {@code embed}. That code's {@code
 * linear} has no use there and is not declared here.
 *
 * <p>Source: Schoenfeld et al., "A U-Net Based Discriminator for Generative Adversarial Networks",
 * CVPR 2020, section 3.1 and appendix, published code.
 */
public final class UNetDiscriminator extends Discriminator<UNetDiscriminator.Output> {

  private static final int BLOCKS_WITH_ATTENTION = 5;

  /**
   * What D returns.
   *
   * @param middle logits of the images, of the encoder, {@code (N)}
   * @param pixels logits of their pixels, of the decoder, {@code (N, 1, H, W)}
   */
  public record Output(NDArray middle, NDArray pixels) {}

  private final List<Layer> encoder = new ArrayList<>();
  private final List<Layer> decoder = new ArrayList<>();
  private final Conv2d toPixels;
  private final Linear toImage;
  private final Embedding imageClasses;
  private final Embedding pixelClasses;

  /**
   * Creates the network.
   *
   * @param sizes the settings that it shares with the generator
   * @throws IllegalArgumentException if the resolution is unknown or a block with attention has
   *     fewer than 8 channels
   */
  public UNetDiscriminator(BigGanSizes sizes) {
    SpectralNorm norm = sizes.norm();
    int[] widths = sizes.encoderWidths();
    int bottom = BigGanBody.last(widths);
    addEncoder(sizes, widths);
    addDecoder(widths, norm);
    toPixels = new Conv2d(widths[0], 1, 1, 1, 0, true);
    List<Layer> blocks = new ArrayList<>(encoder);
    decoder.forEach(block -> blocks.add(new Sequential(List.of(block))));
    blocks.add(toPixels);
    child("blocks", new Sequential(blocks));
    toImage = child("linear_middle", new Linear(bottom, 1, true, norm));
    int classes = sizes.numClasses();
    imageClasses =
        classes == 0 ? null : child("embed_middle", new Embedding(classes, bottom, norm));
    pixelClasses = classes == 0 ? null : child("embed", new Embedding(classes, widths[0], norm));
    setInitializer(sizes.init().initializer(), Parameter.Type.WEIGHT);
  }

  private void addEncoder(BigGanSizes sizes, int... widths) {
    int in = sizes.channels();
    for (int i = 0; i < widths.length; i++) {
      var place = i == 0 ? DBlock.Place.FIRST : DBlock.Place.LATER;
      List<Layer> stage = new ArrayList<>();
      stage.add(new DBlock(in, widths[i], place, true, true, sizes.norm()));
      if (i < BLOCKS_WITH_ATTENTION) {
        BigGanBody.addAttention(stage, sizes, sizes.resolution() >> (i + 1), widths[i]);
      }
      encoder.add(new Sequential(stage));
      in = widths[i];
    }
  }

  private void addDecoder(int[] widths, SpectralNorm norm) {
    for (int i = widths.length - 1; i >= 0; i--) {
      boolean first = i == widths.length - 1;
      int in = first ? widths[i] : 2 * widths[i]; // the block before and the encoder
      decoder.add(new UpBlock(in, widths[Math.max(0, i - 1)], norm));
    }
  }

  /** {@inheritDoc} Logits are computed in float32 in every precision. */
  @Override
  protected Output compute(NDArray x, NDArray y, boolean training) {
    List<NDArray> maps = encode(x, training);
    NDArray h = BigGanBody.pooled(maps.get(maps.size() - 1)); // (N, bottom)
    NDArray map = decode(maps, training); // (N, ch, H, W)
    return Precision.fp32(() -> new Output(middle(h, y, training), pixels(map, y, training)));
  }

  /** The feature maps after each block of the encoder. */
  private List<NDArray> encode(NDArray x, boolean training) {
    List<NDArray> maps = new ArrayList<>();
    NDArray h = x;
    for (Layer block : encoder) {
      h = block.forward(h, training);
      maps.add(h);
    }
    return maps;
  }

  private NDArray decode(List<NDArray> maps, boolean training) {
    int last = maps.size() - 1;
    NDArray h = decoder.get(0).forward(maps.get(last), training);
    for (int i = 1; i <= last; i++) {
      h = decoder.get(i).forward(h.concat(maps.get(last - i), 1), training);
    }
    return h;
  }

  /** The logit of the image, {@code (N)}. */
  private NDArray middle(NDArray h, NDArray y, boolean training) {
    NDArray psi = toImage.forward(h, training);
    return imageClasses == null
        ? psi.reshape(-1)
        : Projection.logits(psi, imageClasses.forward(y, training), h);
  }

  /** The logit of each pixel, {@code (N, 1, H, W)}. */
  private NDArray pixels(NDArray map, NDArray y, boolean training) {
    NDArray psi = toPixels.forward(map, training);
    if (pixelClasses == null) {
      return psi;
    }
    NDArray w = pixelClasses.forward(y, training).expandDims(2).expandDims(3); // (N, ch, 1, 1)
    return psi.add(map.mul(w).sum(new int[] {1}, true));
  }
}
