package org.adversaria.methods;

import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.adversaria.data.TrainingData;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.WeightInit;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;

/**
 * Networks and recipes of ADC-GAN's comparison of class-conditional GANs, from the launch scripts
 * of its code; for ImageNet those of BigGAN's PyTorch code.
 */
final class BigGanRecipes {

  /** Launch scripts of ADC-GAN's code. */
  private static final String ADCGAN_SCRIPTS =
      "https://github.com/houliangict/adcgan/tree/master/BigGAN-PyTorch/scripts";

  /** Launch scripts of BigGAN's PyTorch code. */
  private static final String BIGGAN_SCRIPTS =
      "https://github.com/ajbrock/BigGAN-PyTorch/tree/master/scripts";

  /** How the preset "small" of all methods was chosen. */
  private static final String SMALL_SOURCE =
      "chosen on synthetic shapes for two CPU cores: the published networks for 32 pixels at this width"
          + " had not learned the classes after 1,000 steps, and with z in the first layer only,"
          + " recall was a third after 1,600";

  private static final Recipe CIFAR =
      new Recipe(50, 1, 4, adam(2e-4, 1e-8), adam(2e-4, 1e-8), new Averaging(0.9999, 1000));

  /** 32x32 photographs. */
  static final Preset<SingleLogitGan.Objective> CIFAR10 =
      row("cifar10", BigGanRecipes::cifar, CIFAR, ADCGAN_SCRIPTS);

  /** 32x32 photographs of 100 classes, under the settings of CIFAR-10. */
  static final Preset<SingleLogitGan.Objective> CIFAR100 =
      row("cifar100", BigGanRecipes::cifar, CIFAR, ADCGAN_SCRIPTS);

  /** 64x64 photographs of 200 classes: 100 in an update, accumulated over two batches. */
  static final Preset<SingleLogitGan.Objective> TINY_IMAGENET =
      row(
          "tiny-imagenet",
          BigGanRecipes::tinyImageNet,
          new Recipe(50, 2, 2, adam(1e-4, 1e-6), adam(4e-4, 1e-6), new Averaging(0.9999, 20_000)),
          ADCGAN_SCRIPTS);

  /** 128x128 photographs of 1,000 classes: 2,048 in an update, accumulated over eight batches. */
  static final Preset<SingleLogitGan.Objective> IMAGENET_128 =
      row(
          "imagenet-128",
          BigGanRecipes::imageNet128,
          new Recipe(256, 8, 1, adam(1e-4, 1e-6), adam(4e-4, 1e-6), new Averaging(0.9999, 20_000)),
          BIGGAN_SCRIPTS);

  /** Images of 32x32 or 16x16 in a thousand steps on two CPU cores. */
  static final Preset<SingleLogitGan.Objective> SMALL =
      row(
          "small",
          BigGanRecipes::small,
          new Recipe(32, 1, 1, adam(1e-3, 1e-8), adam(2e-3, 1e-8), new Averaging(0.995, 200)),
          SMALL_SOURCE);

  private BigGanRecipes() {}

  private static Preset<SingleLogitGan.Objective> row(
      String name, Function<TrainingData, Backbone> backbone, Recipe recipe, String source) {
    return new Preset<>(name, backbone, recipe, new SingleLogitGan.Objective(), source);
  }

  /** 32x32 without attention, with z in the first layer. */
  private static Backbone cifar(TrainingData data) {
    return new Backbone.BigGan(
        plain(32, data, 64).withInit(WeightInit.NORMAL_02), BigGanLatent.plain(128));
  }

  /** 64x64, width 64. */
  private static Backbone tinyImageNet(TrainingData data) {
    return new Backbone.BigGan(sizes(64, data, 64), BigGanLatent.hierarchical(120, 128));
  }

  /** 128x128, width 96. */
  private static Backbone imageNet128(TrainingData data) {
    return new Backbone.BigGan(sizes(128, data, 96), BigGanLatent.hierarchical(120, 128));
  }

  private static Backbone small(TrainingData data) {
    return new Backbone.BigGan(smallSizes(data), smallLatent(data));
  }

  /** 32x32, or 16x16 where the data are, with widths that decrease from 64 towards the image. */
  static BigGanSizes smallSizes(TrainingData data) {
    int resolution = smallResolution(data);
    return plain(resolution, data, resolution == 16 ? 8 : 4).withTaper();
  }

  /** 16 numbers for the first layer and for each block. */
  static BigGanLatent smallLatent(TrainingData data) {
    return BigGanLatent.hierarchical(smallResolution(data) == 16 ? 48 : 64, 32);
  }

  private static int smallResolution(TrainingData data) {
    Shape sample = data.sampleShape();
    return sample.dimension() == 3 && sample.get(1) == 16 ? 16 : 32;
  }

  /** Without attention, and with the published code's default epsilon. */
  private static BigGanSizes plain(int resolution, TrainingData data, int width) {
    return sizes(resolution, data, width).withAttention().withNorm(new SpectralNorm.BigGan(1e-8));
  }

  /** Sizes for the channels and classes of a data set. */
  static BigGanSizes sizes(int resolution, TrainingData data, int width) {
    return BigGanSizes.of(resolution, data.condition().numClasses())
        .withChannels(Preset.channels(data))
        .withWidth(width);
  }

  static Optimizer adam(double rate, double epsilon) {
    return new Optimizer.Adam(new Schedule.Constant(rate), 0, 0.999, epsilon, 0);
  }
}
