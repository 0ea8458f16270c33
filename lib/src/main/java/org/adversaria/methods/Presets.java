package org.adversaria.methods;

import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.BigGanBackbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.WeightInit;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.torch.Text;
import org.adversaria.training.Method.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;

/**
 * The settings under which ADC-GAN's authors compared the class-conditional GANs, from the launch
 * scripts of their published code; for ImageNet those of BigGAN's PyTorch code.
 */
enum Presets {

  /** 32x32 photographs of ten classes. */
  CIFAR10("cifar10"),

  /** 32x32 photographs of a hundred classes, under the settings of CIFAR-10. */
  CIFAR100("cifar100"),

  /** 64x64 photographs of 200 classes. */
  TINY_IMAGENET("tiny-imagenet"),

  /** 128x128 photographs of 1,000 classes. */
  IMAGENET_128("imagenet-128"),

  /**
   * 32x32 images on two CPU cores: a BigGAN that narrows towards the image, in small batches, at
   * rates that show the drawn shapes' classes within a thousand steps.
   */
  SMALL("small");

  private final String title;

  Presets(String title) {
    this.title = title;
  }

  static Presets named(String title) {
    for (Presets preset : values()) {
      if (preset.title.equals(title)) {
        return preset;
      }
    }
    throw new IllegalArgumentException(
        Text.format(
            "There is no preset '%s'; the presets are cifar10, cifar100, tiny-imagenet, imagenet-128 and small",
            title));
  }

  String title() {
    return title;
  }

  int resolution() {
    return switch (this) {
      case CIFAR10, CIFAR100, SMALL -> 32;
      case TINY_IMAGENET -> 64;
      case IMAGENET_128 -> 128;
    };
  }

  /** The settings of a method that differs from the others in its conditions. */
  ClassConditionalGan.Settings settings(int numClasses, int channels, Conditions conditions) {
    ClassConditionalGan.Settings projection =
        switch (this) {
          case CIFAR10, CIFAR100 -> cifar(numClasses, channels);
          case TINY_IMAGENET -> imageNet(sizes(64, numClasses, channels, 64), 50, 2, 2);
          case IMAGENET_128 -> imageNet(sizes(128, numClasses, channels, 96), 256, 8, 1);
          case SMALL -> small(numClasses, channels);
        };
    return projection.with(conditions);
  }

  private static BigGanBackbone sizes(int resolution, int numClasses, int channels, int width) {
    return BigGanBackbone.of(resolution, numClasses).withChannels(channels).withWidth(width);
  }

  /** 32x32 without attention, and with the published code's default epsilon. */
  private static BigGanBackbone plain(int numClasses, int channels, int width) {
    return sizes(32, numClasses, channels, width)
        .withAttention()
        .withNorm(new SpectralNorm.BigGan(1e-8));
  }

  private ClassConditionalGan.Settings cifar(int numClasses, int channels) {
    BigGanBackbone sizes = plain(numClasses, channels, 64).withInit(WeightInit.NORMAL_02);
    return settings(
        new Backbone.BigGan(sizes, BigGanLatent.plain(128)),
        adam(2e-4, 1e-8),
        adam(2e-4, 1e-8),
        4,
        50,
        1,
        new Averaging(0.9999, 1000));
  }

  private ClassConditionalGan.Settings imageNet(
      BigGanBackbone sizes, int batchSize, int accumulations, int discriminatorSteps) {
    return settings(
        new Backbone.BigGan(sizes, BigGanLatent.hierarchical(120, 128)),
        adam(1e-4, 1e-6),
        adam(4e-4, 1e-6),
        discriminatorSteps,
        batchSize,
        accumulations,
        new Averaging(0.9999, 20_000));
  }

  /**
   * Chosen on drawn shapes: the published networks for 32 pixels at this width had not learned the
   * classes after 1,000 steps, and with z in the first layer only, recall was a third after 1,600.
   */
  private ClassConditionalGan.Settings small(int numClasses, int channels) {
    BigGanBackbone sizes = plain(numClasses, channels, 4).withTaper();
    return settings(
        new Backbone.BigGan(sizes, BigGanLatent.hierarchical(64, 32)),
        adam(1e-3, 1e-8),
        adam(2e-3, 1e-8),
        1,
        32,
        1,
        new Averaging(0.995, 200));
  }

  private ClassConditionalGan.Settings settings(
      Backbone backbone,
      Optimizer generator,
      Optimizer discriminator,
      int discriminatorSteps,
      int batchSize,
      int accumulations,
      Averaging averaging) {
    return new ClassConditionalGan.Settings(
        title,
        backbone,
        new AdversarialLoss.Hinge(),
        null,
        null,
        null,
        LabelSampling.UNIFORM,
        null,
        null,
        null,
        null,
        generator,
        discriminator,
        discriminatorSteps,
        batchSize,
        accumulations,
        averaging);
  }

  private static Optimizer adam(double rate, double epsilon) {
    return new Optimizer.Adam(new Schedule.Constant(rate), 0, 0.999, epsilon, 0);
  }
}
