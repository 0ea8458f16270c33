package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.adversaria.data.ImageOptions;
import org.adversaria.data.Split;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepFileTest {

  private static final String WHOLE =
      """
      {"methods": ["adc-gan", "ac-gan"], "presets": ["small"], "seeds": [1, 2, 3], "data": "shapes-32",
       "steps": 300, "settings": {"recipe.batchSize": 16}, "scores": ["fid"], "samples": 1000,
       "checkpointEvery": 100, "precision": "fp32", "flip": true,
       "images": {"resolution": 64, "fit": "pad", "split": "test"}}
      """;

  @TempDir private Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("sweep.json"), content);
  }

  @Test
  void readsEveryKey() throws IOException {
    SweepFile read = SweepFile.read(file(WHOLE));
    assertThat(read)
        .isEqualTo(
            new SweepFile(
                List.of("adc-gan", "ac-gan"),
                List.of("small"),
                List.of(1L, 2L, 3L),
                "shapes-32",
                new ImageOptions(Split.TEST, 64, ImageOptions.Fit.PAD, true, false),
                true,
                300,
                Map.of("recipe.batchSize", 16),
                "fp32",
                100,
                List.of("fid"),
                1000));
  }

  @Test
  void isWrittenAsItIsRead() throws IOException {
    SweepFile read = SweepFile.read(file(WHOLE));
    Path copy = folder.resolve("copy.json");
    Sweep.read(folder.resolve("sweep.json")).write(copy);
    assertThat(SweepFile.read(copy)).isEqualTo(read);
  }

  @Test
  void takesDefaults() throws IOException {
    SweepFile read =
        SweepFile.read(
            file("{\"methods\": [\"gan\"], \"presets\": [\"small\"], \"data\": \"mnist\"}"));
    assertThat(read.seeds()).containsExactly(0L);
    assertThat(read.steps()).isEqualTo(1000);
    assertThat(read.scores()).isEmpty();
  }

  /** Whatever is wrong is told with the file and the key. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"method": ["gan"]}                                            | "method"; the keys are
          {"images": {"size": 3}}                                        | "images.size"; the keys are
          {"images": 3}                                                  | "images" has to be an object
          []                                                             | has to be an object
          {"steps": null}                                                | "steps" is null
          {"steps": 1.5}                                                 | "steps" has to be a whole number
          {"steps": "ten"}                                               | "steps" has to be a whole number
          {"samples": 3000000000}                                        | "samples" has to be a whole number
          {"seeds": 7}                                                   | "seeds" has to be a list of whole numbers
          {"seeds": [1.5]}                                               | "seeds" has to be a list of whole numbers
          {"seeds": [1, null]}                                           | "seeds" has to be a list of whole numbers, such as [1, 2], and has null
          {"seeds": [[1]]}                                               | "seeds" has to be a list of whole numbers
          {"methods": [null]}                                            | "methods" has to be a list of names
          {"methods": [7]}                                               | no method '7\'
          {"methods": "gan"}                                             | "methods" has to be a list of names
          {"settings": 7}                                                | "settings" has to be an object
          {"flip": "yes"}                                                | "flip" has to be true or false
          {"images": {"split": "all"}}                                   | "images.split" has to be "train" or "test"
          {"images": {"fit": 7}}                                         | "images.fit" has to be "crop" or "pad"
          {"images": {"resolution": "x"}}                                | "images.resolution" has to be a whole number
          {"images": {"resolution": -1}}                                 | "images":
          {"steps": 1} {}                                                | something follows the end
          {"steps": 1, "steps": 2}                                       | Duplicate field 'steps'
          {"steps": 1                                                    | line 1
          {}                                                             | "methods" is empty
          {"methods": ["gun"]}                                           | no method 'gun'
          {"methods": ["gan"]}                                           | "presets" is empty
          {"methods": ["gan", "GAN"], "presets": ["small"]}              | "methods" has gan twice
          {"methods": ["gan"], "presets": ["small"], "seeds": [1, 1]}    | "seeds" has 1 twice
          {"methods": ["gan"], "presets": ["small"]}                     | "data" is missing
          {"methods": ["gan"], "presets": ["small"], "data": "mnist", "steps": 0} | "steps" has to be at least 1
          {"methods": ["gan"], "presets": ["small"], "data": "mnist", "scores": ["fd"]} | no metric 'fd'
          {"methods": ["gan"], "presets": ["small"], "data": "mnist", "precision": "fp8"} | no precision 'fp8'
          """)
  void refuses(String content, String message) throws IOException {
    Path file = file(content);
    assertThatThrownBy(() -> Sweep.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message)
        .hasMessageNotContainingAny("java.", "org.", "com.", "Coercion", "Feature");
  }

  @Test
  void scoresAreNames() throws IOException {
    Path file = folder.resolve("scores.json");
    Sweep.of("gan")
        .presets("small")
        .on("shapes-32")
        .evaluate(
            e ->
                e.fid()
                    .kid()
                    .inceptionScore()
                    .prdc()
                    .improvedPrecisionRecall()
                    .intraFid()
                    .conditionalAccuracy()
                    .classificationAccuracyScore()
                    .factorDiversity()
                    .fid())
        .write(file);
    assertThat(SweepFile.read(file).scores())
        .containsExactly(
            "fid", "kid", "is", "prdc", "pr", "intra-fid", "accuracy", "cas", "factors");
  }

  @Test
  void pathsDoNotDependOnTheWorkingFolder() throws IOException {
    Path file = folder.resolve("path.json");
    Sweep.of("gan").presets("small").on("photos/../pictures").write(file);
    assertThat(SweepFile.read(file).data())
        .isEqualTo(Path.of("pictures").toAbsolutePath().toString());
  }
}
