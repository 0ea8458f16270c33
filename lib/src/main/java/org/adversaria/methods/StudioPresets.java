package org.adversaria.methods;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.EcganBackbone;
import org.adversaria.training.Method.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;

/**
 * How ECGAN, ContraGAN and ReACGAN were trained, from the configurations of ECGAN's code and of
 * PyTorch-StudioGAN.
 *
 * @param generatorRate G's learning rate
 * @param discriminatorRate D's learning rate
 * @param beta1 of both players' Adam
 * @param discriminatorSteps D's updates for each of G's
 * @param batchSize images in an update
 * @param averagingStart the step from which G's weights are averaged
 */
record StudioPresets(
    double generatorRate,
    double discriminatorRate,
    double beta1,
    int discriminatorSteps,
    int batchSize,
    int averagingStart) {

  /**
   * The presets of a method; {@code small} is that of all other methods, on their networks.
   *
   * @param conditions of a preset
   * @param own what the method changes in a preset's training
   */
  static ClassConditionalGan.Builder.Catalogue catalogue(
      Function<Presets, Conditions> conditions, UnaryOperator<StudioPresets> own) {
    return (name, numClasses, channels) -> {
      Presets preset = Presets.named(name);
      Conditions chosen = conditions.apply(preset);
      return preset == Presets.SMALL
          ? preset.settings(numClasses, channels, chosen)
          : own.apply(of(preset)).settings(preset, numClasses, channels, chosen);
    };
  }

  private static StudioPresets of(Presets preset) {
    return switch (preset) {
      case CIFAR10, CIFAR100 -> new StudioPresets(2e-4, 2e-4, 0.5, 5, 64, 1000);
      case TINY_IMAGENET -> new StudioPresets(1e-4, 4e-4, 0, 1, 1024, 20_000);
      case IMAGENET_128 -> new StudioPresets(5e-5, 2e-4, 0, 2, 256, 20_000);
      case SMALL -> throw new IllegalArgumentException("The preset 'small' has its own training");
    };
  }

  /** The same in batches of at most a size. */
  StudioPresets withBatchesUpTo(int count) {
    return new StudioPresets(
        generatorRate,
        discriminatorRate,
        beta1,
        discriminatorSteps,
        Math.min(batchSize, count),
        averagingStart);
  }

  /** The same in batches of another size, with Adam's rates in proportion to its square root. */
  StudioPresets scaledTo(int count) {
    double factor = Math.sqrt((double) count / batchSize);
    return new StudioPresets(
        factor * generatorRate,
        factor * discriminatorRate,
        beta1,
        discriminatorSteps,
        count,
        averagingStart);
  }

  /** The whole settings, on the networks of the preset's resolution. */
  private ClassConditionalGan.Settings settings(
      Presets preset, int numClasses, int channels, Conditions conditions) {
    EcganBackbone sizes =
        switch (preset.resolution()) {
          case 32 -> EcganBackbone.cifar(numClasses);
          case 64 -> EcganBackbone.tinyImageNet(numClasses);
          default -> EcganBackbone.imageNet(numClasses);
        };
    return new ClassConditionalGan.Settings(
        preset.title(),
        new Backbone.Ecgan(sizes.withChannels(channels)),
        new AdversarialLoss.Hinge(),
        conditions.classifier(),
        conditions.contrast(),
        null,
        LabelSampling.UNIFORM,
        null,
        null,
        null,
        null,
        adam(generatorRate),
        adam(discriminatorRate),
        discriminatorSteps,
        batchSize,
        1,
        new Averaging(0.9999, averagingStart));
  }

  private Optimizer adam(double rate) {
    return new Optimizer.Adam(new Schedule.Constant(rate), beta1, 0.999, 1e-6, 0);
  }
}
