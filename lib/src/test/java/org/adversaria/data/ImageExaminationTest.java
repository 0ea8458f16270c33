package org.adversaria.data;

import static org.adversaria.data.TestFiles.colorPng;
import static org.adversaria.data.TestFiles.greyPng;
import static org.adversaria.data.TestFiles.utf8;
import static org.adversaria.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.adversaria.data.ImageReport.Count;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageExaminationTest {

  @TempDir Path folder;

  private static final ImageOptions STANDARD = ImageOptions.standard();

  /** Random blocks of colour, the same for every equal seed; changed a little by a shift. */
  private static byte[] blocks(int width, int height, long seed, int shift) {
    var random = new Random(seed);
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var levels = IntStream.range(0, 64).map(i -> random.nextInt(200)).toArray();
    for (int i = 0; i < width * height; i++) {
      int level = levels[i / width * 8 / height * 8 + i % width * 8 / width] + shift;
      image.setRGB(i % width, i / width, level << 16 | level << 8 | level / 2);
    }
    return TestFiles.png(image);
  }

  private Path mixed() throws IOException {
    Path path = folder.resolve("mixed");
    write(path.resolve("cat/a.png"), blocks(40, 40, 1, 0));
    write(path.resolve("cat/b.png"), blocks(48, 40, 2, 0));
    write(path.resolve("dog/c.png"), greyPng(40, 40, 9));
    write(path.resolve("dog/d.png"), Arrays.copyOf(blocks(40, 40, 3, 0), 200));
    write(path.resolve("dog/notes.txt"), utf8("x"));
    return path;
  }

  @Test
  void tellsWhatIsThereAndWhatIsWrongWithIt() throws IOException {
    Path path = mixed();
    ImageReport report = Datasets.examine(path, STANDARD);
    assertThat(report.layout()).isEqualTo("a folder for each class");
    assertThat(report.parts()).containsExactly(new Count("train", 4));
    assertThat(report.classes()).containsExactly(new Count("cat", 2), new Count("dog", 1));
    assertThat(report.sizes()).containsExactly(new Count("40x40", 2), new Count("48x40", 1));
    assertThat(report.channels()).containsExactly(new Count("colour", 2), new Count("grey", 1));
    assertThat(report.formats()).containsExactly(new Count("PNG", 3));
    assertThat(report.leftOut())
        .containsExactly(
            new ImageReport.LeftOut("no images by their names", 1, List.of("dog/notes.txt")));
    assertThat(report.broken()).extracting(ImageReport.Broken::file).containsExactly("dog/d.png");
    assertThat(report.constant().such()).containsExactly("dog/c.png");
    assertThat(report.duplicates().groups()).isZero();
    assertThat(report.use().images()).isZero();
    assertThat(report.use().suggestedResolution()).isEqualTo(32);
    assertThat(report.problems()).hasSize(2);
    assertThat(report.problems().get(0)).startsWith("1 of 4 images cannot be read:");
    assertThat(report.problems().get(1))
        .startsWith(
            "the images have 2 sizes, from 40x40 to 48x40: choose one, such as --resolution 32");
  }

  @Test
  void tellsWhatWouldBeUsedAsItIsUsed() throws IOException {
    Path path = mixed();
    ImageOptions options = STANDARD.withResolution(64).withSkipBroken(true);
    ImageReport report = Datasets.examine(path, options);
    assertThat(report.problems()).isEmpty();
    ImageData data = Datasets.open(path.toString(), options);
    assertThat(report.use().images()).isEqualTo(data.size());
    assertThat(report.use().channels()).isEqualTo(data.channels());
    assertThat(report.use().height()).isEqualTo(data.height());
    assertThat(report.use().width()).isEqualTo(data.width());
    assertThat(report.notes())
        .anyMatch(note -> note.startsWith("3 images are smaller than 64x64 and are scaled up"))
        .anyMatch(note -> note.startsWith("1 images are no squares: the centred square of each"))
        .anyMatch(note -> note.startsWith("3 images are few"));
  }

  @Test
  void oddSizesAreToldWhatCanBeDone() throws IOException {
    write(folder.resolve("odd/a.png"), greyPng(45, 41, 1));
    ImageReport report = Datasets.examine(folder.resolve("odd"), STANDARD);
    assertThat(report.problems()).isEmpty();
    assertThat(report.use().how()).isEqualTo("images are taken as they are");
    assertThat(report.notes())
        .anyMatch(
            note -> note.startsWith("images of 45x41 are used as they are, but most networks"))
        .anyMatch(note -> note.contains("--resolution 32 makes them"));
  }

  @Test
  void labelsThatAreNotUnderstoodAreAProblemAndImagesAreLookedAt() throws IOException {
    write(folder.resolve("bad/a.png"), colorPng(8, 8, 0x102030));
    write(folder.resolve("bad/dataset.json"), utf8("{\"labels\": [[\"a.png\", 1]]}"));
    ImageReport report = Datasets.examine(folder.resolve("bad"), STANDARD);
    assertThat(report.problems()).singleElement().asString().contains("labels from 1 to 1");
    assertThat(report.sizes()).containsExactly(new Count("8x8", 1));
    assertThat(report.use().images()).isZero();
    ImageReport test = Datasets.examine(folder.resolve("bad"), STANDARD.withSplit(Split.TEST));
    assertThat(test.problems()).hasSize(1);
    write(folder.resolve("file.bin"), utf8("x"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.examine(folder.resolve("file.bin"), STANDARD))
        .withMessageContaining("file.bin is not a folder of images");
  }

  @Test
  void countsImagesThatLookAlike() throws IOException {
    Path path = folder.resolve("alike");
    for (int i = 0; i < 12; i++) {
      write(path.resolve("a" + i + ".png"), blocks(40, 40, i, 0));
    }
    write(path.resolve("b1.png"), blocks(80, 64, 1, 2));
    write(path.resolve("b2.png"), blocks(40, 40, 1, 3));
    write(path.resolve("b3.png"), blocks(24, 24, 3, 0));
    write(path.resolve("c1.png"), greyPng(40, 40, 9));
    write(path.resolve("c2.png"), greyPng(40, 40, 9));
    ImageReport report = Datasets.examine(path, STANDARD.withResolution(32));
    assertThat(report.duplicates().images()).isEqualTo(5);
    assertThat(report.duplicates().groups()).isEqualTo(2);
    assertThat(report.duplicates().largest()).isEqualTo(3);
    assertThat(report.duplicates().such())
        .containsExactly(List.of("a1.png", "b1.png"), List.of("a3.png", "b3.png"));
    assertThat(report.constant().files()).isEqualTo(2);
  }

  /** Two bits of difference are found in whichever part of the hash they are. */
  @Test
  void findsHashesThatDifferInAFewBits() {
    var colors = new byte[48];
    var images = new ArrayList<Likeness>();
    var random = new Random(7);
    for (int i = 0; i < 200; i++) {
      long hash = random.nextLong();
      images.add(new Likeness(hash, colors));
      images.add(new Likeness(hash ^ 1L << i % 64 ^ 1L << i * 7 % 64 ^ 1L << i * 13 % 64, colors));
    }
    List<String> names = IntStream.range(0, 400).mapToObj(Integer::toString).toList();
    ImageReport.Duplicates found = NearDuplicates.of(images, names);
    assertThat(found.groups()).isEqualTo(200);
    assertThat(found.largest()).isEqualTo(2);
  }

  /** Drawn shapes differ in colour and place; few of them are alike. */
  @Test
  void differentImagesAreNotAlike() {
    Shapes shapes = Shapes.builder().resolution(32).size(500).build();
    var images = new ArrayList<Likeness>();
    var bytes = new byte[shapes.imageLength()];
    for (int i = 0; i < shapes.size(); i++) {
      shapes.copyImage(i, bytes, 0);
      images.add(Likeness.of(new Picture(3, 32, 32, bytes)));
    }
    List<String> names = IntStream.range(0, 500).mapToObj(Integer::toString).toList();
    assertThat(NearDuplicates.of(images, names).images()).isLessThan(25);
  }
}
