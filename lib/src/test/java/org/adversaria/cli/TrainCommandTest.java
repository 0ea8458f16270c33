package org.adversaria.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.adversaria.data.Shapes;
import org.adversaria.models.stylegan2.StyleGan2Generator;
import org.adversaria.nn.SafeTensors;
import org.adversaria.torch.ScriptFile;
import org.adversaria.torch.ScriptFiles;
import org.adversaria.torch.Torch;
import org.adversaria.training.RunRecord;
import org.adversaria.training.SavedRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class TrainCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Path images;
  private static Path run;
  private static CommandResult trained;

  @TempDir Path out;

  @BeforeAll
  static void train() throws IOException {
    images = folder.resolve("my images");
    Shapes shapes = Shapes.builder().resolution(20).size(40).build();
    var bytes = new byte[shapes.imageLength()];
    for (int i = 0; i < shapes.size(); i++) {
      var image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
      shapes.copyImage(i, bytes, 0);
      for (int pixel = 0; pixel < 400; pixel++) {
        int rgb = (bytes[pixel] & 0xFF) << 16 | (bytes[400 + pixel] & 0xFF) << 8;
        image.setRGB(pixel % 20, pixel / 20, rgb | bytes[800 + pixel] & 0xFF);
      }
      Path file = images.resolve(i % 2 == 0 ? "even" : "odd").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      ImageIO.write(image, "png", file.toFile());
    }
    run = folder.resolve("run");
    trained = train("gan", "--steps", "4", "--out", run.toString(), "--json");
  }

  private static CommandResult train(String method, String... words) {
    Stream<String> all =
        Stream.of(
            "train", method, "--data", images.toString(), "--threads", "1", "--batch-size", "4");
    // What the words say themselves is not said twice.
    List<String> given = List.of(words);
    Stream<String> others =
        Stream.of("--resolution 16", "--pictures-every 2")
            .map(option -> option.split(" "))
            .filter(option -> !given.contains(option[0]))
            .flatMap(Stream::of);
    return CommandResult.of(
        Stream.of(all, others, given.stream()).flatMap(each -> each).toArray(String[]::new));
  }

  @Test
  void aRunHasItsRecordPicturesAndPage() throws IOException {
    assertThat(trained.status()).as(trained.err()).isZero();
    JsonNode summary = JSON.readTree(trained.out());
    assertThat(summary.path("state").textValue()).isEqualTo("finished");
    assertThat(summary.path("steps").intValue()).isEqualTo(4);
    assertThat(summary.path("last").path("loss_generator").isNumber()).isTrue();
    assertThat(trained.err()).contains("step 4 of 4", "images/s", "0:00 left", "loss of generator");
    RunRecord record = RunRecord.read(run);
    assertThat(record.data().origin()).containsEntry("data", images.toString());
    assertThat(run.resolve("pictures"))
        .isDirectoryContaining("glob:**/real.png")
        .isDirectoryContaining("glob:**/step-000000002.png");
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("gan on ", "4 of 4", "step 2", "data:image/png;base64,", "recipe.batchSize")
        .doesNotContain("{{", "http://", "https://");
  }

  @Test
  void aPageHoldsLargePicturesAsJpeg() throws IOException {
    var noise = new BufferedImage(256, 256, BufferedImage.TYPE_INT_ARGB);
    int[] pixels = new Random(1).ints(256 * 256).toArray();
    noise.setRGB(0, 0, 256, 256, pixels, 0, 256);
    RunPage.samples(run, 3, noise);
    RunPage.update(run);
    Path picture = run.resolve("pictures/step-000000003.png");
    String page = Files.readString(RunPage.file(run));
    assertThat(page).contains("step 3", "data:image/jpeg;base64,", "data:image/png;base64,");
    String jpeg =
        page.replaceFirst("(?s).*alt=\"step 3\" src=\"data:image/jpeg;base64,([^\"]+)\".*", "$1");
    BufferedImage shown = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(jpeg)));
    assertThat(shown.getWidth()).isEqualTo(256);
    assertThat((long) jpeg.length()).isLessThan(Files.size(picture));
    Files.delete(picture);
    RunPage.update(run);
  }

  @Test
  void aRunGoesOnWhereItEnded() throws IOException {
    Path whole = out.resolve("whole");
    Path parts = out.resolve("parts");
    assertThat(train("gan", "--steps", "4", "--out", whole.toString()).status()).isZero();
    assertThat(train("gan", "--steps", "2", "--out", parts.toString()).status()).isZero();
    CommandResult resumed =
        CommandResult.of("resume", parts.toString(), "--steps", "4", "--threads", "1");
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(parts.resolve("log.csv")).hasSameTextualContentAs(whole.resolve("log.csv"));
    CommandResult again = CommandResult.of("resume", parts.toString());
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).contains("has done 4 steps", "--steps");
  }

  @Test
  void anotherRunsRecordIsReplayed() throws IOException {
    // Under a name of its own, beside a file that is no record.
    Path file = Files.createDirectories(out.resolve("sent")).resolve("theirs.json");
    Files.writeString(file.resolveSibling("run.json"), "{");
    Files.copy(run.resolve("run.json"), file);
    Path copy = out.resolve("copy");
    CommandResult replayed =
        CommandResult.of("replay", file.toString(), "--out", copy.toString(), "--threads", "1");
    assertThat(replayed.status()).as(replayed.err()).isZero();
    assertThat(replayed.err()).doesNotContain("warning");
    assertThat(copy.resolve("log.csv")).hasSameTextualContentAs(run.resolve("log.csv"));
    CommandResult moved =
        CommandResult.of(
            "replay",
            file.toString(),
            "--data",
            images.resolve("odd").toString(),
            "--out",
            out.resolve("other").toString(),
            "--threads",
            "1");
    assertThat(moved.status()).as(moved.err()).isZero();
    assertThat(moved.err()).contains("is not the data of " + file);
  }

  @Test
  void settingsAreChangedByPathAndListed() throws IOException {
    CommandResult listed = train("gan", "--settings");
    assertThat(listed.lines()).contains("recipe.batchSize=4", "loss.type=NonSaturating");
    Path changed = out.resolve("changed");
    CommandResult result =
        train(
            "gan",
            "--steps",
            "1",
            "--out",
            changed.toString(),
            "--set",
            "loss.type=Hinge",
            "--set",
            "recipe.generator.beta1=0.25",
            "--augment",
            "ada");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(Files.readString(changed.resolve("run.json")))
        .contains("\"Hinge\"")
        .contains("\"beta1\" : 0.25")
        .contains("\"Ada\"");
  }

  @Test
  void whatIsNotUnderstoodIsToldWithTheChoices() {
    assertMisunderstood(train("dcgan"), "There is no method 'dcgan'", "stylegan2");
    assertMisunderstood(train("gan", "--preset", "large"), "no preset 'large'", "small");
    assertMisunderstood(
        train("gan", "--set", "recipe.size=3"), "'recipe.size'", "recipe.batchSize");
    assertMisunderstood(
        train("gan", "--set", "recipe.batchSize=many"), "needs a number", "present 4", "'many'");
    assertMisunderstood(train("gan", "--preset", "mnist"), "'mnist'", "the presets that fit are");
    assertMisunderstood(train("gan", "--augment", "mixup"), "'mixup'", "ada, diffaugment, none");
    assertMisunderstood(train("tag-gan"), "images with tags");
    assertMisunderstood(train("gan", "--to", "there"), "--to is for translations");
    assertMisunderstood(train("gan", "--steps", "0"), "--steps: at least 1, not 0");
    assertMisunderstood(train("gan", "--keep", "-1"), "--keep: at least 1, not -1");
    assertMisunderstood(train("gan", "--pictures-every", "0"), "--pictures-every: at least 1");
    assertMisunderstood(train("gan", "--resolution", "0"), "--resolution", "not 0");
    assertMisunderstood(train("csgan", "--fit", "pad"), "--fit", "not for pairs");
    assertMisunderstood(
        train("wgan-gp", "--resolution", "32", "--augment", "ada"),
        "Ada with an adaptive p",
        "Wasserstein");
    assertMisunderstood(CommandResult.of("data", ""), "an empty text is no path");
    assertMisunderstood(CommandResult.of("data", "mnist"), "the name of a data set");
    assertMisunderstood(
        CommandResult.of("train", "gan", "--data", out.resolve("none").toString()), "none");
  }

  private static void assertMisunderstood(CommandResult result, String... parts) {
    assertThat(result.err()).contains(parts);
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void samplesGoToAGridAndToFiles() throws IOException {
    Path grid = out.resolve("grid.png");
    Path files = out.resolve("files");
    CommandResult result =
        CommandResult.of(
            "sample",
            run.toString(),
            "--count",
            "6",
            "--grid",
            grid.toString(),
            "--out",
            files.toString(),
            "--seed",
            "3",
            "--columns",
            "3",
            "--truncation",
            "0.5");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(ImageIO.read(grid.toFile()).getWidth()).isGreaterThanOrEqualTo(3 * 16);
    try (Stream<Path> written = Files.list(files)) {
      assertThat(written).hasSize(6);
    }
    assertThat(ImageIO.read(files.resolve("sample-000000.png").toFile()).getWidth()).isEqualTo(16);
    assertThat(CommandResult.of("sample", run.toString()).err()).contains("--grid");
    assertThat(CommandResult.of("sample", run.toString(), "--out", files.toString()).err())
        .contains("is not empty");
    assertThat(
            CommandResult.of("sample", run.toString(), "--grid", grid.toString(), "--class", "1")
                .err())
        .contains("--class is for conditional runs");
  }

  @Test
  void anExportedGeneratorMakesTheSameImages() throws IOException {
    Path script = out.resolve("generator.pt");
    Path weights = out.resolve("generator.safetensors");
    for (Path file : List.of(script, weights)) {
      CommandResult result = CommandResult.of("export", run.toString(), "--to", file.toString());
      assertThat(result.status()).as(result.err()).isZero();
    }
    try (SavedRun saved = SavedRun.open(run);
        NDManager manager = NDManager.newBaseManager()) {
      var generator = saved.generator();
      NDArray z = manager.randomNormal(generator.sampleLatents(manager, 5).getShape());
      NDArray expected = generator.forward(z, null, false);
      try (var loaded = ScriptFile.load(script, manager.getDevice())) {
        NDArray actual = loaded.call("forward", z);
        assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-5f);
      }
      assertThat(SafeTensors.read(weights, manager).keySet())
          .isEqualTo(generator.stateDict().keySet());
    }
    assertThat(CommandResult.of("export", run.toString(), "--to", "g.onnx").err())
        .contains("neither in .pt nor in .safetensors");
    assertMisunderstood(
        CommandResult.of(
            "export", run.toString(), "--truncation", "0.5", "--to", script.toString()),
        "only StyleGAN2's is a part of the network");
    for (String wrong : List.of("NaN", "0")) {
      assertMisunderstood(
          CommandResult.of(
              "sample", run.toString(), "--truncation", wrong, "--grid", out + "/g.png"),
          "--truncation: a positive number");
    }
  }

  @Test
  void theTruncationOfStyleGan2IsInItsFile() throws IOException {
    Path style = out.resolve("style");
    CommandResult result = train("stylegan2", "--steps", "1", "--out", style.toString());
    assertThat(result.status()).as(result.err()).isZero();
    Path script = out.resolve("near.pt");
    CommandResult exported =
        CommandResult.of(
            "export", style.toString(), "--truncation", "0.3", "--to", script.toString());
    assertThat(exported.status()).as(exported.err()).isZero();
    try (SavedRun saved = SavedRun.open(style);
        NDManager manager = NDManager.newBaseManager();
        var loaded = ScriptFile.load(script, manager.getDevice())) {
      var generator = (StyleGan2Generator) saved.generator();
      NDArray z = generator.sampleLatents(manager, 5);
      NDArray expected = Torch.seeded(1, () -> generator.truncated(0.3).forward(z, null, false));
      NDArray plain = Torch.seeded(1, () -> generator.forward(z, null, false));
      NDArray actual = Torch.seeded(1, () -> loaded.call("forward", z));
      assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-5f);
      assertThat(plain.sub(expected).abs().max().getFloat()).isPositive();
    }
    assertMisunderstood(
        CommandResult.of(
            "sample", style.toString(), "--truncation", "NaN", "--grid", out + "/g.png"),
        "--truncation: a number, not NaN");
  }

  @Test
  void runsAreListedWithTheirScores() throws IOException {
    Path features =
        ScriptFiles.write(
            out.resolve("means.pt"),
            """
            def forward(self, x: Tensor) -> Tensor:
              return torch.mean(torch.flatten(x, 2, -1), -1)
            """);
    CommandResult scored =
        CommandResult.of(
            "evaluate",
            "--features",
            features.toString(),
            run.toString(),
            "--against",
            images.toString(),
            "--resolution",
            "16",
            "--metrics",
            "prdc",
            "--samples",
            "20");
    assertThat(scored.status()).as(scored.err()).isZero();
    CommandResult listed = CommandResult.of("runs", folder.toString());
    assertThat(listed.out()).contains("finished", "4 of 4", "precision");
    assertThat(listed.lines()).hasSize(2);
    assertThat(JSON.readTree(CommandResult.of("runs", folder.toString(), "--json").out()).size())
        .isEqualTo(1);
    assertThat(Files.readString(run.resolve("report.html"))).contains("<td>20</td>");
    assertThat(CommandResult.of("runs", out.resolve("nowhere").toString()).status()).isEqualTo(1);
  }

  @Test
  void shellsCompleteTheCommands() {
    assertThat(CommandResult.of("completion").out())
        .contains("complete -F _complete_adversaria -o default adversaria adversaria.sh")
        .contains("stylegan2", "--checkpoint-every");
  }

  @Test
  void trainingsOfConditionalAndTranslatingMethodsHavePictures() {
    for (String method : List.of("adc-gan", "stylegan2")) {
      CommandResult result = train(method, "--steps", "1", "--out", out.resolve(method).toString());
      assertThat(result.status()).as(method + result.err()).isZero();
      assertThat(out.resolve(method)).isDirectoryContaining("glob:**/report.html");
    }
    CommandResult pairs =
        CommandResult.of(
            "train",
            "cycle-gan",
            "--data",
            images.resolve("even").toString(),
            "--to",
            images.resolve("odd").toString(),
            "--resolution",
            "16",
            "--steps",
            "1",
            "--out",
            out.resolve("cycle-gan").toString());
    assertThat(pairs.status()).as(pairs.err()).isZero();
    assertThat(pairs.err()).doesNotContain("left, \n").contains("gan_ab");
    CommandResult drawn =
        CommandResult.of("sample", out.resolve("cycle-gan").toString(), "--grid", out + "/g.png");
    assertThat(drawn.err()).contains("cycle-gan translates images");
    assertThat(drawn.status()).isEqualTo(1);
  }
}
