package org.adversaria.models.published;

import java.util.List;
import java.util.Map;
import org.adversaria.models.Condition;
import org.adversaria.models.stylegan2.GleadDiscriminator;
import org.adversaria.models.stylegan2.StyleGan2Discriminator;
import org.adversaria.models.stylegan2.StyleGan2Generator;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.torch.Text;

/** The names of NVIDIA's stylegan2-ada-pytorch, of IC-GAN's and of GLeaD's code. */
final class StyleGan2Layouts {

  static final List<Layout> ALL =
      List.of(
          Layout.of("synthesis.b4.const", StyleGan2Layouts::generator),
          Layout.of("b4.conv.weight", StyleGan2Layouts::discriminator));

  private static final int FIRST = 4;
  private static final double CLAMP = 256;
  private static final int GROUP = 4;

  private StyleGan2Layouts() {}

  private static Layout.Candidate generator(NamedShapes shapes, Map<String, Object> values) {
    int resolution = resolution(shapes, "synthesis.b%d.conv1.weight");
    StyleGan2Sizes sizes =
        channels(shapes, resolution, "synthesis.b%d.conv1.weight", 0)
            .withImages(shapes.size(Text.format("synthesis.b%d.torgb.weight", resolution), 0), 0)
            .withCondition(condition(shapes))
            .withMapping(latent(shapes), width(shapes), shapes.count("mapping.fc%d.weight"))
            .withClamp(clamp(values, "synthesis.b4.conv1.conv_clamp"));
    String text =
        Text.format(
            "%s, z %d, w %d, %d mapping layers",
            words(sizes), sizes.latent(), sizes.width(), sizes.mappingLayers());
    return new Layout.Candidate(
        "StyleGan2Generator", text, true, () -> new StyleGan2Generator(sizes));
  }

  private static Layout.Candidate discriminator(NamedShapes shapes, Map<String, Object> values) {
    int resolution = resolution(shapes, "b%d.conv0.weight");
    String colours = Text.format("b%d.fromrgb.weight", resolution);
    boolean residual =
        resolution == FIRST || shapes.has(Text.format("b%d.skip.weight", resolution));
    StyleGan2Sizes sizes =
        channels(shapes, resolution, "b%d.conv0.weight", 1)
            .withImages(shapes.size(colours, 1), 0)
            .withCondition(condition(shapes))
            .withDiscriminator(residual, group(values))
            .withClamp(clamp(values, "b4.conv.conv_clamp"));
    return shapes.has("b8_dec.weight")
        ? glead(shapes, sizes)
        : new Layout.Candidate(
            "StyleGan2Discriminator", words(sizes), false, () -> new StyleGan2Discriminator(sizes));
  }

  private static Layout.Candidate glead(NamedShapes shapes, StyleGan2Sizes ofImages) {
    int end = 8;
    while (shapes.has(Text.format("b%d_dec.weight", 2 * end))) {
      end *= 2;
    }
    int kernel = shapes.size("b8_dec.weight", 3);
    GleadDiscriminator.Head head = new GleadDiscriminator.Plain();
    StyleGan2Sizes sizes = ofImages;
    if (shapes.has("img_proj.weight")) {
      head = new GleadDiscriminator.Reconstruction(shapes.size("feat_proj1.weight", 0));
      sizes = sizes.withMapping(sizes.latent(), shapes.size("feat_proj2.weight", 0), 1);
    } else if (shapes.has("final_proj.weight")) {
      head = new GleadDiscriminator.Projection(shapes.size("final_proj.weight", 0));
    }
    var decoder = new GleadDiscriminator.Decoder(end, kernel, head);
    StyleGan2Sizes all = sizes;
    return new Layout.Candidate(
        "GleadDiscriminator",
        Text.format("%s, decoder up to %d pixels", words(all), end),
        false,
        () -> new GleadDiscriminator(all, decoder));
  }

  /** The largest of the blocks, whose numbers double. */
  private static int resolution(NamedShapes shapes, String format) {
    int resolution = FIRST;
    while (resolution < 1 << 20 && shapes.has(Text.format(format, 2 * resolution))) {
      resolution *= 2;
    }
    return resolution;
  }

  /**
   * Channels are {@code min(base / resolution, max)}.
   *
   * @param dimension of a block's convolution with its channels
   */
  private static StyleGan2Sizes channels(
      NamedShapes shapes, int resolution, String format, int dimension) {
    boolean generator = dimension == 0;
    int first = generator ? FIRST : 2 * FIRST;
    int max =
        generator ? shapes.size(Text.format(format, FIRST), 0) : shapes.size("b4.fc.weight", 0);
    int base = Math.multiplyExact(max, resolution);
    for (int size = resolution; size >= first; size /= 2) {
      int channels = shapes.size(Text.format(format, size), dimension);
      base = channels < max ? Math.multiplyExact(channels, size) : base;
    }
    return StyleGan2Sizes.of(resolution).withChannels(base, max);
  }

  private static Condition condition(NamedShapes shapes) {
    int classes = shapes.sizeOrZero("mapping.embed.weight", 1);
    int features = shapes.sizeOrZero("mapping.embed_feats.weight", 1);
    return features == 0 ? Condition.of(classes) : new Condition.Instances(features, classes);
  }

  private static int width(NamedShapes shapes) {
    return shapes.size("mapping.fc0.weight", 0);
  }

  /** The inputs of the first layer that are not those of conditions. */
  private static int latent(NamedShapes shapes) {
    int conditions = shapes.has("mapping.embed.weight") ? 1 : 0;
    conditions += shapes.has("mapping.embed_feats.weight") ? 1 : 0;
    return shapes.size("mapping.fc0.weight", 1) - conditions * width(shapes);
  }

  /** As NVIDIA's pickles have it; the published one where a state dict has no such values. */
  private static Double clamp(Map<String, Object> values, String name) {
    Object value = values.get(name);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    return hasModules(values) ? null : Double.valueOf(CLAMP);
  }

  private static boolean hasModules(Map<String, Object> values) {
    return values.keySet().stream().anyMatch(key -> key.endsWith(".activation"));
  }

  /** The same; without a number the group is the whole batch. */
  private static int group(Map<String, Object> values) {
    Object value = values.get("b4.mbstd.group_size");
    if (value instanceof Long number && number >= 0 && number < 1 << 20) {
      return number.intValue();
    }
    return hasModules(values) ? 0 : GROUP;
  }

  private static String words(StyleGan2Sizes sizes) {
    return Text.format(
        "%d pixels, %d channels, %s, layers of %d to %d channels",
        sizes.resolution(),
        sizes.channels(),
        Conditions.words(sizes.condition()),
        sizes.channelsAt(sizes.resolution()),
        sizes.channelsAt(FIRST));
  }
}
