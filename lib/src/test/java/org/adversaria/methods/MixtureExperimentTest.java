package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.adversaria.data.GaussianMixture;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.MultiClassLoss;
import org.adversaria.methods.MixtureExperiment.Settings;
import org.adversaria.models.Backbone;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

@Tag("slow")
class MixtureExperimentTest {

  private static final GaussianMixture MIXTURE = GaussianMixture.overlapping1d();
  private static final Settings TINY =
      new Settings(2, 10, 8, 24, 3, 4, 2, new Optimizer.Adam(2e-3, 0.5, 0.999), 50);

  /** The mean of the spreads' errors over three seeds. */
  private static double spreadError(MixtureObjective objective) {
    var experiment = new MixtureExperiment(MIXTURE, Settings.QUICK);
    return LongStream.rangeClosed(1, 3)
        .mapToDouble(seed -> experiment.run(objective, seed).spreadError())
        .average()
        .orElseThrow();
  }

  @Test
  void adcGanKeepsTheSpreadThatAcGanLoses() {
    double acGan = spreadError(MixtureObjective.acGan());
    double adcGan = spreadError(MixtureObjective.adcGan());
    assertThat(adcGan).isLessThanOrEqualTo(acGan / 2);
    assertThat(acGan).isGreaterThan(0.2);
  }

  @Test
  void adcGansClassifierAloneKeepsTheSpreadAndAcGansLeavesPoints() {
    double acGan = spreadError(MixtureObjective.acGan().withoutAdversarialLoss());
    double adcGan = spreadError(MixtureObjective.adcGan().withoutAdversarialLoss());
    assertThat(adcGan).isLessThan(0.3);
    assertThat(acGan).isBetween(0.8, 1.0);
  }

  @Test
  void everyObjectiveTrainsAndRepeatsBySeed() {
    var experiment = new MixtureExperiment(MIXTURE, TINY);
    List<MixtureObjective> objectives =
        List.of(
            MixtureObjective.acGan(),
            MixtureObjective.tacGan(),
            MixtureObjective.tacGan().withoutAdversarialLoss(),
            MixtureObjective.adcGan(),
            MixtureObjective.projection(),
            new MixtureObjective("AM-GAN", 0, MixtureExperimentTest::amGan));
    for (MixtureObjective objective : objectives) {
      MixtureResult result = experiment.run(objective, 3);
      assertThat(result.points()).as(objective.name()).hasSize(3);
      for (int label = 0; label < 3; label++) {
        float[] points = result.points().get(label);
        assertThat(points).as(objective.name()).hasSize(50);
        assertThat(experiment.run(objective, 3).points().get(label)).containsExactly(points);
        assertThat(experiment.run(objective, 4).points().get(label)).isNotEqualTo(points);
      }
    }
  }

  private static Method<?> amGan(Backbone backbone, Recipe recipe, double adversarial) {
    var loss = new AdversarialLoss.NonSaturating();
    var objective = new AmGan.Objective(MultiClassLoss.HINGE, 1, 1);
    return new AmGan(GanSettings.of("line", backbone, loss, objective, recipe));
  }

  @Test
  void updatesMoveTheGenerator() {
    var unmoved = new Settings(2, 10, 8, 24, 3, 4, 2, new Optimizer.Adam(0, 0.5, 0.999), 50);
    MixtureObjective objective = MixtureObjective.projection();
    assertThat(new MixtureExperiment(MIXTURE, TINY).run(objective, 1).mean(0))
        .isNotEqualTo(new MixtureExperiment(MIXTURE, unmoved).run(objective, 1).mean(0));
  }

