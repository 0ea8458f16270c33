package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.data.Split;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

@Tag("slow")
class EvaluationTest {

  private static final ImageData TRAIN =
      Shapes.builder().resolution(16).channels(1).size(400).build();
  private static final ImageData TEST =
      Shapes.builder().resolution(16).channels(1).size(200).split(Split.TEST).build();

  @TempDir private Path folder;

  @BeforeEach
  void useFolder() {
    System.setProperty("adversaria.data", folder.toString());
  }

  @AfterEach
  void leaveFolder() {
    System.clearProperty("adversaria.data");
  }

  /** Draws real images, of the class it is asked for. */
  private static final class Copyist extends Generator {

    private final List<Long> asked = new ArrayList<>();

    Copyist(int classes) {
      super(4, classes, new Shape(1, 16, 16));
    }

    @Override
    protected NDArray compute(NDArray z, NDArray labels, boolean training) {
      int count = (int) z.size(0);
      long[] classes = labels == null ? new long[count] : labels.toLongArray();
      int[] drawn = new int[count];
      for (int i = 0; i < count; i++) {
        asked.add(classes[i]);
        drawn[i] = (int) (10 * ((asked.size() - 1) % 20) + classes[i]);
      }
      return Batch.of(TEST, z.getManager(), drawn).images();
    }
  }

  @Test
  void scoresAreThoseOfTheirOwnClasses() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray real = features(TRAIN, manager);
      NDArray drawn = features(TEST, manager);
      EvaluationReport report =
          Evaluation.of(TEST)
              .against(TRAIN)
              .features(new CoarsePixels())
              .fid()
              .kid(3, 200)
              .prdc()
              .improvedPrecisionRecall()
              .intraFid()
              .run();

