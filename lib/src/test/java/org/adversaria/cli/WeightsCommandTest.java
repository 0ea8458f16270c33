package org.adversaria.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.adversaria.nn.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WeightsCommandTest {

  private static final Path WEIGHTS = Path.of("src", "test", "resources", "weights");
  private static final Path STYLE_GAN = WEIGHTS.resolve("stylegan2.pkl");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int weights(Path file, String... words) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    var line = new ArrayList<>(List.of("weights", file.toString()));
    line.addAll(Arrays.asList(words));
    return Main.execute(command, line.toArray(String[]::new));
  }

  @Test
  void saysWhatAFileHolds() {
    assertThat(weights(STYLE_GAN)).isZero();
    assertThat(out.toString())
        .contains("pickle of NVIDIA's networks, 104 tensors of ")
        .contains("D: StyleGan2Discriminator, 16 pixels, 3 channels, 3 classes")
        .contains("G_ema: StyleGan2Generator, 16 pixels, 3 channels, 3 classes, layers of 3 to 6")
        .containsPattern("G_ema.synthesis.b4.const +float32 +\\(6, 4, 4\\)")
        .containsPattern("other values, which --json prints");
  }

  @Test
  void printsJson() throws IOException {
    assertThat(weights(WEIGHTS.resolve("tensors-legacy-1.13.pth"), "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("format").textValue()).isEqualTo("PyTorch before 1.6");
    assertThat(json.get("networks")).isEmpty();
    assertThat(json.get("tensors").get(3).get("dtype").textValue()).isEqualTo("bfloat16");
    assertThat(json.get("tensors").get(3).get("shape")).hasSize(2);
    assertThat(json.get("values").get("steps").intValue()).isEqualTo(2000);
  }

  @Test
  void drawsSamplesAndConverts() throws IOException {
    Path picture = folder.resolve("samples.png");
    Path converted = folder.resolve("G_ema.safetensors");
    String[] words = {
      "--sample", picture.toString(), "--count", "5", "--truncation", "0.7", "--seed", "2"
    };
    assertThat(weights(STYLE_GAN, words)).isZero();
    assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(3 * 16);
    byte[] first = Files.readAllBytes(picture);
    assertThat(weights(STYLE_GAN, "--network", "G_ema", "--to", converted.toString())).isZero();
    assertThat(SafeTensors.shapes(converted)).containsKey("synthesis.b16.torgb.weight");
    assertThat(weights(converted, words)).isZero();
    assertThat(Files.readAllBytes(picture)).isEqualTo(first);
    assertThat(err.toString()).contains("written: " + picture, "written: " + converted);
  }

  @Test
  void truncatesLatentsOfBigGan() throws IOException {
    Path picture = folder.resolve("samples.png");
    Path file = WEIGHTS.resolve("biggan-plain.pth");
    assertThat(weights(file, "--sample", picture.toString(), "--truncation", "0.5")).isZero();
    assertThat(ImageIO.read(picture.toFile()).getHeight()).isGreaterThan(4 * 32);
  }

  @Test
  void failuresNameTheFileAndTheRemedy() throws IOException {
    Path file =
        Files.write(
            folder.resolve("evil.pkl"),
            "\u0080\u0002cos\nsystem\n(X\u0004\0\0\0truetR.".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(weights(file)).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("error: " + file + " cannot be read as weights: it names 'os.system'");
    assertThat(weights(folder.resolve("missing.pth"))).isEqualTo(1);
    assertThat(err.toString()).contains("missing.pth");
    assertThat(weights(STYLE_GAN, "--sample", "samples.jpg")).isEqualTo(2);
    assertThat(weights(STYLE_GAN, "--count", "0")).isEqualTo(2);
    assertThat(weights(STYLE_GAN, "--to", "x.pth")).isEqualTo(2);
    assertThat(weights(STYLE_GAN, "--truncation", "-1")).isEqualTo(2);
    assertThat(weights(STYLE_GAN, "--network", "G")).isEqualTo(1);
  }
}
