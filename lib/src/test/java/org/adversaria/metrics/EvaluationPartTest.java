package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.data.Split;
import org.adversaria.models.CganGenerator;
import org.adversaria.torch.Torch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

  private static final String[] NEIGHBOURS = {
    "precision", "recall", "density", "coverage", "improved precision", "improved recall"
  };

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

  /** Of images that lie among the real ones, as those of an untrained generator do not. */
  private static Evaluation ofImages(int samples, int batchSize) {
    ImageData images =
        Shapes.builder().resolution(16).channels(1).size(400).split(Split.TEST).build();
    return Evaluation.of(images)
        .against(REAL)
        .samples(samples)
        .seed(3)
        .batchSize(batchSize)
        .features(new CoarsePixels());
  }

  /** The parts' features, paired in the order in which pairs come. */
  private static EvaluationReport byBlocks(Evaluation evaluation, int... bounds) {
    var parts = new ArrayList<EvaluationPart>();
    for (int i = 1; i < bounds.length; i++) {
      parts.add(evaluation.part(bounds[i - 1], bounds[i]));
    }
    EvaluationPart whole = parts.stream().reduce(EvaluationPart::merge).orElseThrow();
    List<FeatureBlock> blocks = parts.stream().flatMap(part -> part.features().stream()).toList();
    BlockNeighbours neighbours = evaluation.neighbours(EvaluationPart.from(whole.toBytes()));
    return evaluation.report(whole, counts(neighbours, blocks).values());
  }

  private static Map<String, NearestDistances> nearest(
      BlockNeighbours neighbours, List<FeatureBlock> blocks) {
    var nearest = new TreeMap<String, NearestDistances>();
    for (int i = 0; i < blocks.size(); i++) {
      for (int j = i; j < blocks.size(); j++) {
        if (blocks.get(i).isReal() == blocks.get(j).isReal()) {
          neighbours
              .nearest(blocks.get(i), blocks.get(j))
              .forEach(found -> nearest.merge(found.block(), found, NearestDistances::merge));
        }
      }
    }
    return nearest;
  }

  private static Map<String, BallCounts> counts(
      BlockNeighbours neighbours, List<FeatureBlock> blocks) {
    Map<String, NearestDistances> nearest = nearest(neighbours, blocks);
    var counts = new TreeMap<String, BallCounts>();
    for (FeatureBlock real : blocks.stream().filter(FeatureBlock::isReal).toList()) {
      for (FeatureBlock drawn : blocks.stream().filter(block -> !block.isReal()).toList()) {
        neighbours
            .count(real, drawn, nearest::get)
            .forEach(found -> counts.merge(found.block(), found, BallCounts::merge));
      }
    }
    return counts;
  }

  @Test
  void blocksHaveTheNeighboursOfTheWhole() {
    Evaluation evaluation = ofImages(310, 20).prdc().improvedPrecisionRecall().fid();
    EvaluationReport expected = evaluation.run();
    for (String score : NEIGHBOURS) {
      assertThat(expected.value(score)).as(score).isPositive().isNotEqualTo(1);
    }
    // 200 real images are the first ten batches; the last batch has ten samples.
    for (int[] bounds : new int[][] {{0, 16}, {0, 9, 16}, {0, 1, 4, 10, 15, 16}}) {
      EvaluationReport report = byBlocks(evaluation, bounds);
      assertThat(report.settings()).isEqualTo(expected.settings());
      assertThat(report.table().stringColumn("score").asList())
          .isEqualTo(expected.table().stringColumn("score").asList());
      for (String score : NEIGHBOURS) {
        assertThat(report.value(score)).as(score).isEqualTo(expected.value(score));
      }
      assertThat(report.value("FID")).isCloseTo(expected.value("FID"), withinPercentage(PERCENT));
    }
  }

  @Test
  void blocksOfFewerSamplesThanNeighbours() {
    Evaluation evaluation = ofImages(9, 2).prdc().improvedPrecisionRecall();
    EvaluationReport expected = evaluation.run();
    assertThat(expected.value("density")).isPositive();
    EvaluationReport report = byBlocks(evaluation, 0, 1, 2, 4, 5);
    for (String score : NEIGHBOURS) {
      assertThat(report.value(score)).as(score).isEqualTo(expected.value(score));
    }
  }

  @Test
  void blocksThatAreMissingOrOfAnotherEvaluationAreRefused() {
    Evaluation evaluation = evaluation().samples(60).prdc();
    List<EvaluationPart> parts = List.of(evaluation.part(0, 2), evaluation.part(2, 3));
    EvaluationPart whole = parts.get(0).merge(parts.get(1));
    BlockNeighbours neighbours = evaluation.neighbours(whole);
    List<FeatureBlock> blocks = parts.stream().flatMap(part -> part.features().stream()).toList();
    FeatureBlock generated = blocks.get(0);
    FeatureBlock real = blocks.get(1);
    assertThat(generated.name()).isEqualTo("generated features from 0");
    assertThat(real.name()).isEqualTo("real features from 0");
    assertThat(whole.features()).isEmpty();

    assertRefused(() -> neighbours.nearest(real, generated), "both real or both generated");
    assertRefused(() -> neighbours.count(generated, real, name -> null), "in this order");
    assertRefused(
        () -> neighbours.count(real, generated, name -> null),
        "no distances of the real features from 0");
    NearestDistances alone = neighbours.nearest(real, real).get(0);
    assertRefused(
        () -> neighbours.count(real, generated, name -> alone),
        "real features from 0 were compared with 39 of 59 samples");
    assertRefused(
        () -> alone.merge(neighbours.nearest(generated, generated).get(0)),
        "results of different blocks");

    Map<String, BallCounts> counts = counts(neighbours, blocks);
    assertThat(counts).hasSize(4);
    assertThat(evaluation.report(whole, counts.values()).value("precision")).isBetween(0.0, 1.0);
    assertRefused(() -> evaluation.report(whole), "The counts are of 0 of 60 real samples");
    counts.remove("generated features from 40");
    assertRefused(() -> evaluation.report(whole, counts.values()), "of 40 of 60 generated samples");
    assertRefused(
        () -> evaluation.report(whole, counts(neighbours, blocks.subList(0, 3)).values()),
        "compared with");

    Evaluation other = evaluation().samples(60).prdc(4);
    assertRefused(
        () -> other.part(0, 3).features().forEach(block -> neighbours.nearest(block, block)),
        "different evaluations");
    assertRefused(() -> other.neighbours(whole), "different evaluations");
    assertRefused(
        () -> evaluation().samples(60).prdc(4).report(whole, List.of()), "different evaluations");
    Evaluation none = evaluation().samples(60).fid();
    assertThatThrownBy(() -> none.neighbours(none.part(0, 3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("No score of neighbours");
  }

  @Test
  void featuresByBlocksAreCheckedAsInOnePlace() {
    var undefined = new CoarsePixels(Float.NaN);
    Evaluation evaluation = evaluation().samples(60).prdc().features(undefined);
    String message = "60 of 60 rows of the real features are not finite";
    assertRefused(evaluation::run, message);
    assertRefused(() -> byBlocks(evaluation, 0, 1, 3), message);

    Evaluation few = evaluation().samples(260).prdc(200);
    String needed = "A 200-th neighbour needs at least 201 real samples; there are 200";
    assertRefused(few::run, needed);
    assertRefused(() -> byBlocks(few, 0, 5, 13), needed);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
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
        .hasMessageContaining("FID, intra-FID and the scores of neighbours");
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
    byte[] bytes = evaluation().fid().prdc().part(0, 1).toBytes();
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] shorter = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> EvaluationPart.from(shorter))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> EvaluationPart.from(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
