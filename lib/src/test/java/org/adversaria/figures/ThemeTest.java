package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.FontMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ThemeTest {

  @Test
  void coloursAreThoseOfOkabeAndIto() {
    assertThat(IntStream.range(0, 8).map(i -> Theme.color(i).getRGB() & 0xFFFFFF).toArray())
        .containsExactlyInAnyOrder(
            0x000000, 0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7);
    assertThat(Theme.color(8)).isEqualTo(Theme.color(0));
  }

  @Test
  void faintIsAMixWithWhite() {
    assertThat(Theme.faint(new Color(0, 100, 255), 0.5)).isEqualTo(new Color(128, 178, 255));
    assertThat(Theme.faint(Color.RED, 1)).isEqualTo(Color.RED);
  }

  @Test
  void fitCutsOnlyWhatIsTooWide() {
    FontMetrics metrics = Theme.metrics(Theme.font(13));
    String text = "a long name of a class";
    assertThat(Theme.fit(text, metrics, metrics.stringWidth(text))).isEqualTo(text);
    String cut = Theme.fit(text, metrics, metrics.stringWidth(text) - 1);
    assertThat(cut).startsWith("a long name").endsWith("\u2026");
    assertThat(metrics.stringWidth(cut)).isLessThan(metrics.stringWidth(text));
    assertThat(Theme.fit(text, metrics, 0)).isEqualTo("\u2026");
    assertThat(Theme.fit("", metrics, 0)).isEmpty();
  }

  /** What runs on a machine without fonts; see the test below. */
  static final class WithoutFonts {

    private WithoutFonts() {}

    public static void main(String[] args) {
      System.out.println(
          "width " + Figures.beside(Theme.sheet(3, 2), Theme.sheet(3, 2)).getWidth());
      for (int i = 0; i < 2; i++) {
        try {
          Figures.titled("text", Theme.sheet(3, 2));
        } catch (IllegalStateException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aMachineWithoutFontsIsToldWhatToInstall(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path none = folder.resolve("fonts.conf");
    Files.writeString(
        none,
        """
        <?xml version="1.0"?>
        <!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
        <fontconfig></fontconfig>
        """);
    var builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            // Without the JDK's own cache of the fonts that it found here.
            "-Duser.home=" + folder,
            WithoutFonts.class.getName());
    builder.environment().put("FONTCONFIG_FILE", none.toString());
    // Nor is there a screen, whatever the environment says.
    builder.environment().put("DISPLAY", ":99");
    // With this the JVM prints a line of its own.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.lines().toList()).hasSize(3);
    assertThat(output)
        .contains("width 18")
        .containsPattern("(?s)(apt-get install fontconfig libfreetype6 fonts-dejavu-core.*){2}");
  }
}
