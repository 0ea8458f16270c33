package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.models.CganGenerator;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class EvaluationPartTest {

  private static final ImageData REAL =
      Shapes.builder().resolution(16).channels(1).size(200).build();

  /** 1e-9 of the value. */
  private static final double PERCENT = 1e-7;

  private final NDManager manager = NDManager.newBaseManager();
  private CganGenerator generator;

  @TempDir private Path folder;

  @BeforeEach
  void make() {
    System.setProperty("adversaria.data", folder.toString());
    generator =
        new CganGenerator(new CganGenerator.Sizes(4, 8, 8, 8, 0.5, true), 10, new Shape(1, 16, 16));
    Torch.setSeed(7);
    generator.initialize(manager);
  }

  @AfterEach
  void close() {
    System.clearProperty("adversaria.data");
    manager.close();
  }

  private Evaluation evaluation() {
    return Evaluation.of(generator)
        .against(REAL)
        .samples(310)
        .seed(3)
        .batchSize(20)
        .features(new CoarsePixels());
  }

  private static EvaluationPart merged(Evaluation evaluation, int... bounds) {
    EvaluationPart whole = null;
    for (int i = 1; i < bounds.length; i++) {
      byte[] bytes = evaluation.part(bounds[i - 1], bounds[i]).toBytes();
      EvaluationPart part = EvaluationPart.from(bytes);
      whole = whole == null ? part : part.merge(whole);
    }
    return whole;
  }

  @Test
  void partsHaveTheScoresOfTheWhole() {
    Evaluation evaluation = evaluation().standingStatistics(2).fid().intraFid();
    EvaluationReport expected = evaluation.run();
    assertThat(evaluation.batches()).isEqualTo(16);
    for (int[] bounds : new int[][] {{0, 16}, {0, 1, 9, 16}, {0, 3, 4, 6, 15, 16}}) {
      EvaluationReport report = evaluation.report(merged(evaluation, bounds));
      assertThat(report.settings()).isEqualTo(expected.settings());
      for (String score : new String[] {"FID", "intra-FID"}) {
        assertThat(report.value(score)).isCloseTo(expected.value(score), withinPercentage(PERCENT));
      }
      for (int label = 0; label < 10; label++) {
        assertThat(report.classes().doubleColumn(1).get(label))
            .isCloseTo(expected.classes().doubleColumn(1).get(label), withinPercentage(PERCENT));
      }
    }
  }

  @Test
  void imagesHavePartsToo() {
    Evaluation evaluation =
        Evaluation.of(REAL).against(REAL).samples(110).batchSize(20).features(new CoarsePixels());
    evaluation.fid();
    assertThat(evaluation.report(merged(evaluation, 0, 2, 6)).value("FID"))
        .isCloseTo(evaluation.run().value("FID"), withinPercentage(PERCENT));
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    Evaluation evaluation = evaluation().fid();
    EvaluationPart part = evaluation.part(0, 4);
    assertThatThrownBy(() -> part.merge(evaluation.part(3, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Both parts have batches {3}");
    assertThatThrownBy(() -> evaluation.report(part))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 of 16 batches, and not batch 4");
    assertThatThrownBy(() -> part.merge(evaluation().seed(4).fid().part(4, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("different evaluations")
        .hasMessageContaining("seed=4");
    assertThatThrownBy(() -> part.merge(evaluation().fid().intraFid().part(4, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("different evaluations");
    assertThatThrownBy(() -> evaluation().fid().kid().part(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("FID and intra-FID");
    assertThatThrownBy(() -> evaluation.part(15, 17)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void otherWeightsAreAnotherEvaluation() {
    Evaluation evaluation = evaluation().fid();
    EvaluationPart part = evaluation.part(0, 16);
    String before = evaluation.provenance();
    generator.stateDict().values().iterator().next().muli(1.5f);
    assertThat(evaluation.provenance()).isNotEqualTo(before);
    assertThatThrownBy(() -> evaluation.report(part)).hasMessageContaining("different evaluations");
  }

  @Test
  void damagedBytesAreRefused() {
    byte[] bytes = evaluation().fid().part(0, 1).toBytes();
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] shorter = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> EvaluationPart.from(shorter))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> EvaluationPart.from(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
