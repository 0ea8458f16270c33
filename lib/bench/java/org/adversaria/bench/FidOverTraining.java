package org.adversaria.bench;

import java.io.IOException;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.Split;
import org.adversaria.methods.BigGan;
import org.adversaria.methods.Methods;
import org.adversaria.metrics.DataClassifier;
import org.adversaria.metrics.Evaluation;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanSizes;
import org.adversaria.training.Method;
import org.adversaria.training.Report;
import org.adversaria.training.Training;

/**
 * The FID of a method's preset {@code small} at four moments of its training, in the features of
 * the library's classifier of the data.
 *
 * <p>Arguments: the name of the method, or {@code biggan-deep}, the name of the data, steps, seed. A
 * line for each moment: step, FID, seconds since the start.
 */
public final class FidOverTraining {

  private static final int SAMPLES = 2000;
  private static final int MOMENTS = 4;
  private static final String DEEP = "biggan-deep";

  private FidOverTraining() {}

  /** BigGAN's preset with networks of BigGAN-deep of width 8. */
  private static Method<?> bigGanDeep(ImageData data) {
    BigGanSizes sizes = BigGanSizes.of(32, data.numClasses()).withWidth(8);
    return BigGan.builder(data).backbone(new Backbone.BigGanDeep(sizes, 64, 32)).build();
  }

  /**
   * Trains.
   *
   * @param arguments see above
   * @throws IOException if the run's files cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    ImageData data = Datasets.byName(arguments[1], Split.TRAIN);
    DataClassifier classifier = DataClassifier.of(data);
    Method<?> method =
        arguments[0].equals(DEEP)
            ? bigGanDeep(data)
            : Methods.named(arguments[0]).builder(data).build();
    int steps = Integer.parseInt(arguments[2]);
    try (var folder = ScratchFolder.create()) {
      Training.of(method)
          .on(data)
          .flip(true)
          .steps(steps)
          .seed(Long.parseLong(arguments[3]))
          .directory(folder.path())
          .reportEvery(steps / MOMENTS, report -> print(report, data, classifier))
          .start()
          .close();
    }
  }

  private static void print(Report report, ImageData data, DataClassifier classifier) {
    double fid =
        Evaluation.of(report.generator())
            .against(data)
            .samples(SAMPLES)
            .features(classifier)
            .fid()
            .run()
            .value("FID");
    System.out.println(report.step() + "\t" + fid + "\t" + report.elapsed().toSeconds());
  }
}