      try (Moments a = Moments.of(real);
          Moments b = Moments.of(drawn)) {
        assertThat(report.value("FID")).isCloseTo(FrechetDistance.between(a, b), within(1e-9));
      }
      assertThat(report.value("FID")).isEqualTo(report.value("FID[coarse]")).isPositive();
      assertThat(report.classes().columnNames()).containsExactly("class", "intra-FID[coarse]");
      assertThat(report.classes().doubleColumn(1).mean())
          .isCloseTo(report.value("intra-FID"), within(1e-12));
      assertThat(report.table().stringColumn("score").asList())
          .containsExactly(
              "FID[coarse]",
              "KID[coarse]",
              "precision[coarse]",
              "recall[coarse]",
              "density[coarse]",
              "coverage[coarse]",
              "improved precision[coarse]",
              "improved recall[coarse]",
              "intra-FID[coarse]");
    }
  }

  @Test
  void kidShrinksItsSubsetsToTheImagesThereAreAndSaysSo() {
    Evaluation evaluation = Evaluation.of(TEST).against(TRAIN).features(new CoarsePixels());
    EvaluationReport shrunk = evaluation.kid().run();
    assertThat(shrunk.notes())
        .singleElement()
        .asString()
        .startsWith("KID is of subsets of " + TEST.size() + " images, since there are no more");
    assertThat(Evaluation.of(TEST).against(TRAIN).features(new CoarsePixels()).kid(100, 200).run())
        .satisfies(
            full -> {
              assertThat(full.notes()).isEmpty();
              assertThat(full.value("KID")).isEqualTo(shrunk.value("KID"));
            });
  }

  @Test
  void intraFidIsTheFidOfEachClass() {
    int label = 3;
    try (NDManager manager = NDManager.newBaseManager();
        Moments a = Moments.of(features(ofClass(TRAIN, label), manager));
        Moments b = Moments.of(features(ofClass(TEST, label), manager))) {
      EvaluationReport report =
          Evaluation.of(TEST).against(TRAIN).features(new CoarsePixels()).intraFid().run();
      assertThat(report.classes().doubleColumn(1).get(label))
          .isCloseTo(FrechetDistance.between(a, b), within(1e-9));
    }
  }

  private static NDArray features(ImageData data, NDManager manager) {
    int[] all = IntStream.range(0, data.size()).toArray();
    return new CoarsePixels().extract(Batch.of(data, manager, all).images()).vectors();
  }

  private static ImageData ofClass(ImageData data, int label) {
    try (NDManager manager = NDManager.newBaseManager()) {
      int[] members = IntStream.range(0, data.size()).filter(i -> data.label(i) == label).toArray();
      Batch batch = Batch.of(data, manager, members);
      return ImageBytes.of("one class", batch.images(), batch.labels(), data.classNames());
    }
  }

  @Test
  void realStatisticsAreComputedOnceForTheSameDataAndExtractor() throws IOException {
    var first = new CoarsePixels();
    EvaluationReport computed = evaluate(first);
    assertThat(first.images()).isEqualTo(TRAIN.size() + TEST.size());

    var second = new CoarsePixels();
    assertThat(evaluate(second)).isEqualTo(computed);
    assertThat(second.images()).isEqualTo(TEST.size());

    var other = new CoarsePixels(2);
    assertThat(evaluate(other).value("FID")).isGreaterThan(3 * computed.value("FID"));
    assertThat(other.images()).isEqualTo(TRAIN.size() + TEST.size());

    try (Stream<Path> files = Files.walk(folder.resolve("statistics"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file.toString()).contains(TRAIN.checksum().substring(0, 12));
        if (file.endsWith("all.safetensors")) {
          Files.writeString(file, "damaged");
        }
      }
    }
    assertThat(evaluate(new CoarsePixels())).isEqualTo(computed);
  }

  private static EvaluationReport evaluate(FeatureExtractor extractor) {
    return Evaluation.of(TEST).against(TRAIN).features(extractor).fid().intraFid().run();
  }

  @Test
  void aGeneratorIsAskedForTheClassesOfTheDataInTheirProportions() {
    int[] members = IntStream.range(0, 400).filter(i -> i % 10 < 2 || i < 100).toArray();
    ImageData uneven;
    try (NDManager manager = NDManager.newBaseManager()) {
      Batch batch = Batch.of(TRAIN, manager, members);
      uneven = ImageBytes.of("uneven", batch.images(), batch.labels(), TRAIN.classNames());
    }
    var generator = new Copyist(10);
    Evaluation.of(generator).against(uneven).samples(160).features(new CoarsePixels()).fid().run();

    assertThat(uneven.size()).isEqualTo(160);
    for (long label = 0; label < 10; label++) {
      long wanted = label;
      assertThat(generator.asked.stream().filter(l -> l == wanted)).hasSize(label < 2 ? 40 : 10);
    }
  }

  /** Draws the real image whose number is the feature of the instance it is told. */
  private static final class Recaller extends Generator {

    private static final Condition.Instances TOLD = new Condition.Instances(1, 10);

    Recaller() {
      super(4, TOLD, new Shape(1, 16, 16));
    }

    @Override
    protected NDArray compute(NDArray z, NDArray y, boolean training) {
      float[] numbers = TOLD.features(y).toFloatArray();
      int[] drawn = IntStream.range(0, numbers.length).map(i -> (int) numbers[i]).toArray();
      return Batch.of(TEST, z.getManager(), drawn).images();
    }
  }

  @Test
  void aGeneratorIsAskedForTheGivenInstances() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray y = manager.create(new Shape(200, 2));
      for (int i = 0; i < 200; i++) {
        y.set(new NDIndex(i), manager.create(new float[] {i, TEST.label(i)}));
      }
      Evaluation ofAll =
          Evaluation.of(new Recaller())
              .against(TRAIN)
              .features(new CoarsePixels())
              .samples(200)
              .fid()
              .intraFid();
      EvaluationReport report = ofAll.conditions(y).run();
      EvaluationReport images = evaluate(new CoarsePixels());
      assertThat(report.value("FID")).isCloseTo(images.value("FID"), within(1e-6));
      assertThat(report.value("intra-FID")).isCloseTo(images.value("intra-FID"), within(1e-6));
      assertThat(report.settings().sampling()).isEqualTo("batches of 100, 200 conditions");

      Evaluation none = Evaluation.of(new Recaller()).against(TRAIN).features(new CoarsePixels());
      assertThatThrownBy(() -> none.fid().run())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is told Instances[features=1, numClasses=10]")
          .hasMessageContaining("by conditions(...)");
      Evaluation both = Evaluation.of(new Copyist(10)).against(TRAIN).conditions(y);
      assertThatThrownBy(() -> both.fid().run())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("leave conditions(...) out");
      assertThatThrownBy(() -> ofAll.conditions(y.add(1)).run())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has the classes 0 to 9");
    }
  }

  @Test
  void theDefaultClassifierJudgesClassesAndGivesScoresItsName() {
    List<String> stages = new ArrayList<>();
    EvaluationReport report =
        Evaluation.of(new Copyist(10))
            .named("copies")
            .against(TRAIN)
            .samples(100)
            .fid()
            .inceptionScore(2)
            .conditionalAccuracy()
            .factorDiversity()
            .onProgress(progress -> stages.add(progress.stage()))
            .run();

    assertThat(report.value("FID[shapes-grey-classifier]")).isEqualTo(report.value("FID"));
    assertThat(report.value("IS")).isBetween(1.0, 10.0);
    assertThat(report.value("accuracy top-1")).isGreaterThan(0.5);
    assertThat(report.value("accuracy top-5")).isGreaterThan(report.value("accuracy top-1"));
    assertThat(report.classes().columnNames())
        .containsExactly(
            "class",
            "accuracy top-1[shapes-grey-classifier]",
            "x spread",
            "y spread",
            "size spread");
    assertThat(stages).contains("classifier", "real images", "samples");
  }

  @Test
  void aClassifierTrainedOnSamplesIsTestedOnRealImages() {
    EvaluationReport report =
        Evaluation.of(new Copyist(10))
            .against(TRAIN)
            .samples(200)
            .features(new CoarsePixels())
            .classificationAccuracyScore(TEST)
            .run();
    assertThat(report.value("CAS top-1")).isBetween(0.5, 1.0);
    assertThat(report.value("CAS top-5")).isGreaterThanOrEqualTo(report.value("CAS top-1"));
    assertThat(report.value("CAS top-1 of real images")).isBetween(0.5, 1.0);
  }

  @Test
  void reportsOfOneReferenceCompare() {
    var honest = evaluate(new CoarsePixels());
    var other =
        Evaluation.of(ofClass(TEST, 0)).against(TRAIN).features(new CoarsePixels()).fid().run();
    Table table = EvaluationReport.compare(List.of(honest, other));
    assertThat(table.columnNames())
        .containsExactly("score", "better", "shapes-grey-16-test", "one class");
    assertThat(table.doubleColumn("one class").get(0)).isEqualTo(other.value("FID"));
    assertThat(table.doubleColumn("one class").isMissing(1)).isTrue();

    BufferedImage figure = honest.figure(other);
    assertThat(figure.getWidth()).isBetween(800, 900);

    var elsewhere = Evaluation.of(TRAIN).against(TEST).features(new CoarsePixels()).fid().run();
    assertThatThrownBy(() -> honest.figure(elsewhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shapes-grey-16 against shapes-grey-16-test");
    assertThatThrownBy(() -> honest.figure(honest))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Evaluation.named");
    assertThatThrownBy(() -> honest.value("KID"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no score 'KID'; it has [FID, intra-FID]");
  }

  @Test
  void aReportIsWrittenWithAllThatItDependsOn() throws IOException {
    EvaluationReport report = evaluate(new CoarsePixels());
    Path json = folder.resolve("scores/report.json");
    report.save(json);
    JsonNode tree = new ObjectMapper().readTree(json.toFile());
    assertThat(tree.at("/settings/checksum").asText()).isEqualTo(TRAIN.checksum());
    assertThat(tree.at("/settings/samples").asInt()).isEqualTo(200);
    assertThat(tree.at("/scores/0/label").asText()).isEqualTo("FID[coarse]");
    assertThat(tree.at("/scores/0/value").asDouble()).isEqualTo(report.value("FID"));
    assertThat(tree.at("/scores/0").has("deviation")).isFalse();
    assertThat(tree.at("/scores/1/deviation").asDouble()).isPositive();

    Path csv = folder.resolve("report.csv");
    report.save(csv);
    assertThat(Files.readAllLines(csv))
        .hasSize(3)
        .first()
        .isEqualTo("score,value,deviation,better");
    assertThatThrownBy(() -> report.save(folder.resolve("report.txt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("report.txt");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("statistics", "scores", "report.csv");
    }
  }

  @Test
  void saysWhatIsMissingBeforeAnyWork() {
    var extractor = new CoarsePixels();
    assertRefused(
        of(extractor, 200).kid(9, 1000), "KID in subsets of 1000 needs at least 1000 samples");
    assertRefused(of(extractor, 5).prdc(), "needs at least 6 samples, but 5 are evaluated");
    assertRefused(of(extractor, 1).fid(), "FID needs at least 2 samples");
    assertRefused(of(extractor, 9).inceptionScore(), "needs at least 10 samples");
    assertRefused(
        Evaluation.of(new Copyist(0)).against(TRAIN).features(extractor).intraFid(),
        "generator has no classes and shapes-grey-16 has 10");
    assertRefused(
        Evaluation.of(new Copyist(3)).against(TRAIN).features(extractor).fid(),
        "generator has 3 classes, but shapes-grey-16 has 10");
    assertRefused(
        Evaluation.of(Shapes.builder().resolution(20).size(10).build())
            .against(TRAIN)
            .features(extractor)
            .fid(),
        "shapes-20 has images (3, 20, 20) (C, H, W), but shapes-grey-16 has (1, 16, 16)");
    assertThatThrownBy(() -> Evaluation.of(TEST).samples(201))
        .hasMessageContaining("201 samples are asked for, but shapes-grey-16-test has 200 images");
    assertThat(extractor.images()).isZero();
  }

  @Test
  void namesTheEmptyClass() {
    ImageData lacking = ofClass(TRAIN, 4);
    assertRefused(
        Evaluation.of(TEST).against(lacking).features(new CoarsePixels()).intraFid(),
        "one class has 0 of the class 'disk'");
    assertRefused(
        Evaluation.of(lacking).against(TRAIN).features(new CoarsePixels()).intraFid(),
        "one class has 0 of the class 'disk': evaluate more samples");
  }

  @Test
  void anInceptionScoreNeedsLogits() {
    assertRefused(of(new CoarsePixels(), 200).inceptionScore(), "coarse gives no class logits");
  }

  @Test
  void refusesFeaturesThatAreNotFinite() {
    assertRefused(of(new CoarsePixels(Float.NaN), 200).fid(), "not finite");
  }

  private static Evaluation of(FeatureExtractor extractor, int samples) {
    return Evaluation.of(TEST).samples(samples).against(TRAIN).features(extractor);
  }

  @Test
  void isCheckedWithoutAnyWork() {
    var extractor = new CoarsePixels();
    of(extractor, 6).prdc().check();
    assertThatThrownBy(() -> of(extractor, 5).prdc().check())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs at least 6 samples, but 5 are evaluated");
    assertThatThrownBy(
            () ->
                Evaluation.of(new Copyist(10))
                    .against(TRAIN)
                    .samples(401)
                    .classificationAccuracyScore(TEST)
                    .check())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("draw 400 at most");
    assertThatThrownBy(() -> of(extractor, 200).check()).isInstanceOf(IllegalStateException.class);
    assertThat(extractor.images()).isZero();
  }

  private static void assertRefused(Evaluation evaluation, String message) {
    assertThatThrownBy(evaluation::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
