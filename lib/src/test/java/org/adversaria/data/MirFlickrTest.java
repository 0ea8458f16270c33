package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirFlickrTest {

  @TempDir private Path folder;
  private Path tags;
  private Path annotations;

  @BeforeEach
  void writeThreeImages() throws IOException {
    Path images = Files.createDirectory(folder.resolve("mirflickr"));
    tags = Files.createDirectories(images.resolve("meta").resolve("tags"));
    annotations = Files.createDirectory(folder.resolve("mirflickr25k_annotations_v080"));
    for (int i = 1; i <= 3; i++) {
      var image = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
      image.setRGB(2, 2, 0xff0000);
      ImageIO.write(image, "jpg", images.resolve("im" + i + ".jpg").toFile());
    }
    Files.writeString(tags.resolve("tags1.txt"), "sky\n new york \n\n");
    Files.writeString(tags.resolve("tags2.txt"), "");
    Files.writeString(tags.resolve("tags3.txt"), "été\r\nsky\r\n");
    Files.writeString(annotations.resolve("clouds.txt"), "1\n2\n");
    Files.writeString(annotations.resolve("clouds_r1.txt"), "2\n");
    Files.writeString(annotations.resolve("sky.txt"), "3\n");
    Files.writeString(annotations.resolve("README.txt"), "about the topics");
  }

  @Test
  void tagsAndAnnotationsGoWithTheirImages() {
    TaggedImages read = Datasets.mirFlickr(folder, 4);
    assertThat(read.tags())
        .containsExactly(
            List.of("sky", "new_york", "clouds"), List.of("clouds"), List.of("été", "sky"));
    assertThat(read.images().imageShape().getShape()).containsExactly(3, 4, 4);
    var pixels = new byte[48];
    read.images().copyImage(0, pixels, 0);
    assertThat(pixels).isNotEqualTo(new byte[48]);
  }

  @Test
  void annotationsMayBeMissing() throws IOException {
    for (Path file : Files.list(annotations).toList()) {
      Files.delete(file);
    }
    assertThatThrownBy(() -> Datasets.mirFlickr(folder, 4)).hasMessageContaining("no annotations");
    Files.delete(annotations);
    assertThat(Datasets.mirFlickr(folder, 4).tags().get(1)).isEmpty();
  }

  @Test
  void anImageIsDecodedWhenItIsAskedFor() throws IOException {
    Files.writeString(folder.resolve("mirflickr").resolve("im2.jpg"), "no picture");
    TaggedImages read = Datasets.mirFlickr(folder, 4);
    assertThatThrownBy(() -> read.images().copyImage(1, new byte[48], 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("im2.jpg");
  }

  @Test
  void whatIsMissingOrDamagedIsNamed() throws IOException {
    Files.writeString(annotations.resolve("sky.txt"), "3\n4\n");
    assertProblem("Entry 2 of");
    Files.writeString(annotations.resolve("sky.txt"), "three\n");
    assertProblem("'three'");
    Files.write(tags.resolve("tags3.txt"), "été".getBytes(StandardCharsets.ISO_8859_1));
    assertProblem("tags3.txt is not UTF-8");
    Files.delete(tags.resolve("tags3.txt"));
    assertProblem("tags3.txt");
    Files.delete(folder.resolve("mirflickr").resolve("im2.jpg"));
    assertProblem("no im2.jpg");
  }

  private void assertProblem(String words) {
    assertThatThrownBy(() -> Datasets.mirFlickr(folder, 4))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(words);
  }
}
