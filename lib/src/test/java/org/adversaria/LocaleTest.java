package org.adversaria;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.adversaria.data.Datasets;
import org.adversaria.data.Shapes;
import org.adversaria.figures.ChartOptions;
import org.adversaria.figures.Figures;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.metrics.CoarsePixels;
import org.adversaria.metrics.Evaluation;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.models.BigGanGenerator;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.CganGenerator;
import org.adversaria.models.Generator;
import org.adversaria.models.stylegan2.StyleGan2Generator;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.nn.Compiled;
import org.adversaria.torch.Torch;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Training;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What is computed, written and drawn is the same under every default locale. */
@Tag("slow")
class LocaleTest {

  private static final Shapes DATA = Shapes.builder().resolution(16).channels(1).size(200).build();

  @TempDir private static Path files;

  @TempDir private Path folder;

  @BeforeAll
  static void useFolder() {
    System.setProperty("adversaria.data", files.toString());
  }

  @AfterAll
  static void leaveFolder() {
    System.clearProperty("adversaria.data");
  }

  @ParameterizedTest
  @FieldSource("org.adversaria.Locales#TAGS")
  void runsAndTheirScores(String tag) throws Exception {
    Map<String, String> expected = Locales.under(Locale.ROOT, () -> trained(folder.resolve("a")));
    assertThat(expected)
        .containsKeys("checkpoints/step-00000002/log.csv", "run.json", "scores.csv", "scores.json");
    Map<String, String> found =
        Locales.under(Locale.forLanguageTag(tag), () -> trained(folder.resolve("b")));
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @FieldSource("org.adversaria.Locales#TAGS")
  void scripts(String tag) throws Exception {
    List<String> expected = Locales.under(Locale.ROOT, LocaleTest::compiled);
    assertThat(expected).allMatch(script -> script.contains("p[10]"));
    assertThat(Locales.under(Locale.forLanguageTag(tag), LocaleTest::compiled)).isEqualTo(expected);
  }

  @ParameterizedTest
  @FieldSource("org.adversaria.Locales#TAGS")
  void figures(String tag) throws Exception {
    int[] expected = Locales.under(Locale.ROOT, LocaleTest::drawn);
    assertThat(Locales.under(Locale.forLanguageTag(tag), LocaleTest::drawn)).isEqualTo(expected);
  }

  @ParameterizedTest
  @FieldSource("org.adversaria.Locales#TAGS")
  void tables(String tag) throws Exception {
    List<String> expected = Locales.under(Locale.ROOT, LocaleTest::printed);
    assertThat(expected).allMatch(text -> text.matches("(?s).*[0-9].*"));
    assertThat(Locales.under(Locale.forLanguageTag(tag), LocaleTest::printed)).isEqualTo(expected);
  }

  /** A short training, its second half resumed, and its evaluation: file names and contents. */
  private static Map<String, String> trained(Path root) throws IOException {
    Path run = root.resolve("run");
    training(run, 2).start().close();
    String log;
    try (Run resumed = training(run, 4).resume()) {
      log = resumed.log().print();
    }
    try (SavedRun saved = SavedRun.open(run)) {
      assertThat(saved.checkpoints()).containsExactly(2L, 4L);
      EvaluationReport report =
          Evaluation.of(saved.generator())
              .named("run")
              .against(DATA)
              .features(new CoarsePixels())
              .samples(100)
              .fid()
              .run();
      report.save(run.resolve("scores.csv"));
      report.save(run.resolve("scores.json"));
      Files.writeString(run.resolve("scores.txt"), report.table().print() + log);
    }
    return contents(run);
  }

  private static Training training(Path run, long steps) {
    return Training.of(ConditionalGan.builder(DATA).build())
        .on(DATA)
        .steps(steps)
        .checkpointEvery(2)
        .directory(run);
  }

  private static Map<String, String> contents(Path run) throws IOException {
    var contents = new TreeMap<String, String>();
    try (Stream<Path> paths = Files.walk(run)) {
      for (Path file : paths.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        contents.put(run.relativize(file).toString(), withoutTime(file, text));
      }
    }
    return contents;
  }

  /** The record has the time that the run took, which the checksum of its copy depends on. */
  private static String withoutTime(Path file, String text) {
    return switch (file.getFileName().toString()) {
      case "run.json" -> text.replaceAll("\"(started|seconds)\" : .*", "");
      case "checksums.json" -> text.replaceAll("(?s)\"run.json\" : [^}]*", "");
      default -> text;
    };
  }

  private static List<String> compiled() {
    Torch.setSeed(1);
    var sizes = StyleGan2Sizes.of(16).withChannels(64, 6).withMapping(5, 4, 2);
    return Stream.of(
            new CganGenerator(
                new CganGenerator.Sizes(6, 8, 8, 12, 0.5, true), 10, new Shape(1, 16, 16)),
            new BigGanGenerator(
                BigGanSizes.of(32, 3).withWidth(2).withAttention(16),
                BigGanLatent.hierarchical(9, 4)),
            new StyleGan2Generator(sizes))
        .map(LocaleTest::script)
        .toList();
  }

  private static String script(Generator generator) {
    try (NDManager manager = NDManager.newBaseManager()) {
      generator.initialize(manager);
      NDArray z = generator.sampleLatents(manager, 2);
      NDArray labels = manager.create(new long[] {0, 1});
      var inputs = generator.numClasses() > 1 ? new NDList(z, labels) : new NDList(z);
      return Compiled.of(generator).script(inputs, true);
    }
  }

  private static List<String> printed() {
    return List.of(Datasets.catalog().print(), DATA.factors().print());
  }

  private static int[] drawn() {
    Table table =
        Table.create(
            DoubleColumn.create("step", 0, 12_000, 24_000),
            DoubleColumn.create("loss", 1.25, -0.5, 3.75),
            StringColumn.create("name", "a", "b", "c"));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray points = manager.create(new float[] {-1.5f, 0.5f, 2.5f, 1000}, new Shape(2, 2));
      BufferedImage figure =
          Figures.stack(
              Figures.curves(table, "step", List.of("loss")),
              Figures.curves(table, "step", List.of("loss"), ChartOptions.defaults().logX()),
              Figures.bars(table, "name", "loss", "loss", ChartOptions.defaults()),
              Figures.bars(table, "step", "loss"),
              Figures.scatter(List.of("a"), List.of(points), ChartOptions.defaults()),
              Figures.histogram(
                  List.of("a"), List.of(points.get(":, 0")), ChartOptions.defaults()));
      int width = figure.getWidth();
      return figure.getRGB(0, 0, width, figure.getHeight(), null, 0, width);
    }
  }
}
