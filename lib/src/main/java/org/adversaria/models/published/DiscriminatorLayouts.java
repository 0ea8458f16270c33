package org.adversaria.models.published;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.Body;
import org.adversaria.models.Condition;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.models.UNetDiscriminator;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;

/** The names of discriminators of BigGAN-PyTorch, IC-GAN's and U-Net GAN's code. */
final class DiscriminatorLayouts {

  static final List<Layout> ALL =
      List.of(
          Layout.of("linear.weight", (shapes, values) -> projection(shapes)),
          Layout.of("linear_middle.weight", (shapes, values) -> unet(shapes)));

  private static final int SMALL = 32;

  private DiscriminatorLayouts() {}

  /** A logit of the image, and the projection of its class, of an instance or of both. */
  private static Layout.Candidate projection(NamedShapes shapes) {
    boolean bigGan =
        shapes.has("blocks.0.0.conv1.u0")
            && shapes.size("linear.weight", 0) == 1
            && !shapes.has("linear_middle.weight")
            && !shapes.has("blocks.0.0.conv4.weight");
    if (!bigGan) {
      return null;
    }
    int blocks = shapes.count("blocks.%d.0.conv1.weight");
    int resolution = blocks < 20 ? 2 << blocks : 0;
    int[] attention =
        IntStream.range(0, blocks)
            .filter(i -> shapes.has(Text.format("blocks.%d.1.theta.weight", i)))
            .map(i -> resolution == SMALL ? 16 : Math.max(4, resolution >> (i + 1)))
            .toArray();
    int last = shapes.size("linear.weight", 1);
    int classes = shapes.sizeOrZero("embed.weight", 0);
    BigGanSizes sizes = sizes(shapes, resolution, last, classes).withAttention(attention);
    int features = shapes.sizeOrZero("linear_feat.weight", 1);
    Condition condition =
        features == 0 ? Condition.of(classes) : new Condition.Instances(features, classes);
    return candidate(
        "HeadedDiscriminator", sizes, condition, () -> discriminator(sizes, condition));
  }

  private static TorchBlock discriminator(BigGanSizes sizes, Condition condition) {
    Body body = new Backbone.BigGan(sizes, BigGanLatent.plain(1)).newBody();
    if (condition instanceof Condition.Instances instances) {
      return HeadedDiscriminator.projection(body, instances);
    }
    return condition.numClasses() == 0
        ? HeadedDiscriminator.plain(body)
        : HeadedDiscriminator.projection(body, condition.numClasses());
  }

  /** U-Net GAN's code stores a layer {@code linear} that it does not use. */
  private static Layout.Candidate unet(NamedShapes shapes) {
    int halvings = shapes.count("blocks.%d.0.conv1.weight") / 2;
    int resolution = halvings < 20 ? 4 << halvings : 0;
    int[] attention =
        IntStream.range(0, halvings)
            .filter(i -> shapes.has(Text.format("blocks.%d.1.theta.weight", i)))
            .map(i -> resolution >> (i + 1))
            .toArray();
    int last = shapes.size("linear_middle.weight", 1);
    int classes = shapes.sizeOrZero("embed_middle.weight", 0);
    BigGanSizes sizes = sizes(shapes, resolution, last, classes).withAttention(attention);
    return candidate(
            "UNetDiscriminator", sizes, Condition.of(classes), () -> new UNetDiscriminator(sizes))
        .without(List.of("linear."));
  }

  /**
   * The first block has the width, from 64 pixels on; below that 4 times, or twice if widths grow.
   *
   * @param last channels of the last block
   */
  private static BigGanSizes sizes(NamedShapes shapes, int resolution, int last, int classes) {
    int first = shapes.size("blocks.0.0.conv1.weight", 0);
    boolean tapered = resolution <= SMALL && last > first;
    int multiple = resolution > SMALL ? 1 : tapered ? 2 : 4;
    BigGanSizes sizes =
        BigGanSizes.of(resolution, classes)
            .withChannels(shapes.size("blocks.0.0.conv1.weight", 1))
            .withWidth(Math.max(1, first / multiple))
            .withNorm(SpectralNorm.bigGan());
    return tapered ? sizes.withTaper() : sizes;
  }

  private static Layout.Candidate candidate(
      String type, BigGanSizes sizes, Condition condition, Supplier<TorchBlock> network) {
    String text =
        Text.format(
            "%d pixels, %d channels, %s, width %d, attention at %s",
            sizes.resolution(),
            sizes.channels(),
            Conditions.words(condition),
            sizes.width(),
            sizes.attention().isEmpty() ? "none" : sizes.attention());
    return new Layout.Candidate(type, text, false, network);
  }
}
