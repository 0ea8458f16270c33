package org.adversaria.methods;

import org.adversaria.models.StyleGan2Sizes;
import org.adversaria.regularizers.PathLength;
import org.adversaria.regularizers.R1;
import org.adversaria.regularizers.StyleMixing;
import org.adversaria.torch.Text;
import org.adversaria.training.Method.Averaging;
import org.adversaria.training.Optimizer;

/**
 * The settings of StyleGAN2's published code: {@code paper256}, under which GLeaD was trained too,
 * and {@code cifar}, both without adaptive augmentation; and small ones for two CPU cores.
 */
enum StylePresets {

  /** 256x256 faces, which are mirrored. */
  FFHQ_256("ffhq-256"),

  /** 256x256 pictures of churches. */
  LSUN_CHURCH_256("lsun-church-256"),

  /** 256x256 pictures of bedrooms. */
  LSUN_BEDROOM_256("lsun-bedroom-256"),

  /** 32x32 photographs. */
  CIFAR10("cifar10"),

  /** Images of any size on two CPU cores: the networks of CIFAR-10, narrow, in small batches. */
  SMALL("small");

  private final String title;

  StylePresets(String title) {
    this.title = title;
  }

  static StylePresets named(String title) {
    for (StylePresets preset : values()) {
      if (preset.title.equals(title)) {
        return preset;
      }
    }
    throw new IllegalArgumentException(
        Text.format(
            "There is no preset '%s'; the presets are ffhq-256, lsun-church-256, lsun-bedroom-256, cifar10 and small",
            title));
  }

  String title() {
    return title;
  }

  /** The settings for images of a size; a preset of photographs has a size of its own. */
  StyleGan2.Settings settings(int resolution, int channels) {
    return switch (this) {
      case FFHQ_256, LSUN_CHURCH_256, LSUN_BEDROOM_256 -> paper256(channels);
      case CIFAR10 -> cifar(channels);
      case SMALL -> small(resolution, channels);
    };
  }

  /** 64 images an update, taken in two parts; the average's half-life is 20,000 images. */
  private StyleGan2.Settings paper256(int channels) {
    return new StyleGan2.Settings(
        title,
        StyleGan2Sizes.of(256)
            .withImages(channels, 0)
            .withChannels(16_384, 512)
            .withDiscriminator(true, 8),
        new StyleMixing(0.9),
        new R1(1),
        new PathLength(),
        2,
        new StyleGan2.Lazy(4, 16),
        null,
        LabelSampling.DATA,
        adam(0.0025),
        adam(0.0025),
        32,
        2,
        Averaging.halvingEvery(20_000 / 64.0, 0));
  }

  /** Half-life 500,000 images, at most a twentieth of those seen. */
  private StyleGan2.Settings cifar(int channels) {
    return new StyleGan2.Settings(
        title,
        StyleGan2Sizes.of(32)
            .withImages(channels, 0)
            .withMapping(512, 512, 2)
            .withDiscriminator(false, 32),
        null,
        new R1(0.01),
        null,
        2,
        new StyleGan2.Lazy(4, 16),
        null,
        LabelSampling.DATA,
        adam(0.0025),
        adam(0.0025),
        64,
        1,
        Averaging.halvingEvery(500_000 / 64.0, 0.05));
  }

  /**
   * Chosen on drawn shapes of 16 pixels, which it draws after 1,600 steps; at half this rate, or in
   * half the batch, all were still rings. Without a path length, as for CIFAR-10; nothing is
   * computed in half precision here, which the clamp is for.
   */
  private StyleGan2.Settings small(int resolution, int channels) {
    return new StyleGan2.Settings(
        title,
        StyleGan2Sizes.of(resolution)
            .withImages(channels, 0)
            .withMapping(64, 64, 2)
            .withChannels(16 * resolution, 64)
            .withClamp(null)
            .withDiscriminator(true, 4),
        new StyleMixing(0.5),
        new R1(0.3),
        null,
        2,
        new StyleGan2.Lazy(4, 16),
        null,
        LabelSampling.DATA,
        adam(0.005),
        adam(0.005),
        32,
        1,
        Averaging.halvingEvery(200, 0.1));
  }

  private static Optimizer.Adam adam(double rate) {
    return new Optimizer.Adam(rate, 0, 0.99);
  }
}
