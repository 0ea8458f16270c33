package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImageOptions;
import org.adversaria.methods.Gan;
import org.adversaria.training.Method;
import org.adversaria.training.Run;
import org.adversaria.training.Training;

/** A run of two steps on forty small images. */
final class TinyRun {

  private TinyRun() {}

  /** Trains a generator of two classes; returns its directory. */
  static Path in(Path folder) throws IOException {
    return train(
        folder, "tiny-run", data -> method(TinySweep.METHOD, TinySweep.PRESET, "batchSize", data));
  }

  /** Trains a generator without classes; returns its directory. */
  static Path withoutClasses(Path folder) throws IOException {
    return train(folder, "tiny-gan", data -> method(Gan.NAME, "small", "recipe.batchSize", data));
  }

  private static Method<?> method(String name, String preset, String batchSize, ImageData data) {
    return Cells.method(name, preset, Map.of(batchSize, Integer.toString(TinySweep.BATCH)), data);
  }

  private static Path train(Path folder, String name, Function<ImageData, Method<?>> method)
      throws IOException {
    ImageData data = Datasets.open(TinySweep.images(folder), ImageOptions.standard());
    try (Run run =
        Training.of(method.apply(data))
            .on(data)
            .steps(2)
            .seed(1)
            .directory(folder.resolve(name))
            .start()) {
      return run.directory();
    }
  }
}
