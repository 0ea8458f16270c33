package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.data.Split;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generators with known faults: each score must see what theory says, and miss the rest. */
@Tag("slow")
class DefectsTest {

  private static final int COUNT = 1000;
  private static final ImageData TRAIN = Shapes.builder().resolution(16).size(3000).build();
  private static final ImageData TEST =
      Shapes.builder().resolution(16).size(COUNT).split(Split.TEST).build();

  /** Begins with the test images. */
  private static final ImageData MORE =
      Shapes.builder().resolution(16).size(2 * COUNT).split(Split.TEST).build();

  private static final int[] ALL = IntStream.range(0, COUNT).toArray();
  private static final Map<String, EvaluationReport> REPORTS = new LinkedHashMap<>();

  @BeforeAll
  static void evaluate(@TempDir Path folder) {
    System.setProperty("adversaria.data", folder.toString());
    try (NDManager manager = NDManager.newBaseManager()) {
      Batch test = Batch.of(TEST, manager, ALL);
      Batch memorised = Batch.of(TRAIN, manager, ALL);
      NDArray images = test.images();
      NDArray labels = test.labels();
      int[] firstOfClass = Arrays.stream(ALL).map(TEST::label).toArray();
      Torch.setSeed(1);
      report("honest", images, labels);
      report("blur", blurred(images), labels);
      report("noise", images.add(noise(manager, 0.15f)), labels);
      report("class dropped", without(manager, Set.of(7)), labels);
      report("half dropped", without(manager, Set.of(5, 6, 7, 8, 9)), labels);
      report("one per class", Batch.of(TRAIN, manager, firstOfClass).images(), labels);
      report("memorised", memorised.images(), memorised.labels());
      report("swapped labels", images, labels.add(1).mod(10));
    } finally {
      System.clearProperty("adversaria.data");
    }
  }

  @AfterAll
  static void forget() {
    REPORTS.clear();
  }

  private static NDArray noise(NDManager manager, float deviation) {
    return manager.randomNormal(new Shape(COUNT, 3, 16, 16)).mul(deviation);
  }

  private static NDArray blurred(NDArray images) {
    return Pool.avgPool2d(images, new Shape(3, 3), new Shape(1, 1), new Shape(1, 1), false, false);
  }

  /** Where a dropped class is asked for, draws an image of one of the others. */
  private static NDArray without(NDManager manager, Set<Integer> dropped) {
    int[] others = IntStream.range(0, 10).filter(label -> !dropped.contains(label)).toArray();
    int[] drawn =
        Arrays.stream(ALL)
            .map(
                i -> {
                  int decade = i - TEST.label(i);
                  boolean absent = dropped.contains(TEST.label(i));
                  return absent ? COUNT + decade + others[(i / 10 + i) % others.length] : i;
                })
            .toArray();
    return Batch.of(MORE, manager, drawn).images();
  }

  private static void report(String defect, NDArray images, NDArray labels) {
    REPORTS.put(
        defect,
        Evaluation.of(ImageBytes.of(defect, images, labels, TRAIN.classNames()))
            .against(TRAIN)
            .fid()
            .kid(20, 500)
            .inceptionScore()
            .prdc()
            .intraFid()
            .conditionalAccuracy()
            .factorDiversity()
            .run());
  }

  private static double value(String defect, String score) {
    return REPORTS.get(defect).value(score);
  }

  @Test
  void allDistancesSeeBlurAndNoise() {
    for (String defect : Set.of("blur", "noise")) {
      for (String score : Set.of("FID", "KID", "intra-FID")) {
        assertThat(value(defect, score)).isGreaterThan(2 * value("honest", score));
      }
      assertThat(value(defect, "precision")).isLessThan(value("honest", "precision"));
    }
  }

  @Test
  void droppedModesLowerRecallAndCoverageButNotPrecision() {
    double precision = value("honest", "precision");
    assertThat(value("class dropped", "precision")).isGreaterThan(precision - 0.02);
    assertThat(value("half dropped", "precision")).isGreaterThan(precision - 0.05);
    for (String score : Set.of("recall", "coverage")) {
      assertThat(value("class dropped", score)).isLessThan(value("honest", score) - 0.03);
      assertThat(value("half dropped", score)).isLessThan(value("class dropped", score) - 0.2);
    }
    assertThat(value("half dropped", "IS")).isLessThan(0.7 * value("honest", "IS"));
  }

  /**
   * A copy lies in the ball of its original, in the balls that its original lies in, and by chance
   * in half of those on whose border it lies: (1 + (k - 1) + 1/2) / k of them all.
   */
  @Test
  void densityRisesAboveOneForNearCopies() {
    try (NDManager manager = NDManager.newBaseManager();
        var coarse = new CoarsePixels()) {
      int[] all = IntStream.range(0, TRAIN.size()).toArray();
      Batch train = Batch.of(TRAIN, manager, all);
      NDArray real = coarse.vectors(train.images());
      Torch.setSeed(1);
      NDArray near = real.add(manager.randomNormal(real.getShape()).mul(1e-3f));
      NDArray fresh = coarse.vectors(Batch.of(TEST, manager, ALL).images());

      assertThat(Prdc.of(real, fresh, 5).density()).isBetween(0.95, 1.05);
      assertThat(Prdc.of(real, near, 5).density()).isBetween(1.08, 1.12);
    }
    assertThat(value("honest", "density")).isBetween(0.9, 1.05);
  }

  @Test
  void noScoreSeesMemorisedTrainingImages() {
    for (String score : Set.of("FID", "KID", "intra-FID")) {
      assertThat(value("memorised", score)).isLessThan(value("honest", score));
    }
    for (String score : Set.of("precision", "recall", "coverage", "accuracy top-1")) {
      assertThat(value("memorised", score)).isGreaterThan(value("honest", score) - 0.01);
    }
  }

  @Test
  void onlyScoresByClassSeeSwappedLabels() {
    for (String score : Set.of("FID", "KID", "IS", "precision", "recall", "coverage")) {
      assertThat(value("swapped labels", score)).isEqualTo(value("honest", score));
    }
    assertThat(value("swapped labels", "intra-FID"))
        .isGreaterThan(10 * value("honest", "intra-FID"));
    assertThat(value("swapped labels", "accuracy top-1")).isLessThan(0.05);
  }

  @Test
  void accuracyMissesThatEveryClassIsOneImageAndDiversitySeesIt() {
    assertThat(value("one per class", "accuracy top-1")).isGreaterThan(0.8);
    assertThat(value("one per class", "recall")).isLessThan(0.01);
    for (String factor : Set.of("x", "y", "size", "hue")) {
      assertThat(value("one per class", factor + " spread")).isLessThan(0.01);
      assertThat(value("honest", factor + " spread")).isBetween(0.85, 1.15);
    }
  }
}
