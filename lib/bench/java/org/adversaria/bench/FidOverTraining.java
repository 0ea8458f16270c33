package org.adversaria.bench;

import static java.util.Map.entry;

import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.Split;
import org.adversaria.methods.AcGan;
import org.adversaria.methods.AdcGan;
import org.adversaria.methods.BigGan;
import org.adversaria.methods.ContraGan;
import org.adversaria.methods.EcGan;
import org.adversaria.methods.Gan;
import org.adversaria.methods.Glead;
import org.adversaria.methods.LoGan;
import org.adversaria.methods.ProjectionGan;
import org.adversaria.methods.SaGan;
import org.adversaria.methods.StyleGan2;
import org.adversaria.methods.TacGan;
import org.adversaria.methods.UNetGan;
import org.adversaria.methods.WGan;
import org.adversaria.methods.WGanGp;
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
 * <p>Arguments: the method, the name of the data, steps, seed. A line for each moment: step, FID,
 * seconds since the start.
 */
public final class FidOverTraining {

  private static final int SAMPLES = 2000;
  private static final int MOMENTS = 4;

  private static final Map<String, Function<ImageData, Method<?>>> METHODS =
      Map.ofEntries(
          entry("gan", data -> Gan.builder(data).build()),
          entry("wgan", data -> WGan.builder(data).build()),
          entry("wgan-gp", data -> WGanGp.builder(data).build()),
          entry("sagan", data -> SaGan.builder(data).build()),
          entry("logan", data -> LoGan.builder(data).build()),
          entry("biggan", data -> BigGan.builder(data).build()),
          entry("biggan-deep", FidOverTraining::bigGanDeep),
          entry("projection-gan", data -> ProjectionGan.builder(data).build()),
          entry("ac-gan", data -> AcGan.builder(data).build()),
          entry("tac-gan", data -> TacGan.builder(data).build()),
          entry("adc-gan", data -> AdcGan.builder(data).build()),
          entry("contragan", data -> ContraGan.builder(data).build()),
          entry("ecgan", data -> EcGan.builder(data).build()),
          entry("u-net-gan", data -> UNetGan.builder(data).build()),
          entry("stylegan2", data -> StyleGan2.builder(data).build()),
          entry("glead", data -> Glead.builder(data).build()));

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
    Method<?> method = METHODS.get(arguments[0]).apply(data);
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
