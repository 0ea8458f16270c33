package org.adversaria.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.adversaria.Locales;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.data.Split;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.metrics.Evaluation;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.metrics.ScriptFeatures;
import org.adversaria.torch.ScriptFiles;
import org.adversaria.torch.Text;
import org.adversaria.training.SavedRun;
import org.adversaria.training.SavedRun.Weights;
import org.adversaria.training.Training;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

@Tag("slow")
class MainTest {

  @TempDir static Path folder;
  private static Path run;
  private static Path real;

  @TempDir Path out;

  /** {@code adversaria evaluate} with the words of a line. */
  private static CommandResult evaluate(Path source, String line, Path... files) {
    var words = Stream.of("evaluate", source.toString(), "--against", real.toString());
    var options = Arrays.stream(line.split(" ")).filter(word -> !word.isEmpty());
    var outs = Arrays.stream(files).flatMap(file -> Stream.of("--out", file.toString()));
    return CommandResult.of(Stream.of(words, options, outs).flatMap(s -> s).toArray(String[]::new));
  }

  private static void writeImages(ImageData data, int count, Path target) throws IOException {
    var bytes = new byte[data.imageLength()];
    for (int i = 0; i < count; i++) {
      data.copyImage(i, bytes, 0);
      var image = new BufferedImage(data.width(), data.height(), BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setDataElements(0, 0, data.width(), data.height(), bytes);
      Path file = target.resolve(data.classNames().get(data.label(i))).resolve(i + ".png");
      Files.createDirectories(file.getParent());
      ImageIO.write(image, "png", file.toFile());
    }
  }

  /** Data of train and test part, and a run of two checkpoints trained on it. */
  @BeforeAll
  static void prepare() throws IOException {
    System.setProperty("adversaria.data", folder.resolve("files").toString());
    real = folder.resolve("drawn");
    var shapes = Shapes.builder().resolution(16).channels(1).size(200);
    writeImages(shapes.build(), 200, real.resolve("train"));
    writeImages(shapes.split(Split.TEST).build(), 50, real.resolve("test"));
    run = folder.resolve("first-run");
    ImageData data = Datasets.open(real.toString(), Split.TRAIN);
    Training.of(ConditionalGan.builder(data).build())
        .on(data)
        .steps(2)
        .checkpointEvery(1)
        .directory(run)
        .start()
        .close();
  }

  @AfterAll
  static void forgetFolder() {
    System.clearProperty("adversaria.data");
  }

  @Test
  void scoresOfARunArePrintedAndWritten() throws IOException {
    Path csv = out.resolve("deep/scores.csv");
    Path json = out.resolve("scores.json");
    CommandResult result =
        evaluate(
            run, "--metrics fid,prdc,accuracy --samples 50 --seed 4 --batch-size 30", csv, json);

    assertThat(result.err()).isEqualTo(Text.format("written: %s%nwritten: %s%n", csv, json));
    assertThat(result.status()).isZero();
    EvaluationReport expected;
    try (SavedRun saved = SavedRun.open(run)) {
      expected =
          Evaluation.of(saved.generator())
              .named("first-run")
              .against(Datasets.open(real.toString(), Split.TRAIN))
              .samples(50)
              .seed(4)
              .batchSize(30)
              .fid()
              .prdc()
              .conditionalAccuracy()
              .run();
    }
    assertThat(result.lines().get(0)).isEqualTo(expected.table().name());
    assertThat(result.lines().get(1)).isEqualTo("score value deviation better");
    assertThat(result.lines().get(2))
        .startsWith(expected.scores().get(0).label() + " ")
        .contains(String.valueOf(expected.value("FID")).substring(0, 4));
    assertThat(result.out()).contains("coverage").contains("accuracy top-1");
    // A line for each class follows, and each has its name.
    List<String> last = result.lines().subList(result.lines().size() - 10, result.lines().size());
    assertThat(last.stream().map(line -> line.replaceFirst(" [0-9.]+$", "")))
        .containsExactlyElementsOf(expected.classNames());
    assertThat(Files.readString(csv)).isEqualTo(expected.table().write().toString("csv"));
    assertThat(new ObjectMapper().readTree(json.toFile()).path("settings").path("seed").intValue())
        .isEqualTo(4);
  }

  @Test
  void aRunsOlderCheckpointAndTrainedWeightsAreScoredOnRequest() throws IOException {
    CommandResult result =
        evaluate(run, "--metrics fid --samples 20 --checkpoint 1 --weights trained --device cpu");
    assertThat(result.lines().get(0)).startsWith("first-run, step 1, trained weights: 20 samples");
    double expected;
    try (SavedRun saved = SavedRun.open(run, Device.cpu())) {
      expected =
          Evaluation.of(saved.generator(Weights.TRAINED, 1))
              .against(Datasets.open(real.toString(), Split.TRAIN))
              .samples(20)
              .fid()
              .run()
              .value("FID");
    }
    assertThat(Double.parseDouble(result.lines().get(2).split(" ")[1]))
        .isCloseTo(expected, withinPercentage(0.01));
    assertThat(evaluate(run, "--checkpoint 7").err())
        .contains("no checkpoint of step 7; there are [1, 2]");
  }

  @Test
  void aRunKeepsItsScoresBesideFilesOfOthers() throws IOException {
    Path others = Files.writeString(run.resolve("scores.json"), "{\"mine\": 1}");
    assertThat(evaluate(run, "--metrics is --samples 20").err()).isEmpty();
    assertThat(Files.readString(others)).isEqualTo("{\"mine\": 1}");
    Path kept = run.resolve("evaluations.json");
    assertThat(new ObjectMapper().readTree(kept.toFile()).at("/0/score").asText()).startsWith("IS");

    Files.writeString(kept, "[");
    CommandResult damaged = evaluate(run, "--metrics is --samples 20");
    Files.delete(kept);
    assertThat(damaged.err())
        .startsWith("warning: the run's directory does not keep the scores: " + kept)
        .contains("is damaged");
    assertThat(damaged.status()).isZero();
    assertThat(damaged.out()).contains("IS");
  }

  @Test
  void featuresMayComeFromAFile() throws IOException {
    Path file =
        ScriptFiles.write(
            out.resolve("halves.pt"),
            """
            def forward(self, x: Tensor) -> Tensor:
              return torch.mean(torch.flatten(x, 2, -1), 1)
            """);
    Path json = out.resolve("scores.json");
    String options = "--metrics fid --samples 40 --features " + file;
    CommandResult plain = evaluate(run, options);
    assertThat(plain.err()).isEmpty();
    assertThat(plain.lines().get(2)).startsWith("FID[halves] ");
    CommandResult scaled =
        evaluate(
            run,
            options + " --features-name pixels --features-size 8 --features-range 0,255",
            json);
    assertThat(scaled.lines().get(2)).startsWith("FID[pixels] ");
    double expected;
    try (SavedRun saved = SavedRun.open(run);
        var features =
            ScriptFeatures.builder(file, "pixels").inputSize(8, 8).valueRange(0, 255).build()) {
      expected =
          Evaluation.of(saved.generator())
              .against(Datasets.open(real.toString(), Split.TRAIN))
              .samples(40)
              .features(features)
              .fid()
              .run()
              .value("FID");
    }
    assertThat(new ObjectMapper().readTree(json.toFile()).at("/scores/0/value").doubleValue())
        .isEqualTo(expected);
  }

  @Test
  void aFileThatReachesOutsideNeedsTrust() {
    Path written = out.resolve("written");
    Path file =
        ScriptFiles.write(
            out.resolve("saves.pt"),
            Text.format(
                """
                def forward(self, x: Tensor) -> Tensor:
                  torch.save(1, "%s")
                  return torch.mean(torch.flatten(x, 2, -1), 1)
                """,
                written.toString().replace("\\", "\\\\")));
    String options = "--metrics fid --samples 40 --features " + file;
    CommandResult refused = evaluate(run, options);
    assertThat(refused.err())
        .startsWith(
            "error: " + file + " cannot be loaded as TorchScript: code/__torch__.py, line 6")
        .contains("'torch.save' is not among the operators that only compute", "--trust");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(written).doesNotExist();
    CommandResult trusted = evaluate(run, options + " --trust");
    assertThat(trusted.err()).isEmpty();
    assertThat(trusted.status()).isZero();
    assertThat(written).exists();
  }

  @Test
  void withoutClassesThereIsAnEncoderInPlaceOfAClassifier() {
    Path flat = real.resolve("train/disk");
    CommandResult result =
        CommandResult.of(
            "evaluate", run.toString(), "--against", flat.toString(), "--features", "classifier");
    assertThat(result.err())
        .contains("disk has no classes that a classifier could learn: use --features encoder");
    assertThat(result.status()).isEqualTo(1);
    Path fewer = real.resolve("test/disk");
    assertThat(CommandResult.of("evaluate", run.toString(), "--against", fewer.toString()).err())
        .contains("'disk' has 5 images; an encoder learns from 20 at least");
  }

  @Test
  void imagesAreScored() {
    CommandResult all = evaluate(real, "--metrics fid");
    assertThat(all.lines().get(0)).startsWith("drawn: 200 samples against 200 images of drawn");
    assertThat(Double.parseDouble(all.lines().get(2).split(" ")[1])).isLessThan(1e-3);
    CommandResult some = evaluate(real.resolve("train"), "--metrics fid,pr --samples 100");
    assertThat(some.lines().get(0)).startsWith("train: 100 samples against 200 images of drawn");
    assertThat(some.out()).contains("improved recall");
  }

  @Test
  void theTestPartIsOpenedOnRequestAndForTheClassificationAccuracyScore() {
    String train = real.resolve("train").toString();
    for (String line : List.of("--split test", "--metrics fid,cas")) {
      String[] options = line.split(" ");
      CommandResult result =
          CommandResult.of("evaluate", run.toString(), "--against", train, options[0], options[1]);
      assertThat(result.err()).startsWith("error: " + train + " has no test part");
      assertThat(result.status()).isEqualTo(1);
    }
  }

  @Test
  void samplingOptionsReachTheEvaluation() throws IOException {
    Path json = out.resolve("scores.json");
    assertThat(evaluate(run, "--metrics is --samples 30 --standing-statistics 3", json).status())
        .isZero();
    assertThat(
            new ObjectMapper().readTree(json.toFile()).path("settings").path("sampling").asText())
        .contains("3 batches");
    // The latents of this generator are uniform.
    CommandResult truncated = evaluate(run, "--metrics is --samples 30 --truncation 0.7");
    assertThat(truncated.err()).contains("only normal latents are truncated");
    assertThat(truncated.status()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --metrics fid,fidd            | there is no metric 'fidd'; there are fid, kid, is, prdc, pr, intra-fid, accuracy, cas, factors
          --weights best                | '--weights': expected one of [AVERAGED, TRAINED]
          --split validation            | '--split': expected one of [TRAIN, TEST]
          --samples many                | '--samples'
          --features resnet             | there is no 'resnet'; there are classifier, encoder, inception and FILE.pt
          --features none.pt            | there is no file none.pt
          --features-name x             | go with FILE.pt
          --trust                       | --trust go with FILE.pt
          --features pom.xml            | there is no 'pom.xml'
          --device tpu                  | there is no device 'tpu'; there are cpu, gpu and gpu:NUMBER
          --device gpu:99               | 'gpu:99' is not there: PyTorch finds
          --out scores.txt              | scores.txt ends neither in .csv nor in .json
          --metrics cas --split test    | goes with --split train only
          --speed 3                     | Unknown options: '--speed'
          """)
  void whatIsMisunderstoodIsSaidWithWhatThereIs(String line, String message) {
    CommandResult result = evaluate(run, line);
    assertThat(result.err()).startsWith("error: ").contains(message).contains("--help");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void whatIsNoDataAndNoRunIsSaid() throws IOException {
    CommandResult unknown = CommandResult.of("evaluate", run.toString(), "--against", "mnsit");
    assertThat(unknown.err())
        .startsWith("error: --against: 'mnsit' is no data set, and no such path exists; there are");
    assertThat(unknown.status()).isEqualTo(2);
    CommandResult missing = CommandResult.of("evaluate", run.toString());
    assertThat(missing.err()).contains("Missing required option: '--against=DATA'");
    assertThat(missing.status()).isEqualTo(2);
    assertThat(evaluate(real, "--truncation 1").err())
        .contains("go with a run, and " + real + " has no run.json");
    CommandResult neither = evaluate(Files.createDirectories(out.resolve("empty")), "");
    assertThat(neither.err())
        .startsWith("error: " + out.resolve("empty") + " is no run (it has no run.json), and as");
    assertThat(neither.status()).isEqualTo(1);
  }

  @Test
  void aFailureIsOneLineUnlessAStackTraceIsAskedFor() throws IOException {
    Files.writeString(out.resolve("run.json"), "{");
    CommandResult brief = evaluate(out, "");
    assertThat(brief.err().lines()).hasSize(1);
    assertThat(brief.err()).startsWith("error: " + out.resolve("run.json") + " is damaged: ");
    assertThat(brief.status()).isEqualTo(1);
    CommandResult full = evaluate(out, "--stacktrace");
    assertThat(full.err())
        .contains("is damaged")
        .contains("\tat org.adversaria.training.RunRecord");
    assertThat(full.status()).isEqualTo(1);
  }

  @Test
  void listsTheDataSets() {
    CommandResult result = CommandResult.of("datasets");
    assertThat(result.status()).isZero();
    assertThat(result.lines().stream().map(line -> line.split(" ")[0]).collect(Collectors.toList()))
        .contains("shapes,", "mnist", "cifar10", "cifar100");
    assertThat(result.lines()).contains("Files are kept in " + folder.resolve("files"));
    assertThat(result.out()).contains("12 MB").contains("MNIST: 70,000 handwritten digits");
  }

  @Test
  void explainsItselfAndTellsItsVersion() {
    CommandResult help = CommandResult.of("evaluate", "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).contains("RUN_DIR|IMAGES", "--against=DATA", "--features=SOURCE");
    CommandResult version = CommandResult.of("--version");
    assertThat(version.out()).startsWith("adversaria ").contains("DJL " + Engine.getDjlVersion());
    CommandResult nothing = CommandResult.of();
    assertThat(nothing.status()).isEqualTo(2);
    assertThat(nothing.err()).contains("Say what to do").contains("evaluate").contains("datasets");
  }

  @ParameterizedTest
  @FieldSource("org.adversaria.Locales#TAGS")
  void outputIsThatOfNoLocale(String tag) throws Exception {
    Callable<List<CommandResult>> work =
        () ->
            List.of(
                CommandResult.of("datasets"),
                CommandResult.of("evaluate", "--help"),
                evaluate(run, "--metrics fid,prdc --samples 50"),
                evaluate(run, "--metrics kid --samples 20 --kid-subset 1000"));
    List<CommandResult> expected = Locales.under(Locale.ROOT, work);
    assertThat(expected).extracting(CommandResult::status).containsExactly(0, 0, 0, 1);
    assertThat(Locales.under(Locale.forLanguageTag(tag), work)).isEqualTo(expected);
  }

  @Test
  void imagesOfAnotherSizeAreTakenInThatOfTheRun() throws IOException {
    Path large = out.resolve("large");
    writeImages(Shapes.builder().resolution(24).channels(1).size(60).build(), 60, large);
    CommandResult scaled =
        CommandResult.of(
            "evaluate",
            run.toString(),
            "--against",
            large.toString(),
            "--metrics",
            "kid",
            "--samples",
            "50");
    assertThat(scaled.status()).as(scaled.err()).isZero();
    assertThat(scaled.err())
        .contains(
            "note: " + large + ": 60 images of other sizes, such as 24x24: the centred square")
        .contains("note: KID is of subsets of 50 images, since there are no more, instead of 1000");
    CommandResult other =
        CommandResult.of(
            "evaluate", run.toString(), "--against", large.toString(), "--resolution", "24");
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.err()).contains("evaluate against data of its own size");
    assertThat(evaluate(run, "--kid-subset 1").status()).isEqualTo(2);
    assertThat(evaluate(run, "--metrics kid --samples 50 --kid-subset 25").err())
        .doesNotContain("KID is of subsets");
  }

  @Test
  void aPathThatTheLocaleCannotEncodeIsExplained() {
    String path = out + "/\uD800";
    CommandResult asSource = evaluate(Path.of("run"), "--out " + path + ".csv");
    CommandResult asData = CommandResult.of("evaluate", "run", "--against", path);
    for (CommandResult result : List.of(asSource, asData)) {
      assertThat(result.status()).isNotZero();
      assertThat(result.err())
          .startsWith("error: ")
          .contains(
              "'" + out + "/\\ud800", System.getProperty("sun.jnu.encoding"), "LC_ALL=C.UTF-8");
    }
  }

  @Test
  void controlCharactersOfNamesDoNotReachTheTerminal() {
    CommandResult result =
        CommandResult.of("evaluate", run.toString(), "--against", "\u001b[31mred");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("'\\u001b[31mred'").doesNotContain("\u001b");
  }
}
