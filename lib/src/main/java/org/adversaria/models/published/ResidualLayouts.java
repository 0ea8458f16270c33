package org.adversaria.models.published;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.adversaria.models.Condition;
import org.adversaria.models.DcganGenerator;
import org.adversaria.models.SaGanGenerator;
import org.adversaria.models.SaGanSizes;
import org.adversaria.models.SnganGenerator32;
import org.adversaria.models.StudioBigGanGenerator;
import org.adversaria.models.StudioBigGanSizes;
import org.adversaria.models.WeightInit;
import org.adversaria.torch.Text;

/** The names of mimicry's SNGAN, of PyTorch-StudioGAN and ECGAN, and of PyTorch's DCGAN example. */
final class ResidualLayouts {

  static final List<Layout> ALL =
      List.of(
          Layout.of("block2.c1.weight", (shapes, values) -> sngan(shapes)),
          Layout.of("conv2d5.weight_orig", (shapes, values) -> studio(shapes)),
          Layout.of("main.0.weight", (shapes, values) -> dcgan(shapes)));

  private static final int BOTTOM = 4;

  private ResidualLayouts() {}

  private static Layout.Candidate sngan(NamedShapes shapes) {
    if (!shapes.has("c5.weight")) {
      return null;
    }
    var settings =
        new SnganGenerator32.Settings(
            shapes.size("l1.weight", 1),
            shapes.size("c5.weight", 1),
            shapes.size("c5.weight", 0),
            classes(shapes));
    String text =
        Text.format(
            "32 pixels, %d channels, %s, width %d, z %d",
            settings.channels(),
            Conditions.words(Condition.of(settings.numClasses())),
            settings.width(),
            settings.latent());
    return new Layout.Candidate(
        "SnganGenerator32", text, true, () -> new SnganGenerator32(settings));
  }

  /** Gain and bias of all classes lie in one embedding. */
  private static int classes(NamedShapes shapes) {
    return shapes.sizeOrZero("block2.b1.embed.weight", 0);
  }

  private static Layout.Candidate studio(NamedShapes shapes) {
    int stages = 0;
    int blocks = 0;
    Set<Integer> attention = new LinkedHashSet<>();
    for (; ; blocks++) {
      if (shapes.has(Text.format("blocks.%d.0.conv2d1.weight_orig", blocks))) {
        stages++;
      } else if (shapes.has(Text.format("blocks.%d.0.conv1x1_theta.weight_orig", blocks))) {
        attention.add(stages);
      } else {
        break;
      }
    }
    int resolution = stages < 20 ? BOTTOM << stages : 0;
    int part = shapes.size("linear0.weight_orig", 1);
    int multiple = resolution == 32 ? 4 : 16;
    int width = Math.max(1, shapes.size("linear0.weight_orig", 0) / (BOTTOM * BOTTOM * multiple));
    int channels = shapes.size("conv2d5.weight_orig", 0);
    return shapes.has("shared.weight")
        ? studioBigGan(shapes, resolution, channels, width, attention, part * (stages + 1))
        : saGan(shapes, resolution, channels, width, attention, part);
  }

  private static Layout.Candidate studioBigGan(
      NamedShapes shapes,
      int resolution,
      int channels,
      int width,
      Set<Integer> attention,
      int latent) {
    int place = attention.isEmpty() ? 0 : attention.iterator().next();
    int classes = shapes.size("shared.weight", 0);
    int shared = shapes.size("shared.weight", 1);
    return new Layout.Candidate(
        "StudioBigGanGenerator",
        words(resolution, channels, classes, width, attention, latent),
        true,
        () ->
            new StudioBigGanGenerator(
                new StudioBigGanSizes(
                    resolution,
                    channels,
                    classes,
                    width,
                    width,
                    place,
                    0,
                    latent,
                    shared,
                    WeightInit.ORTHOGONAL)));
  }

  private static Layout.Candidate saGan(
      NamedShapes shapes,
      int resolution,
      int channels,
      int width,
      Set<Integer> attention,
      int latent) {
    int classes = shapes.sizeOrZero("blocks.0.0.bn1.gain.weight_orig", 1);
    return new Layout.Candidate(
        "SaGanGenerator",
        words(resolution, channels, classes, width, attention, latent),
        true,
        () -> {
          var network = new SaGanSizes.Network(width, attention, StudioBigGanSizes.NORM);
          var plain = new SaGanSizes.Network(width, Set.of(), StudioBigGanSizes.NORM);
          return new SaGanGenerator(
              new SaGanSizes(
                  resolution, channels, classes, network, plain, latent, WeightInit.ORTHOGONAL));
        });
  }

  private static String words(
      int resolution, int channels, int classes, int width, Set<Integer> attention, int latent) {
    return Text.format(
        "%d pixels, %d channels, %s, width %d, attention after blocks %s, z %d",
        resolution,
        channels,
        Conditions.words(Condition.of(classes)),
        width,
        attention.isEmpty() ? "none" : attention,
        latent);
  }

  /** Transposed convolutions, of which the first makes 4x4 pixels or 7x7. */
  private static Layout.Candidate dcgan(NamedShapes shapes) {
    int last = 0;
    while (shapes.has(Text.format("main.%d.weight", last + 3))) {
      last += 3;
    }
    String name = Text.format("main.%d.weight", last);
    boolean generator = last > 0 && shapes.has("main.1.running_mean");
    if (!generator || last / 3 > 20) {
      return null;
    }
    int latent = shapes.size("main.0.weight", 0);
    int width = shapes.size(name, 0);
    int channels = shapes.size(name, 1);
    int resolution = shapes.size("main.0.weight", 3) << (last / 3);
    return new Layout.Candidate(
        "DcganGenerator",
        Text.format(
            "%d pixels, %d channels, no classes, width %d, z %d",
            resolution, channels, width, latent),
        true,
        () -> new DcganGenerator(latent, width, channels, resolution));
  }
}
