package org.adversaria.methods;

import org.adversaria.data.TrainingData;
import org.adversaria.models.Backbone;
import org.adversaria.models.StudioBigGanSizes;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;

/**
 * Networks and recipes of ECGAN, ContraGAN and ReACGAN, from the configurations of ECGAN's code and
 * of PyTorch-StudioGAN.
 */
final class StudioRecipes {

  /** Configurations of PyTorch-StudioGAN. */
  static final String STUDIO_CONFIGS =
      "https://github.com/POSTECH-CVLab/PyTorch-StudioGAN/tree/master/src/configs";

  /** Configurations of ECGAN's code. */
  static final String ECGAN_CONFIGS =
      "https://github.com/sian-chen/PyTorch-ECGAN/tree/master/src/configs";

  /** 32x32 photographs. */
  static final Recipe CIFAR = recipe(64, 5, 2e-4, 2e-4, 0.5, 1000);

  /** 64x64 photographs of 200 classes. */
  static final Recipe TINY_IMAGENET = recipe(1024, 1, 1e-4, 4e-4, 0, 20_000);

  /** 128x128 photographs of 1,000 classes, in batches of 256. */
  static final Recipe IMAGENET_128 = recipe(256, 2, 5e-5, 2e-4, 0, 20_000);

  private StudioRecipes() {}

  /** 32x32, width 96. */
  static Backbone cifar(TrainingData data) {
    return studio(StudioBigGanSizes.cifar(data.numClasses()), data);
  }

  /** 64x64, width 80. */
  static Backbone tinyImageNet(TrainingData data) {
    return studio(StudioBigGanSizes.tinyImageNet(data.numClasses()), data);
  }

  /** 128x128, width 96. */
  static Backbone imageNet128(TrainingData data) {
    return studio(StudioBigGanSizes.imageNet(data.numClasses()), data);
  }

  private static Backbone studio(StudioBigGanSizes sizes, TrainingData data) {
    return new Backbone.StudioBigGan(sizes.withChannels(Preset.channels(data)));
  }

  /** Adam with epsilon 1e-6 for both players, and averages of decay 0.9999. */
  static Recipe recipe(
      int batchSize,
      int discriminatorUpdates,
      double generatorRate,
      double discriminatorRate,
      double beta1,
      int averagingStart) {
    return new Recipe(
        batchSize,
        1,
        discriminatorUpdates,
        adam(generatorRate, beta1),
        adam(discriminatorRate, beta1),
        new Averaging(0.9999, averagingStart));
  }

  private static Optimizer adam(double rate, double beta1) {
    return new Optimizer.Adam(new Schedule.Constant(rate), beta1, 0.999, 1e-6, 0);
  }
}
