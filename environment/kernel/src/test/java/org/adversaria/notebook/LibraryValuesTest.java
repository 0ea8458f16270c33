package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.adversaria.data.Batch;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.Split;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.metrics.Score;
import org.adversaria.models.Generator;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.Sequential;
import org.adversaria.training.Run;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryValuesTest {

  private static final ImageData DATA = Datasets.byName("shapes-grey-28", Split.TRAIN);

  private static String text(Object value) {
    return Renderers.render(value).data().get(MimeBundle.TEXT).toString();
  }

  private static String html(Object value) {
    return Renderers.render(value).data().get(MimeBundle.HTML).toString();
  }

  @Test
  void networksListTheirLayers() {
    var network =
        new Sequential(List.of(new Conv2d(3, 8, 3, 1, 1, true), new Conv2d(8, 1, 1, 1, 0, false)));
    assertThat(text(network))
        .isEqualTo(
            """
            Sequential
            layer  type    arrays                         parameters
            -----  ------  -----------------------------  ----------
            0      Conv2d  weight (8, 3, 3, 3), bias (8)         224
            1      Conv2d  weight (1, 8, 1, 1)                     8
            232 parameters; not initialised""");
    assertThat(text(List.of(network))).isEqualTo("[Sequential (232 parameters; not initialised)]");
  }

  @Test
  void generatorsTellTheirOutput() {
    Generator generator =
        ConditionalGan.builder(DATA).preset("quick").build().newNetworks().generator();
    assertThat(text(generator))
        .contains("CganGenerator, output (N, 1, 28, 28)\n", "of them not trained; not initialised");
  }

  @Test
  void networksOfDjlTellTheirOutputsOnceTheyAreInitialised() {
    var network =
        new SequentialBlock()
            .add(Linear.builder().setUnits(10).build())
            .add(Activation.reluBlock())
            .add(Linear.builder().setUnits(2).build());
    assertThat(text(network))
        .contains("weight (?), bias (?)", "not initialised: shapes and numbers marked ?");
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      network.initialize(manager, DataType.FLOAT32, new Shape(1, 4));
      int arrays = manager.getManagedArrays().size();
      assertThat(text(network))
          .contains("SequentialBlock, output (1, 2)\n", "weight (10, 4), bias (10)")
          .endsWith("\n72 parameters");
      assertThat(manager.getManagedArrays()).hasSize(arrays);
    }
  }

  @Test
  void dataSetsShowImagesOfSeveralClasses() {
    assertThat(text(DATA))
        .isEqualTo(
            "shapes-grey-28: 10,000 images (1, 28, 28), 10 classes\n"
                + "disk, ring, square, triangle, star, cross, crescent, heart, bar, hourglass");
    assertThat(html(DATA)).contains("<img src=\"data:image/png;base64,", "alt=\"samples of");
  }

  @Test
  void batchesShowImagesAndLabels() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      Batch batch = Batch.of(DATA, manager, 0, 1);
      assertThat(text(batch))
          .isEqualTo("Batch[x=NDArray (2, 1, 28, 28) float32 cpu(), y=NDArray (2) int64 cpu()]");
      assertThat(html(batch)).contains("<figcaption>x</figcaption>", "<img ", "[0, 1]");
    }
  }

  @Test
  void evaluationsShowTheirScores() {
    var settings =
        new EvaluationReport.Settings("<real>", "00", 100, 200, 1, "plain", "none", "00");
    var scores = List.of(new Score("FID", "FID", 12.34567, null, Score.Better.LOWER));
    var report = new EvaluationReport("<mine>", settings, scores, List.of(), Map.of(), List.of());
    assertThat(text(report))
        .isEqualTo(
            """
            <mine>: 200 samples against 100 images of <real>
            score  value  deviation  better
            -----  -----  ---------  ------
            FID    12.35             lower""");
    assertThat(html(report)).contains("&lt;mine&gt;");
    assertThat(text(List.of(report))).isEqualTo("[evaluation of <mine>]");
  }

  @Test
  void runsTellHowFarTheyCame(@TempDir Path folder) throws Exception {
    var method = ConditionalGan.builder(DATA).preset("quick").build();
    assertThat(text(method)).startsWith("conditional-gan\npreset").contains("batchSize ");
    Run run = Training.of(method).on(DATA).steps(1).seed(1).directory(folder.resolve("a")).start();
    run.close();
    assertThat(text(run))
        .startsWith("conditional-gan\nstate ")
        .contains("finished", "1 of 1", "shapes-grey-28, 10,000 images", "last loss_generator");
    assertThat(text(run.record())).contains("preset ", "version of djl", "seed ");
    assertThat(text(List.of(run))).isEqualTo("[run of conditional-gan, finished, 1 of 1 steps]");
  }
}
