package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.adversaria.figures.Figures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

class PicturesTest {

  private static final byte[] END = {
    0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 'B', 0x60, (byte) 0x82
  };

  private static byte[] bytes(MimeBundle bundle, String type) {
    return Base64.getDecoder().decode(bundle.data().get(type).toString());
  }

  static BufferedImage decode(MimeBundle bundle) {
    byte[] png = bytes(bundle, "image/png");
    assertThat(Arrays.copyOfRange(png, png.length - END.length, png.length)).isEqualTo(END);
    try {
      return ImageIO.read(new ByteArrayInputStream(png));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedImage drawn(int type) {
    var image = new BufferedImage(30, 20, type);
    for (int x = 0; x < 30; x++) {
      for (int y = 0; y < 20; y++) {
        image.setRGB(x, y, 0xFF000000 | (x * 8) << 16 | (y * 12) << 8 | (x + y));
      }
    }
    return image;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_ARGB_PRE,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_BYTE_GRAY,
        BufferedImage.TYPE_USHORT_565_RGB
      })
  void picturesKeepTheirPixels(int type) {
    BufferedImage image = drawn(type);
    MimeBundle bundle = Renderers.render(image);
    BufferedImage decoded = decode(bundle);
    for (int x = 0; x < 30; x++) {
      for (int y = 0; y < 20; y++) {
        assertThat(decoded.getRGB(x, y)).isEqualTo(image.getRGB(x, y));
      }
    }
    assertThat(bundle.data()).containsEntry("text/plain", "picture, 30 x 20");
    assertThat(bundle.metadata())
        .isEqualTo(
            Map.of("image/png", Map.of("alt", "picture, 30 x 20", "width", 30, "height", 20)));
  }

  @Test
  void picturesAreWrittenByAnInterruptedThreadToo() {
    Thread.currentThread().interrupt();
    MimeBundle bundle = Renderers.render(drawn(BufferedImage.TYPE_INT_RGB));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(decode(bundle).getWidth()).isEqualTo(30);
  }

  @Test
  void chartsHaveTheirTitle() {
    XYChart chart = new XYChartBuilder().title("Loss <1>").width(300).height(200).build();
    chart.addSeries("a", new double[] {1, 2}, new double[] {3, 4});
    MimeBundle bundle = Renderers.render(chart);
    assertThat(decode(bundle).getWidth()).isEqualTo(300);
    assertThat(bundle.data()).containsEntry("text/plain", "chart \"Loss <1>\", 300 x 200");
    assertThat(bundle.metadata().get("image/png").toString()).contains("Loss <1>");
  }

  @Test
  void bytesAreThePictureThatTheyAre() {
    byte[] gif = Figures.animate(List.of(drawn(1), drawn(1)), Duration.ofMillis(100)).gif();
    MimeBundle bundle = Renderers.render(gif);
    assertThat(bytes(bundle, "image/gif")).isEqualTo(gif);
    assertThat(bundle.data()).containsEntry("text/plain", "GIF picture, 30 x 20");
    assertThat(Renderers.render(Figures.animate(List.of(drawn(1)), Duration.ofMillis(100))).data())
        .containsKey("image/gif");
    byte[] jpeg = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 1, 2};
    assertThat(Renderers.render(jpeg).data()).containsEntry("text/plain", "JPEG picture");
  }

  @Test
  void filesOfPicturesAreShown(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a <b>.png");
    Files.write(file, Pictures.png(drawn(1)));
    MimeBundle bundle = Renderers.render(file);
    assertThat(decode(bundle).getHeight()).isEqualTo(20);
    assertThat(bundle.data()).containsEntry("text/plain", "a <b>.png, 30 x 20");
    assertThat(Renderers.render(file.toFile())).isEqualTo(bundle);
    assertThat(Html.of(bundle)).contains("alt=\"a &lt;b&gt;.png, 30 x 20\"");

    Path other = Files.writeString(folder.resolve("b.png"), "no picture");
    assertThat(Renderers.render(other).data())
        .containsOnly(Map.entry("text/plain", other.toString()));
    assertThat(Renderers.render(folder).data())
        .containsOnly(Map.entry("text/plain", folder.toString()));
    Path missing = folder.resolve("missing.png");
    assertThat(Renderers.render(missing).data().get("text/plain"))
        .isEqualTo(missing + " (no such file)");
  }

  @Test
  void listsAndMapsOfPicturesShowThem() {
    BufferedImage image = drawn(1);
    MimeBundle list = Renderers.render(List.of(image, image));
    assertThat(list.data()).containsEntry("text/plain", "[picture, 30 x 20, picture, 30 x 20]");
    assertThat(list.data().get(MimeBundle.HTML).toString().split("<img", -1)).hasSize(3);
    MimeBundle map = Renderers.render(Map.of("<first>", image));
    assertThat(map.data().get(MimeBundle.HTML).toString())
        .contains("<figcaption>&lt;first&gt;</figcaption><img");
    assertThat(
            Renderers.render(java.util.Collections.nCopies(100, image))
                .data()
                .get(MimeBundle.HTML)
                .toString())
        .contains("and 76 more");
  }
}
