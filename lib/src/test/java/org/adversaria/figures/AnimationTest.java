package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class AnimationTest {

  private static BufferedImage flat(int width, int height, int rgb) {
    BufferedImage image = Theme.sheet(width, height);
    Arrays.fill(Theme.pixels(image), rgb);
    return image;
  }

  private static ImageReader reader(Animation animation) {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(animation.gif())));
    return reader;
  }

  private static IIOMetadataNode frame(ImageReader reader, int index) throws IOException {
    return (IIOMetadataNode)
        reader.getImageMetadata(index).getAsTree("javax_imageio_gif_image_1.0");
  }

  @Test
  void framesDelayAndColoursReadBackExactly() throws IOException {
    List<BufferedImage> frames =
        List.of(flat(5, 3, 0xFF0000), flat(5, 3, 0x123456), flat(5, 3, 0xFFFFFF));
    ImageReader reader = reader(Figures.animate(frames, Duration.ofMillis(120)));
    assertThat(reader.getNumImages(true)).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      BufferedImage read = reader.read(i);
      assertThat(List.of(read.getWidth(), read.getHeight())).containsExactly(5, 3);
      assertThat(read.getRGB(4, 2)).isEqualTo(frames.get(i).getRGB(4, 2));
      var control =
          (IIOMetadataNode)
              frame(reader, i).getElementsByTagName("GraphicControlExtension").item(0);
      assertThat(control.getAttribute("delayTime")).isEqualTo("12");
    }
  }

  @Test
  void repeatsForEver() throws IOException {
    ImageReader reader = reader(Animation.of(List.of(flat(1, 1, 0)), Duration.ofSeconds(1)));
    var loop =
        (IIOMetadataNode) frame(reader, 0).getElementsByTagName("ApplicationExtension").item(0);
    assertThat(loop.getAttribute("applicationID")).isEqualTo("NETSCAPE");
    assertThat((byte[]) loop.getUserObject()).containsExactly(1, 0, 0);
  }

  @Test
  void framesOfManyColoursShareOnePalette() throws IOException {
    var random = new Random(1);
    List<BufferedImage> frames = new ArrayList<>();
    for (int f = 0; f < 3; f++) {
      BufferedImage frame = Theme.sheet(64, 64);
      for (int i = 0; i < 2048; i++) {
        Theme.pixels(frame)[i] = random.nextInt(0x1000000);
      }
      frames.add(frame);
    }
    ImageReader reader = reader(Animation.of(frames, Duration.ofMillis(50)));
    for (int f = 0; f < 3; f++) {
      assertThat(frame(reader, f).getElementsByTagName("LocalColorTable").getLength()).isZero();
      BufferedImage read = reader.read(f);
      // White, which half of each frame is, stays white.
      assertThat(read.getRGB(63, 63)).isEqualTo(0xFFFFFFFF);
      double error = 0;
      for (int i = 0; i < 2048; i++) {
        int a = frames.get(f).getRGB(i % 64, i / 64);
        int b = read.getRGB(i % 64, i / 64);
        error += Math.abs((a & 0xFF) - (b & 0xFF)) / 2048.0;
      }
      // 256 colours spread over the cube are about 40 levels apart.
      assertThat(error).isLessThan(20);
    }
  }

  @Test
  void htmlCarriesTheGif() {
    Animation animation = Animation.of(List.of(flat(7, 2, 0)), Duration.ofSeconds(1));
    assertThat(animation.html())
        .startsWith("<img width=\"7\" height=\"2\"")
        .contains("data:image/gif;base64," + Base64.getEncoder().encodeToString(animation.gif()));
  }

  @Test
  void saveWritesTheGif(@TempDir Path folder) throws IOException {
    Animation animation = Animation.of(List.of(flat(7, 2, 0)), Duration.ofSeconds(1));
    animation.save(folder.resolve("a.gif"));
    byte[] written = Files.readAllBytes(folder.resolve("a.gif"));
    assertThat(written).isEqualTo(animation.gif());
    assertThat(new String(written, 0, 6, StandardCharsets.US_ASCII)).isEqualTo("GIF89a");
  }

  @Test
  void refusesFramesThatDoNotFitTogether() {
    Duration time = Duration.ofMillis(100);
    List<BufferedImage> frames = List.of(flat(5, 3, 0), flat(5, 4, 0));
    assertThatThrownBy(() -> Animation.of(frames, time))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Frame 1 is 5 x 4 pixels, frame 0 is 5 x 3");
    assertThatThrownBy(() -> Animation.of(Collections.emptyList(), time))
        .hasMessageContaining("at least one frame");
    assertThatThrownBy(() -> Animation.of(List.of(flat(1, 1, 0)), Duration.ofMillis(5)))
        .hasMessageContaining("PT0.005S");
  }
}
