package org.adversaria.bench;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.adversaria.augmentations.Ada;
import org.adversaria.augmentations.AdaController;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.Split;
import org.adversaria.data.Subset;
import org.adversaria.methods.StyleGan2;
import org.adversaria.metrics.DataClassifier;
import org.adversaria.metrics.Evaluation;
import org.adversaria.training.Report;
import org.adversaria.training.Training;

/**
 * StyleGAN2's preset {@code small} on few images of one class, without augmentation and with ADA:
 * the FID against all images of the class, in the features of the library's classifier of the data.
 *
 * <p>Arguments: the name of the data, the number of a class, how many of its images, steps, a seed,
 * the target of ADA's controller, and the thousands of images in which p may rise to 1. A line for
 * each moment: augmentation, seed, step, FID, p.
 */
public final class FewImages {

  private static final int SAMPLES = 2000;
  private static final int MOMENTS = 4;

  private FewImages() {}

  /**
   * Trains.
   *
   * @param arguments see above
   * @throws IOException if the run's files cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    ImageData data = Datasets.byName(arguments[0], Split.TRAIN);
    int label = Integer.parseInt(arguments[1]);
    int[] rows = IntStream.range(0, data.size()).filter(i -> data.label(i) == label).toArray();
    ImageData whole = Subset.of(data, rows);
    ImageData few =
        Subset.of(data, IntStream.of(rows).limit(Integer.parseInt(arguments[2])).toArray());
    int steps = Integer.parseInt(arguments[3]);
    DataClassifier classifier = DataClassifier.of(data);
    long seed = Long.parseLong(arguments[4]);
    var controller =
        new AdaController(
            Double.parseDouble(arguments[5]), 4, Double.parseDouble(arguments[6]));
    Ada ada = new Ada(Ada.adaptive("bgc").transforms(), 0, controller);
    for (Augmentation augmentation : List.of(new Augmentation.None(), ada)) {
      String words = augmentation.getClass().getSimpleName() + "\t" + seed + "\t";
      StyleGan2 method = StyleGan2.builder(few).augmentation(augmentation).build();
      try (var folder = ScratchFolder.create()) {
        Training.of(method)
            .on(few)
            .steps(steps)
            .seed(seed)
            .directory(folder.path())
            .reportEvery(
                steps / MOMENTS,
                report -> System.out.println(words + line(report, whole, classifier)))
            .start()
            .close();
      }
    }
  }

  private static String line(Report report, ImageData whole, DataClassifier classifier) {
    double fid =
        Evaluation.of(report.generator())
            .against(whole)
            .samples(SAMPLES)
            .features(classifier)
            .fid()
            .run()
            .value("FID");
    boolean adapts = report.log().columnNames().contains("augmentation_p") && report.step() > 0;
    String p =
        adapts
            ? String.valueOf(
                report.log().doubleColumn("augmentation_p").get(report.log().rowCount() - 1))
            : "";
    return report.step() + "\t" + fid + "\t" + p;
  }
}
