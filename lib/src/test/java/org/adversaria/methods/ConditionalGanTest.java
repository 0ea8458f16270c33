package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import org.adversaria.config.SettingsJson;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.CganDiscriminator;
import org.adversaria.models.CganGenerator;
import org.adversaria.nn.TorchBlock;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Run;
import org.adversaria.training.Schedule;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

@Tag("slow")
class ConditionalGanTest {

  private static final ImageData DATA =
      Shapes.builder().resolution(16).channels(1).size(500).build();

  @Test
  void paperPresetHasTheSettingsOfSection41() {
    ConditionalGan.Settings read = ConditionalGan.builder(DATA).preset("paper").build().settings();

    assertThat(read.generator()).isEqualTo(CganGenerator.Sizes.PAPER);
    assertThat(read.discriminator()).isEqualTo(CganDiscriminator.Sizes.PAPER);
    assertThat(read.batchSize()).isEqualTo(100);
    assertThat(read.loss()).isEqualTo(new AdversarialLoss.NonSaturating());
    assertThat(read.initialRanges()).isEqualTo(new ConditionalGan.InitialRanges(0.05, 0.005));
    assertThat(read.r1()).isZero();
    assertThat(read.averaging()).isEqualTo(Averaging.NONE);
    var sgd = (Optimizer.Sgd) read.generatorOptimizer();
    assertThat(sgd.learningRate()).isEqualTo(new Schedule.Exponential(0.1, 1.00004, 1e-6));
    assertThat(sgd.momentum().at(0)).isEqualTo(0.5);
    assertThat(sgd.momentum().at(1_000_000)).isEqualTo(0.7);
  }

  @Test
  void weightsBeginWithinTheirRanges() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ConditionalGan paper = ConditionalGan.builder(DATA).preset("paper").build();
      TorchBlock discriminator = paper.newNetworks().discriminator();
      discriminator.initialize(manager);
      NDArray weight = discriminator.stateDict().get("x_layer.weight");
      assertThat(weight.abs().max().getFloat()).isBetween(0.0049f, 0.005f);
      assertThat(discriminator.stateDict().get("x_layer.bias").abs().max().getFloat()).isZero();
    }
  }

  @Test
  void settingsMakeTheSameMethodAgain() {
    for (String preset : new String[] {"paper", "quick"}) {
      ConditionalGan method = ConditionalGan.builder(DATA).preset(preset).build();
      var values = SettingsJson.write(method.settings());
      var read = (ConditionalGan.Settings) SettingsJson.read(values, ConditionalGan.Settings.class);
      assertThat(new ConditionalGan(read).settings()).isEqualTo(method.settings());
    }
  }

  @Test
  void anUnknownPresetIsNamedWithThoseThatThereAre() {
    assertThat(ConditionalGan.builder(DATA).batchSize(7).build().batchSize()).isEqualTo(7);
    assertThatThrownBy(() -> ConditionalGan.builder(DATA).batchSize(0))
        .hasMessageContaining("at least 1 image, not 0");
    assertThatThrownBy(() -> ConditionalGan.builder(DATA).preset("fast"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'fast'")
        .hasMessageContaining("quick, paper");
  }

  @Test
  void bothPlayersLearn(@TempDir Path folder) throws IOException {
    for (String preset : new String[] {"quick", "paper"}) {
      ConditionalGan method = ConditionalGan.builder(DATA).preset(preset).build();
      try (Run run =
          Training.of(method)
              .on(DATA)
              .steps(30)
              .seed(1)
              .directory(folder.resolve(preset))
              .start()) {
        Table log = run.log();
        double first = log.doubleColumn("loss_discriminator").first(3).mean();
        double last = log.doubleColumn("loss_discriminator").last(3).mean();
        assertThat(last).as(preset).isLessThan(first);
        assertThat(log.doubleColumn("logit_real").last(3).mean())
            .as(preset)
            .isGreaterThan(log.doubleColumn("logit_fake").last(3).mean());
        assertThat(run.generator().numClasses()).isEqualTo(10);
      }
    }
  }
}
