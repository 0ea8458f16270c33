package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Projection;
import org.adversaria.torch.Text;

/**
 * GLeaD's discriminator: StyleGAN2's, with a decoder of its blocks' features, as in a U-net, whose
 * outputs are inputs of the generator's synthesis.
 *
 * <p>Starting from the features at 4x4, each convolution of the decoder doubles the size; its input
 * is the concatenation of the previous output with the discriminator's features of the same size.
 * The heads follow the last convolution.
 *
 * <p>State dict: StyleGAN2's, and {@code b8_dec}, {@code b16_dec}, ..., {@code img_proj}, {@code
 * feat_proj1}, {@code feat_proj2} or {@code final_proj}, as in the published code.
 *
 * <p>Source: Bai et al., "GLeaD: Improving GANs with a Generator-Leading Task", 2023, section 3.2
 * and its code; the decoder without heads is that of Lee et al., "Generator Knows What
 * Discriminator Should Learn in Unconditional GANs" (GGDR), 2022, section 3.
 */
public final class GleadDiscriminator extends Discriminator<GleadDiscriminator.Output> {

  /** The heads on the decoder's last features. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "head")
  @JsonSubTypes({
    @JsonSubTypes.Type(Plain.class),
    @JsonSubTypes.Type(Reconstruction.class),
    @JsonSubTypes.Type(Projection.class)
  })
  public sealed interface Head {}

  /** No head: the features themselves are compared with the generator's (GGDR). */
  public record Plain() implements Head {}

  /**
   * Heads for a feature map, an image and a w, from which the generator's synthesis computes an
   * image.
   *
   * @param channels of the generator's features where its synthesis starts
   */
  public record Reconstruction(int channels) implements Head {}

  /**
   * A feature map of another number of channels.
   *
   * @param channels of the map
   */
  public record Projection(int channels) implements Head {}

  /**
   * The settings of the decoder.
   *
   * @param resolution of the last features, a power of two from 8 to that of the images
   * @param kernel the convolutions' height and width, odd; 1 in the paper
   * @param head the heads
   */
  public record Decoder(int resolution, int kernel, Head head) {}

  /**
   * The outputs of the discriminator.
   *
   * @param logits {@code (N)}
   * @param features of the head, or else the decoder's last ones, {@code (N, C, R, R)}
   * @param image {@code (N, channels, R, R)}; null without this head
   * @param style a w for each image {@code (N, width)}; null without this head
   */
  public record Output(NDArray logits, NDArray features, NDArray image, NDArray style) {}

  private static final int FIRST = 8;

  private final StyleGan2Discriminator backbone;
  private final Decoder decoder;
  private final Map<Integer, EqualizedConv2d> branch = new LinkedHashMap<>();
  private final EqualizedConv2d imageHead;
  private final EqualizedConv2d featureHead;
  private final EqualizedConv2d styleHead;

  /**
   * Creates the network.
   *
   * @param sizes StyleGAN2's
   * @param decoder the settings of the decoder
   * @throws IllegalArgumentException if the decoder's resolution is not a power of two from 8 to
   *     the image's size
   */
  public GleadDiscriminator(StyleGan2Sizes sizes, Decoder decoder) {
    backbone = child("", new StyleGan2Discriminator(sizes));
    this.decoder = decoder;
    int end = decoder.resolution();
    if (end < FIRST || end > sizes.resolution() || Integer.bitCount(end) != 1) {
      throw new IllegalArgumentException(
          Text.format(
              "The decoder ends at 8, 16, ... or %d pixels, not at %d", sizes.resolution(), end));
    }
    for (int size = FIRST; size <= end; size *= 2) {
      int in = sizes.channelsAt(size / 2) * (size == FIRST ? 1 : 2);
      EqualizedConv2d.Settings doubling =
          settings(in, sizes.channelsAt(size), decoder.kernel()).doubling();
      branch.put(size, child("b" + size + "_dec", new EqualizedConv2d(doubling)));
    }
    int last = sizes.channelsAt(end);
    if (decoder.head() instanceof Reconstruction head) {
      imageHead = head("img_proj", last, sizes.channels(), 1);
      featureHead = head("feat_proj1", last, head.channels(), 1);
      styleHead = head("feat_proj2", last, sizes.width(), 1);
    } else {
      imageHead = null;
      styleHead = null;
      featureHead =
          decoder.head() instanceof Projection head
              ? head("final_proj", last, head.channels(), decoder.kernel())
              : null;
    }
  }

  private EqualizedConv2d head(String name, int in, int out, int kernel) {
    return child(name, new EqualizedConv2d(settings(in, out, kernel)));
  }

  private static EqualizedConv2d.Settings settings(int in, int out, int kernel) {
    return EqualizedConv2d.Settings.of(in, out, kernel, BiasAct.of(BiasAct.Function.LINEAR));
  }

  @Override
  protected Output compute(NDArray images, NDArray labels, boolean training) {
    Map<Integer, NDArray> features = backbone.features(images);
    NDArray y = decoded(features).get(decoder.resolution());
    return new Output(
        backbone.logits(features, labels),
        featureHead == null ? y : featureHead.forward(y, true),
        imageHead == null ? null : imageHead.forward(y, true),
        styleHead == null ? null : pooled(styleHead.forward(y, true)));
  }

  /**
   * Decodes the features of images, as {@link #forward} does internally.
   *
   * @param images {@code (N, C, H, W)} in [-1, 1]
   * @return the decoder's features by resolution, {@code (N, C, R, R)}
   */
  public Map<Integer, NDArray> decoded(NDArray images) {
    return decoded(backbone.features(images));
  }

  private Map<Integer, NDArray> decoded(Map<Integer, NDArray> features) {
    var decoded = new LinkedHashMap<Integer, NDArray>();
    NDArray y = null;
    for (Map.Entry<Integer, EqualizedConv2d> block : branch.entrySet()) {
      NDArray encoded = features.get(block.getKey() / 2);
      y = block.getValue().forward(y == null ? encoded : y.concat(encoded, 1), true);
      decoded.put(block.getKey(), y);
    }
    return decoded;
  }

  /** The mean over all positions. */
  private static NDArray pooled(NDArray x) {
    return x.mean(new int[] {3}).mean(new int[] {2});
  }

  /**
   * Returns the settings of the decoder.
   *
   * @return the decoder
   */
  public Decoder decoder() {
    return decoder;
  }
}
