package org.adversaria.data;

import static org.adversaria.data.TestFiles.colorPng;
import static org.adversaria.data.TestFiles.greyPng;
import static org.adversaria.data.TestFiles.png;
import static org.adversaria.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePairsTest {

  private static final int COUNT = 12;
  private static final int SIZE = 5;

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Pixel p of image i is 10 i + p, or above that by an offset. */
  private static ImageData numbered(int count, int channels, int offset) {
    var images = new byte[count][channels * SIZE * SIZE];
    for (int i = 0; i < count; i++) {
      for (int p = 0; p < images[i].length; p++) {
        images[i][p] = (byte) (10 * i + p % (SIZE * SIZE) + offset);
      }
    }
    return new ImageBytes(
        "numbered", channels, SIZE, SIZE, List.of("unlabelled"), images, new int[count]);
  }

  private static int[] bytes(NDArray images) {
    float[] pixels = images.toFloatArray();
    var bytes = new int[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      bytes[i] = Math.round((pixels[i] + 1) * 127.5f);
    }
    return bytes;
  }

  @Test
  void bothImagesOfAPairHaveTheSameCropAndMirroring() {
    ImagePairs pairs =
        ImagePairs.of(numbered(COUNT, 1, 0), numbered(COUNT, 1, 100)).cropped(SIZE - 2);
    assertThat(pairs.sampleShape()).isEqualTo(new Shape(1, 3, 3));
    Set<Integer> corners = new HashSet<>();
    Set<Integer> steps = new HashSet<>();
    try (BatchSource batches = pairs.batches(4, 1, true)) {
      for (int number = 0; number < 30; number++) {
        Batch batch = batches.batch(number, manager);
        int[] a = bytes(batch.x());
        int[] b = bytes(batch.y());
        for (int p = 0; p < a.length; p++) {
          assertThat(b[p]).isEqualTo(a[p] + 100);
        }
        corners.add(a[0] % 10);
        steps.add(a[1] - a[0]);
        assertThat(bytes(batches.batch(number, manager).x())).isEqualTo(a);
      }
    }
    assertThat(steps).containsExactlyInAnyOrder(1, -1);
    assertThat(corners).hasSizeGreaterThan(5);
  }

  @Test
  void anEpochHasEveryPairOnce() {
    ImagePairs pairs = ImagePairs.of(numbered(COUNT, 1, 0), numbered(COUNT, 3, 0));
    assertThat(pairs.targetShape()).isEqualTo(new Shape(3, SIZE, SIZE));
    Set<Integer> seen = new HashSet<>();
    try (BatchSource batches = pairs.batches(4, 1, false)) {
      for (int number = 0; number < 3; number++) {
        Batch batch = batches.batch(number, manager);
        for (int i = 0; i < 4; i++) {
          int first = bytes(batch.x().get(i))[0];
          seen.add(first);
          assertThat(bytes(batch.y().get(i))[0]).isEqualTo(first);
        }
      }
    }
    assertThat(seen).hasSize(COUNT);
  }

  @Test
  void unpairedImagesAreDrawnIndependently() {
    ImagePairs images = ImagePairs.unpaired(numbered(COUNT, 1, 0), numbered(8, 1, 0));
    assertThat(images.size()).isEqualTo(COUNT);
    int together = 0;
    Set<Integer> seenB = new HashSet<>();
    try (BatchSource batches = images.batches(4, 1, false)) {
      for (int number = 0; number < 30; number++) {
        Batch batch = batches.batch(number, manager);
        for (int i = 0; i < 4; i++) {
          int b = bytes(batch.y().get(i))[0];
          together += bytes(batch.x().get(i))[0] == b ? 1 : 0;
          seenB.add(b);
        }
      }
    }
    // 120 draws, each the same with probability 1/12.
    assertThat(together).isBetween(1, 40);
    assertThat(seenB).hasSize(8);
  }

  @Test
  void theOppositeDirectionExchangesTheDomains() {
    ImageData a = numbered(COUNT, 1, 0);
    ImageData b = numbered(COUNT, 3, 0);
    ImagePairs reversed = ImagePairs.of(a, b).reversed();
    assertThat(reversed.a()).isSameAs(b);
    assertThat(reversed.sampleShape()).isEqualTo(new Shape(3, SIZE, SIZE));
    assertThat(reversed.targetShape()).isEqualTo(new Shape(1, SIZE, SIZE));
  }

  @Test
  void conditionsAreTheSecondImagesWithACentredCrop() {
    ImagePairs pairs = ImagePairs.of(numbered(COUNT, 1, 0), numbered(COUNT, 1, 100)).cropped(3);
    NDArray all = pairs.conditions(manager);
    assertThat(all.getShape()).isEqualTo(new Shape(COUNT, 1, 3, 3));
    assertThat(bytes(all.get(1))).containsExactly(116, 117, 118, 121, 122, 123, 126, 127, 128);
  }

  @Test
  void theChecksumTellsHowImagesAreDrawn() {
    ImageData a = numbered(COUNT, 1, 0);
    ImageData b = numbered(COUNT, 1, 9);
    Set<String> checksums =
        Set.of(
            ImagePairs.of(a, b).checksum(),
            ImagePairs.of(b, a).checksum(),
            ImagePairs.of(a, b).cropped(3).checksum(),
            ImagePairs.unpaired(a, b).checksum());
    assertThat(checksums).hasSize(4).contains(ImagePairs.of(b, a).reversed().checksum());
  }

  @Test
  void imagesOfTwoFoldersPairByTheirNames() throws IOException {
    write(folder.resolve("a/2.png"), greyPng(4, 2, 20));
    write(folder.resolve("a/1.png"), greyPng(8, 8, 10));
    write(folder.resolve("a/deeper/3.png"), greyPng(3, 3, 30));
    write(folder.resolve("b/1.PNG"), colorPng(5, 5, 0x010203));
    write(folder.resolve("b/2.png"), greyPng(4, 4, 2));
    write(folder.resolve("b/deeper/3.png"), greyPng(9, 4, 3));
    ImagePairs pairs = ImagePairs.folders(folder.resolve("a"), folder.resolve("b"), 4);
    assertThat(pairs.sampleShape()).isEqualTo(new Shape(1, 4, 4));
    assertThat(pairs.targetShape()).isEqualTo(new Shape(3, 4, 4));
    Batch all = pairs.batches(3, 1, false).batch(0, manager);
    for (int i = 0; i < 3; i++) {
      int a = bytes(all.x().get(i))[0];
      assertThat(bytes(all.y().get(i))[0]).isEqualTo(a / 10);
    }
  }

  @Test
  void imagesWithoutPartnerAreNamed() throws IOException {
    write(folder.resolve("a/1.png"), greyPng(2, 2, 1));
    for (int i = 1; i < 9; i++) {
      write(folder.resolve("b/" + i + ".png"), greyPng(2, 2, 1));
    }
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImagePairs.folders(folder.resolve("a"), folder.resolve("b"), 4))
        .withMessageContaining(folder.resolve("a") + " has no partner of")
        .withMessageContaining("2.png")
        .withMessageContaining("6.png and 2 more")
        .withMessageContaining("ImagePairs.unpaired");
    write(folder.resolve("a/1.bmp"), greyPng(2, 2, 1));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> ImagePairs.folders(folder.resolve("a"), folder.resolve("b"), 4))
        .withMessageContaining("differ in their suffix only");
  }

  @Test
  void aFileSideBySideHasAInItsLeftHalf() throws IOException {
    var both = new BufferedImage(8, 4, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 32; i++) {
      both.getRaster().setSample(i % 8, i / 8, 0, i % 8 < 4 ? 50 : 200);
    }
    write(folder.resolve("1.png"), png(both));
    for (int resolution : new int[] {2, 4, 6}) {
      ImagePairs pairs = ImagePairs.sideBySide(folder, resolution);
      Batch batch = pairs.batches(1, 0, false).batch(0, manager);
      assertThat(batch.x().getShape()).isEqualTo(new Shape(1, 1, resolution, resolution));
      assertThat(bytes(batch.x())).containsOnly(50);
      assertThat(bytes(batch.y())).containsOnly(200);
    }
  }

  @Test
  void whatDoesNotPairIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImagePairs.of(numbered(3, 1, 0), numbered(4, 1, 0)))
        .withMessageContaining("'numbered' has 3 images and 'numbered' has 4");
    ImageData shapes = Shapes.builder().resolution(16).size(3).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImagePairs.of(numbered(3, 1, 0), shapes))
        .withMessageContaining("5x5 pixels and 'shapes-16' has 16x16");
    ImagePairs pairs = ImagePairs.of(numbered(3, 1, 0), numbered(3, 1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pairs.cropped(6))
        .withMessageContaining("6 pixels is not inside images of 5x5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pairs.batches(4, 0, false))
        .withMessageContaining("1 to 3 images");
  }

  @Test
  void sketchesOfShapesAreLinesOnPaperAroundThem() {
    Shapes shapes = Shapes.builder().size(20).build();
    Shapes sketches = shapes.sketches();
    assertThat(sketches.name()).isEqualTo("shapes-sketch-32");
    assertThat(sketches.channels()).isEqualTo(1);
    assertThat(sketches.label(13)).isEqualTo(shapes.label(13));
    var sketch = new byte[32 * 32];
    for (int i = 0; i < 20; i++) {
      sketches.copyImage(i, sketch, 0);
      int dark = 0;
      for (byte pixel : sketch) {
        dark += Byte.toUnsignedInt(pixel) < 100 ? 1 : 0;
      }
      // An outline of 30 to 150 pixels, a pixel and a half wide.
      assertThat(dark).as("image %s", i).isBetween(25, 300);
      assertThat(Byte.toUnsignedInt(sketch[0])).isEqualTo(242);
    }
  }
}
