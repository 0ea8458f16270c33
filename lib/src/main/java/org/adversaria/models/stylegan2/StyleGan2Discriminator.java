package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.adversaria.models.Discriminator;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.TorchOps;

/**
 * StyleGAN2's discriminator: blocks of halving resolution, residual or plain, the standard
 * deviation over the batch, and a logit. With classes or instances, the logit is the inner product
 * with a vector that a mapping network computes from the condition.
 *
 * <p>State dict: {@code b32}, {@code b16}, ..., {@code b4}, {@code mapping}, as in NVIDIA's PyTorch
 * code. That code takes images of 8x8 pixels or more. For images of 4x4 pixels, which this class
 * also supports, {@code b4} is the only block and starts with {@code b4.fromrgb}, as in the
 * published skip architecture.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, figure
 * 7c; the published code of StyleGAN2 with adaptive augmentation.
 */
public final class StyleGan2Discriminator extends Discriminator<NDArray> {

  /** Layers of the mapping network of conditions, independent of the generator's. */
  private static final int MAPPING_LAYERS = 8;

  /** The resolution of the last block. */
  private static final int LAST = 4;

  private final StyleGan2Sizes sizes;
  private final Map<Integer, DownBlock> blocks = new LinkedHashMap<>();
  private final MappingNetwork mapping;
  private final Epilogue epilogue;

  /**
   * Creates the network.
   *
   * @param sizes its sizes
   */
  public StyleGan2Discriminator(StyleGan2Sizes sizes) {
    this.sizes = sizes;
    for (int size = sizes.resolution(); size > LAST; size /= 2) {
      blocks.put(size, child("b" + size, new DownBlock(sizes, size)));
    }
    boolean conditional = sizes.classes() > 0 || sizes.features() > 0;
    int width = conditional ? sizes.channelsAt(LAST) : 0;
    mapping =
        width == 0
            ? null
            : child(
                "mapping",
                new MappingNetwork(
                    MappingNetwork.Sizes.of(0, sizes.classes(), width, 0, MAPPING_LAYERS)
                        .withFeatures(sizes.features())));
    epilogue = child("b4", new Epilogue(sizes, width));
  }

  /** {@inheritDoc} */
  @Override
  protected NDArray compute(NDArray images, NDArray y, boolean training) {
    return logits(features(images), y);
  }

  /**
   * Computes the features of each block.
   *
   * @param images {@code (N, C, H, W)} in [-1, 1]
   * @return features by their resolution, from half that of the images down to 4; of images of 4x4
   *     pixels those at 4
   */
  public Map<Integer, NDArray> features(NDArray images) {
    var features = new LinkedHashMap<Integer, NDArray>();
    NDArray x = images;
    for (Map.Entry<Integer, DownBlock> block : blocks.entrySet()) {
      x = block.getValue().forward(x, true);
      features.put(block.getKey() / 2, x);
    }
    if (blocks.isEmpty()) {
      features.put(LAST, epilogue.colours(images));
    }
    return features;
  }

  /**
   * Computes the logits of images from their features.
   *
   * @param features what {@link #features} returned
   * @param y labels int64 {@code (N)}, or instances; null for an unconditional discriminator
   * @return logits {@code (N)}
   */
  public NDArray logits(Map<Integer, NDArray> features, NDArray y) {
    NDArray x = epilogue.forward(features.get(LAST));
    if (mapping == null) {
      return x.reshape(-1);
    }
    NDArray c = mapping.forward(null, StyleGan2Conditions.encoded(y, sizes.condition()), false);
    double width = x.getShape().get(1);
    return TorchOps.scale(x.mul(c).sum(new int[] {1}), 1 / Math.sqrt(width));
  }

  /** Leaky ReLU with the clamp of the sizes. */
  static BiasAct activation(StyleGan2Sizes sizes) {
    return new BiasAct(BiasAct.Function.LRELU, 0.2, BiasAct.Function.LRELU.gain(), sizes.clamp());
  }

  /**
   * Two convolutions, the second of which halves the size; the first block starts with {@code
   * fromrgb}.
   */
  private static final class DownBlock extends org.adversaria.nn.Layer {

    private static final double HALF = Math.sqrt(0.5);

    private final EqualizedConv2d colours;
    private final EqualizedConv2d conv0;
    private final EqualizedConv2d conv1;
    private final EqualizedConv2d skip;

    DownBlock(StyleGan2Sizes sizes, int resolution) {
      int in = sizes.channelsAt(resolution);
      int out = sizes.channelsAt(resolution / 2);
      BiasAct act = activation(sizes);
      BiasAct last = sizes.residual() ? act.scaled(HALF) : act;
      FirFilter.declare(this::buffer);
      colours =
          resolution == sizes.resolution()
              ? child(
                  "fromrgb",
                  new EqualizedConv2d(EqualizedConv2d.Settings.of(sizes.channels(), in, 1, act)))
              : null;
      conv0 = child("conv0", new EqualizedConv2d(EqualizedConv2d.Settings.of(in, in, 3, act)));
      conv1 =
          child(
              "conv1",
              new EqualizedConv2d(EqualizedConv2d.Settings.of(in, out, 3, last).halving()));
      BiasAct linear = BiasAct.of(BiasAct.Function.LINEAR).scaled(HALF);
      skip =
          sizes.residual()
              ? child(
                  "skip",
                  new EqualizedConv2d(
                      EqualizedConv2d.Settings.of(in, out, 1, linear).halving().unbiased()))
              : null;
    }

    @Override
    public NDArray forward(NDArray x, boolean training) {
      NDArray in = colours == null ? x : colours.forward(x, training);
      NDArray out = conv1.forward(conv0.forward(in, training), training);
      return skip == null ? out : out.add(skip.forward(in, training));
    }
  }

  /** From 4x4 pixels to a logit, or to a vector for the inner product with the condition's. */
  private static final class Epilogue extends TorchBlock {

    private final EqualizedConv2d colours;
    private final MinibatchStd deviation;
    private final EqualizedConv2d conv;
    private final EqualizedLinear dense;
    private final EqualizedLinear out;

    Epilogue(StyleGan2Sizes sizes, int width) {
      int channels = sizes.channelsAt(LAST);
      BiasAct act = BiasAct.of(BiasAct.Function.LRELU);
      colours =
          sizes.resolution() == LAST
              ? child(
                  "fromrgb",
                  new EqualizedConv2d(
                      EqualizedConv2d.Settings.of(sizes.channels(), channels, 1, act)))
              : null;
      deviation = new MinibatchStd(sizes.group(), 1);
      conv =
          child(
              "conv",
              new EqualizedConv2d(
                  EqualizedConv2d.Settings.of(channels + 1, channels, 3, activation(sizes))));
      dense =
          child(
              "fc", new EqualizedLinear(channels * LAST * LAST, channels, BiasAct.Function.LRELU));
      out = child("out", new EqualizedLinear(channels, Math.max(1, width)));
    }

    /** The features of images of 4x4 pixels, which have no other block. */
    NDArray colours(NDArray images) {
      return colours.forward(images, true);
    }

    NDArray forward(NDArray x) {
      NDArray y = conv.forward(deviation.forward(x, true), true);
      return out.forward(dense.forward(y.reshape(y.getShape().get(0), -1), true), true);
    }

    @Override
    public NDList forward(NDList inputs, boolean training) {
      NDArray x = inputs.singletonOrThrow();
      return new NDList(forward(colours == null ? x : colours(x)));
    }
  }
}
