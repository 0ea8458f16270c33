package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImageOptions;
import org.adversaria.training.Run;
import org.adversaria.training.Training;

/** A run of two steps on forty small images. */
final class TinyRun {

  private TinyRun() {}

  /** Trains it; returns its directory. */
  static Path in(Path folder) throws IOException {
    ImageData data = Datasets.open(TinySweep.images(folder), ImageOptions.standard());
    Path directory = folder.resolve("tiny-run");
    try (Run run =
        Training.of(
                Cells.method(
                    TinySweep.METHOD,
                    TinySweep.PRESET,
                    Map.of("batchSize", Integer.toString(TinySweep.BATCH)),
                    data))
            .on(data)
            .steps(2)
            .seed(1)
            .directory(directory)
            .start()) {
      return run.directory();
    }
  }
}
