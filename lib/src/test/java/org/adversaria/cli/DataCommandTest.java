package org.adversaria.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DataCommandTest {

  @TempDir Path folder;

  private record Result(int status, String out, String err) {}

  private static Result data(Path path, String... options) {
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    var words = new String[options.length + 2];
    words[0] = "data";
    words[1] = path.toString();
    System.arraycopy(options, 0, words, 2, options.length);
    int status = Main.execute(command, words);
    return new Result(status, out.toString(), err.toString());
  }

  private Path images() throws IOException {
    Path path = folder.resolve("pets");
    for (String name : new String[] {"train/cat/1", "train/dog/2", "valid/cat/3"}) {
      Path file = path.resolve(name + ".png");
      Files.createDirectories(file.getParent());
      int side = name.endsWith("2") ? 24 : 16;
      var image = new BufferedImage(side, 16, BufferedImage.TYPE_INT_RGB);
      image.setRGB(3, 4, 0xffffff);
      ImageIO.write(image, "png", file.toFile());
    }
    return path;
  }

  @Test
  void tellsWhatIsThereAndFailsWhereItCannotBeUsed() throws IOException {
    Path path = images();
    Result mixed = data(path);
    assertThat(mixed.status()).isEqualTo(1);
    assertThat(mixed.err()).isEmpty();
    assertThat(mixed.out())
        .startsWith(path + ": parts, with a folder for each class\n")
        .contains("  parts       train 2, valid 1\n")
        .contains("  classes     2: cat 1, dog 1\n")
        .contains("  sizes       16x16 1, 24x16 1\n")
        .contains("  used        nothing, see the problems\n")
        .contains("  problem     the images have 2 sizes, from 16x16 to 24x16")
        .contains("--resolution 16");
    Result scaled = data(path, "--resolution", "16", "--fit", "pad");
    assertThat(scaled.status()).isZero();
    assertThat(scaled.out())
        .contains(
            "  used        2 images of 3x16x16, 0.0 MB: each is scaled as a whole into 16x16");
    assertThat(data(path, "--split", "test").status()).isZero();
    Files.writeString(path.resolve("train/cat/4.png"), "no image");
    Result broken = data(path, "--resolution", "16");
    assertThat(broken.status()).isEqualTo(1);
    assertThat(broken.out()).contains("  broken      ").contains("4.png is not a readable image");
    assertThat(data(path, "--resolution", "16", "--skip-broken").status()).isZero();
  }

  @Test
  void jsonHasEverything() throws IOException {
    Result result = data(images(), "--resolution", "8", "--json");
    JsonNode report = new ObjectMapper().readTree(result.out());
    assertThat(report.get("classes").get(1).get("name").asText()).isEqualTo("dog");
    assertThat(report.get("use").get("height").asInt()).isEqualTo(8);
    assertThat(report.get("problems")).isEmpty();
    assertThat(result.status()).isZero();
  }

  @Test
  void misunderstandingsEndInTwo() throws IOException {
    Result nothing = data(folder.resolve("nowhere"));
    assertThat(nothing.status()).isEqualTo(2);
    assertThat(nothing.err()).contains("there is nothing at").contains("adversaria data --help");
    assertThat(data(images(), "--fit", "stretch").status()).isEqualTo(2);
    Result resolution = data(images(), "--resolution", "-1");
    assertThat(resolution.status()).isEqualTo(2);
    assertThat(resolution.err()).contains("at most 16384, not -1");
    assertThat(data(images(), "--help").out()).contains("--skip-broken", "exit status is 0");
  }
}
