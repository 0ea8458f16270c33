package org.adversaria.methods;

import java.util.function.Function;
import org.adversaria.data.ImagePairs;
import org.adversaria.models.TranslationSizes;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;

/**
 * A row of the table of presets of {@link CycleGan} and {@link CsGan}.
 *
 * @param name of the row
 * @param sizes of the networks for the images
 * @param recipe for the number of images
 * @param objective the weights of the method's terms
 * @param pool the number of generated images that are kept
 * @param source the address of the published configuration, or how the settings were chosen
 */
record TranslationPreset<T extends Record>(
    String name,
    Function<ImagePairs, TranslationSizes> sizes,
    Function<ImagePairs, Recipe> recipe,
    T objective,
    int pool,
    String source) {

  /** The epochs of the constant rate, and those in which it falls to 0. */
  private static final int EPOCHS = 100;

  /** The published settings. There the rate falls once in an epoch, here at every step. */
  static <T extends Record> TranslationPreset<T> paper(T objective, String source) {
    return new TranslationPreset<>(
        "paper",
        TranslationPreset::sizes,
        data -> {
          long steps = (long) EPOCHS * data.size();
          return recipe(1, new Schedule.Delayed(steps, new Schedule.Linear(2e-4, 0, steps)));
        },
        objective,
        50,
        source);
  }

  /** Images of 32 pixels in some hundred steps on two CPU cores. */
  static <T extends Record> TranslationPreset<T> small(T objective, String source) {
    return new TranslationPreset<>(
        "small",
        data -> sizes(data).withGenerators(8, 3).withDiscriminators(16, 2),
        data -> recipe(8, new Schedule.Constant(7e-4)),
        objective,
        50,
        source);
  }

  private static TranslationSizes sizes(ImagePairs data) {
    return TranslationSizes.paper(
        Preset.channels(data),
        (int) data.targetShape().get(0),
        (int) data.sampleShape().get(1),
        (int) data.sampleShape().get(2));
  }

  private static Recipe recipe(int batchSize, Schedule rate) {
    var adam = new Optimizer.Adam(rate, 0.5, 0.999, 1e-8, 0);
    return new Recipe(batchSize, 1, 1, adam, adam, Averaging.NONE);
  }
}