  @Test
  void paperSettingsAreThoseOfThePublishedCode() {
    Settings paper = Settings.PAPER;
    assertThat(paper.steps() * paper.discriminatorUpdates()).isEqualTo(20_000);
    assertThat(paper.batches() * paper.realPerClass()).isEqualTo(128_000);
    assertThat(paper.optimizer()).isEqualTo(new Optimizer.Adam(2e-3, 0.5, 0.999));
    assertThat(MixtureObjective.acGan().adversarial()).isEqualTo(1);
    Backbone line = new Backbone.Mlp(2, 3, 1, 10);
    var made = (AcGan) MixtureObjective.acGan().maker().method(line, Recipe.adam(8, 1, 0, 0), 1);
    assertThat(made.settings().loss()).isEqualTo(new AdversarialLoss.NonSaturating());
    assertThat(made.settings().objective())
        .isEqualTo(new AcGan.Objective(MultiClassLoss.CROSS_ENTROPY, 1, 1, 0, 1));
  }

  private static MixtureResult result(float[]... points) {
    return new MixtureResult(MIXTURE, MixtureObjective.adcGan(), 5, List.of(points));
  }

  @Test
  void meanAndSpreadAreThoseOfThePoints() {
    MixtureResult result = result(new float[] {1, 3}, new float[] {0, 8}, new float[] {6, 6});
    assertThat(result.mean(0)).isEqualTo(2);
    assertThat(result.spread(0)).isEqualTo(1);
    assertThat(result.spread(1)).isEqualTo(4);
    // 1 of 1, 4 of 2, 0 of 3
    assertThat(result.spreadError()).isCloseTo((0 + 1 + 1) / 3.0, within(1e-12));
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(result.points(manager, 1).getShape()).isEqualTo(new Shape(2, 1));
      assertThat(result.points(manager, 1).getDataType()).isEqualTo(DataType.FLOAT32);
    }
  }

  @Test
  void discrepancyComparesTheFirstTwoMoments() {
    float[] truth = MIXTURE.sampleClass(1, 4000, 9).values();
    float[] mirrored = truth.clone();
    float[] shifted = truth.clone();
    for (int i = 0; i < truth.length; i++) {
      // The mirror about the mean leaves both moments as they are.
      mirrored[i] = 6 - truth[i];
      shifted[i] = truth[i] + 1;
    }
    MixtureResult result = result(truth, mirrored, shifted);
    assertThat(result(truth, truth, truth).discrepancy(1)).isBetween(-2.0, 4.0);
    assertThat(result(truth, mirrored, truth).discrepancy(1)).isBetween(-2.0, 4.0);
    // (x y + 1)^2 is the inner product of (x^2, sqrt(2) x, 1). Means differ by 1, squares by 7.
    assertThat(result(truth, shifted, truth).discrepancy(1)).isCloseTo(49 + 2, within(16.0));
    assertThat(result.discrepancy(1)).isEqualTo(result.discrepancy(1));
  }

  @Test
  void tableHasARowForEachClass() {
    float[][] points =
        IntStream.range(0, 3)
            .mapToObj(label -> MIXTURE.sampleClass(label, 100, 2).values())
            .toArray(float[][]::new);
    Table table = result(points).table();
    assertThat(table.rowCount()).isEqualTo(3);
    assertThat(table.stringColumn("method").get(2)).isEqualTo("ADC-GAN");
    assertThat(table.longColumn("seed").get(1)).isEqualTo(5);
    assertThat(table.doubleColumn("true mean").asList()).containsExactly(0.0, 3.0, 6.0);
    assertThat(table.doubleColumn("true spread").asList()).containsExactly(1.0, 2.0, 3.0);
    assertThat(table.doubleColumn("spread").get(2)).isCloseTo(3, within(0.5));
    assertThat(table.append(result(points).table()).rowCount()).isEqualTo(6);
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new MixtureExperiment(MIXTURE, TINY)
                    .run(MixtureObjective.projection().withoutAdversarialLoss(), 1))
        .withMessageContaining("projection GAN");
    GaussianMixture plane = GaussianMixture.ring(3, 1, 0.1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MixtureExperiment(plane, TINY))
        .withMessageContaining("2 dimensions");
  }
}
