package org.adversaria.models.published;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.torch.Text;

/** The names of BigGAN-PyTorch, which U-Net GAN's and IC-GAN's code have too. */
final class BigGanLayouts {

  static final List<Layout> ALL =
      List.of(Layout.of("output_layer.2.weight", (shapes, values) -> generator(shapes)));

  private static final int BOTTOM = 4;
  private static final String LAST = "output_layer.2.weight";
  private static final String GAIN = "blocks.0.0.bn1.gain.weight";

  private BigGanLayouts() {}

  private static Layout.Candidate generator(NamedShapes shapes) {
    boolean deep = shapes.has("blocks.0.0.conv4.weight");
    int blocks = shapes.count("blocks.%d.0.conv1.weight");
    int stages = deep ? blocks / 2 : blocks;
    BigGanSizes sizes = sizes(shapes, stages, deep);
    if (deep) {
      return deep(shapes, sizes);
    }
    int part = shapes.size("linear.weight", 1);
    Vectors vectors = Vectors.of(shapes, part);
    int shared = vectors.ofClass ? shapes.size("shared.weight", 1) : 0;
    var latent =
        vectors.hierarchical
            ? BigGanLatent.hierarchical(part * (stages + 1), shared)
            : BigGanLatent.shared(part, shared);
    BigGanSizes used =
        vectors.ofClass || !shapes.has(GAIN) || vectors.ofFeatures
            ? sizes.withClasses(vectors.ofClass ? shapes.size("shared.weight", 0) : 0)
            : sizes.withClasses(shapes.size(GAIN, 0));
    Condition condition = Condition.of(used.numClasses());
    Supplier<Generator> network = () -> new Backbone.BigGan(used, latent).newGenerator();
    if (vectors.ofFeatures) {
      int features = shapes.size("shared_feat.weight", 1);
      int width = shapes.size("shared_feat.weight", 0);
      condition = new Condition.Instances(features, used.numClasses());
      network = () -> new Backbone.IcGan(used, latent, features, width).newGenerator();
    }
    boolean selfModulated = condition instanceof Condition.None;
    return candidate(
            used,
            latent.size(),
            condition,
            selfModulated ? "SelfModulatedGenerator" : "BigGanGenerator",
            network)
        .without(vectors.unused());
  }

  /**
   * Which vectors the normalisations are told. IC-GAN's code stores layers for both, whether they
   * are used or not.
   *
   * @param ofClass the embedding {@code shared}
   * @param ofFeatures the layer {@code shared_feat}
   * @param hierarchical whether a part of z is among them
   */
  private record Vectors(boolean ofClass, boolean ofFeatures, boolean hierarchical) {

    private static final List<Boolean> BOTH = List.of(true, false);

    /** Those whose widths together are the width of a normalisation's condition. */
    static Vectors of(NamedShapes shapes, int part) {
      int shared = shapes.sizeOrZero("shared.weight", 1);
      int features = shapes.sizeOrZero("shared_feat.weight", 0);
      int gain = shapes.sizeOrZero(GAIN, 1);
      for (boolean withClass : BOTH) {
        for (boolean withFeatures : BOTH) {
          int width = (withClass ? shared : 0) + (withFeatures ? features : 0);
          boolean there = (!withClass || shared > 0) && (!withFeatures || features > 0);
          if (width > 0 && there && (gain == width || gain == width + part)) {
            return new Vectors(withClass, withFeatures, gain > width);
          }
        }
      }
      return new Vectors(shared > 0, features > 0, shared + features > 0);
    }

    /** Beginnings of names of layers without a use. */
    List<String> unused() {
      return ofClass || ofFeatures
          ? Stream.of(ofClass ? "" : "shared.", ofFeatures ? "" : "shared_feat.")
              .filter(name -> !name.isEmpty())
              .toList()
          : List.of();
    }
  }

  private static Layout.Candidate deep(NamedShapes shapes, BigGanSizes sizes) {
    int shared = shapes.size("shared.weight", 1);
    int latent = shapes.size("linear.weight", 1) - shared;
    return candidate(
        sizes,
        latent,
        Condition.of(sizes.numClasses()),
        "BigGanDeepGenerator",
        () -> new Backbone.BigGanDeep(sizes, latent, shared).newGenerator());
  }

  private static Layout.Candidate candidate(
      BigGanSizes sizes,
      int latent,
      Condition condition,
      String type,
      Supplier<Generator> network) {
    String text =
        Text.format(
            "%d pixels, %d channels, %s, width %d, attention at %s, z %d",
            sizes.resolution(),
            sizes.channels(),
            Conditions.words(condition),
            sizes.width(),
            sizes.attention().isEmpty() ? "none" : sizes.attention(),
            latent);
    return new Layout.Candidate(type, text, true, network, List.of());
  }

  private static BigGanSizes sizes(NamedShapes shapes, int stages, boolean deep) {
    int first = shapes.size("linear.weight", 0) / (BOTTOM * BOTTOM);
    int resolution = stages < 20 ? BOTTOM << stages : 0;
    // The widest layers are 16 times as wide as the multiplier; at 16 and 32 pixels 4 times, or the
    // widths fall.
    boolean small = stages <= 3;
    boolean tapered = small && shapes.size(LAST, 1) < first;
    int multiple = small && !tapered ? 4 : stages == 2 ? 8 : 16;
    int[] attention =
        IntStream.range(0, stages)
            .filter(i -> shapes.has(Text.format("blocks.%d.1.theta.weight", deep ? 2 * i + 1 : i)))
            .map(i -> 2 * BOTTOM << i)
            .toArray();
    BigGanSizes sizes =
        BigGanSizes.of(resolution, shapes.sizeOrZero("shared.weight", 0))
            .withChannels(shapes.size(LAST, 0))
            .withWidth(Math.max(1, first / multiple))
            .withAttention(attention)
            .withNorm(shapes.has("linear.u0") ? SpectralNorm.bigGan() : SpectralNorm.none());
    return tapered ? sizes.withTaper() : sizes;
  }
}
