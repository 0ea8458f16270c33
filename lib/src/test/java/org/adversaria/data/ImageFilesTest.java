package org.adversaria.data;

import static org.adversaria.data.TestFiles.colorPng;
import static org.adversaria.data.TestFiles.greyPng;
import static org.adversaria.data.TestFiles.tar;
import static org.adversaria.data.TestFiles.tarEntry;
import static org.adversaria.data.TestFiles.tarGz;
import static org.adversaria.data.TestFiles.utf8;
import static org.adversaria.data.TestFiles.write;
import static org.adversaria.data.TestFiles.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {

  @TempDir Path folder;

  private static byte[] image(ImageData data, int index) {
    var image = new byte[data.imageLength()];
    data.copyImage(index, image, 0);
    return image;
  }

  private ThrowableAssertAlternative<DataException> readingZip(Map<String, byte[]> entries)
      throws IOException {
    Path file = write(folder.resolve("bad.zip"), zip(entries));
    return assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.styleGanZip(file));
  }

  @Test
  void foldersAreClassesInAlphabeticalOrder() throws IOException {
    write(folder.resolve("pets/dog/b.png"), greyPng(2, 1, 30));
    write(folder.resolve("pets/dog/deeper/a.PNG"), greyPng(2, 1, 40));
    write(folder.resolve("pets/cat/z.png"), greyPng(2, 1, 10));
    write(folder.resolve("pets/cat/notes.txt"), utf8("not an image"));
    write(folder.resolve("pets/.hidden/x.png"), utf8("not an image"));
    write(folder.resolve("pets/dog/.thumbnails/b.png"), utf8("not an image"));
    ImageData data = Datasets.imageFolder(folder.resolve("pets"));
    assertThat(data).hasToString("pets: 3 images of 1x1x2 in 2 classes");
    assertThat(data.classNames()).containsExactly("cat", "dog");
    assertThat(IntStream.range(0, 3).map(data::label)).containsExactly(0, 1, 1);
    assertThat(image(data, 0)).containsExactly(10, 10);
    assertThat(image(data, 1)).containsExactly(30, 30);
    assertThat(image(data, 2)).containsExactly(40, 40);
  }

  @Test
  void imagesOfAFolderWithoutFoldersHaveOneClass() throws IOException {
    write(folder.resolve("drawn/b.png"), greyPng(1, 1, 2));
    write(folder.resolve("drawn/a.png"), greyPng(1, 1, 1));
    write(folder.resolve("drawn/notes.txt"), utf8("not an image"));
    write(folder.resolve("drawn/.hidden/x.png"), utf8("not an image"));
    ImageData data = Datasets.imageFolder(folder.resolve("drawn"));
    assertThat(data).hasToString("drawn: 2 images of 1x1x1 in 1 classes");
    assertThat(data.classNames()).containsExactly("unlabelled");
    assertThat(IntStream.range(0, 2).map(i -> image(data, i)[0])).containsExactly(1, 2);
    write(folder.resolve("drawn/cat/c.png"), greyPng(1, 1, 3));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageFolder(folder.resolve("drawn")))
        .withMessageContaining("drawn has folders and images beside each other, such as a.png");
  }

  @Test
  void oneImageInColourMakesAllOfThemColour() throws IOException {
    write(folder.resolve("a/1.png"), greyPng(1, 1, 9));
    write(folder.resolve("a/2.png"), colorPng(1, 1, 0x010203));
    ImageData data = Datasets.imageFolder(folder);
    assertThat(image(data, 0)).containsExactly(9, 9, 9);
    assertThat(image(data, 1)).containsExactly(1, 2, 3);
  }

  @Test
  void imagesOfMixedSizesAreRefusedOrScaled() throws IOException {
    write(folder.resolve("a/1.png"), colorPng(4, 4, 0x102030));
    write(folder.resolve("b/2.png"), colorPng(8, 6, 0x405060));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageFolder(folder))
        .withMessageContaining("2.png has 8x6 pixels")
        .withMessageContaining("1.png has 4x4")
        .withMessageContaining("Datasets.imageFolder(folder, 64)");
    ImageData scaled = Datasets.imageFolder(folder, 2);
    assertThat(image(scaled, 1))
        .containsExactly(0x40, 0x40, 0x40, 0x40, 0x50, 0x50, 0x50, 0x50, 0x60, 0x60, 0x60, 0x60);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.imageFolder(folder, 0))
        .withMessageContaining("at least 1 pixel and at most 16384, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.imageFolder(folder, 100_000))
        .withMessageContaining("not 100000");
  }

  @Test
  void refusesFoldersWithoutClassesOrImagesOrWithDamagedOnes() throws IOException {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageFolder(folder))
        .withMessageContaining("holds no image (bmp, gif, jpeg, jpg, png, tif, tiff, webp) where")
        .withMessageContaining("put images into it");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageFolder(folder.resolve("none")))
        .withMessageContaining("none is not there; give a folder of images");
    Files.createDirectories(folder.resolve("empty"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageFolder(folder))
        .withMessageContaining("holds no image");
    write(folder.resolve("empty/broken.png"), utf8("nothing of the kind"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageFolder(folder))
        .withMessageContaining("broken.png is not a readable image");
  }

  @Test
  void readsOnePartOfATarArchive() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("test/cat/0.png", greyPng(1, 1, 1));
    entries.put("train/dog/1.png", greyPng(1, 1, 2));
    entries.put("train/dog/0.png", greyPng(1, 1, 3));
    entries.put("train/cat/0.png", greyPng(1, 1, 4));
    entries.put("train/readme.txt", utf8("text"));
    Path archive = write(folder.resolve("pets.tar.gz"), tarGz(entries));
    ImageData data = Datasets.imageTar(archive, "train");
    assertThat(data).hasToString("pets: 3 images of 1x1x1 in 2 classes");
    assertThat(IntStream.range(0, 3).map(i -> image(data, i)[0])).containsExactly(4, 3, 2);
    assertThat(IntStream.range(0, 3).map(data::label)).containsExactly(0, 1, 1);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageTar(archive, "validation"))
        .withMessageContaining("pets.tar.gz holds no image");
  }

  @Test
  void refusesADamagedTarArchive() throws IOException {
    byte[] whole = tarGz(Map.of("train/dog/1.png", greyPng(64, 64, 2)));
    Path cut = write(folder.resolve("cut.tar.gz"), Arrays.copyOf(whole, 90));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageTar(cut, "train"))
        .withMessageContaining("cut.tar.gz cannot be read (EOFException");
  }

  @Test
  void readsAStyleGanZip() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("00000/img1.png", colorPng(2, 2, 0x050607));
    entries.put("00000/img0.png", colorPng(2, 2, 0x010203));
    entries.put(
        "dataset.json", utf8("{\"labels\": [[\"00000/img0.png\", 2], [\"00000/img1.png\", 0]]}"));
    ImageData data = Datasets.styleGanZip(write(folder.resolve("faces.zip"), zip(entries)));
    assertThat(data).hasToString("faces: 2 images of 3x2x2 in 3 classes");
    assertThat(data.classNames()).containsExactly("0", "1", "2");
    assertThat(data.label(0)).isEqualTo(2);
    assertThat(data.label(1)).isZero();
    assertThat(image(data, 0)).startsWith(1, 1, 1, 1, 2);
  }

  @Test
  void aStyleGanZipMayBeUnlabelled() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("img0.png", greyPng(2, 2, 5));
    entries.put("dataset.json", utf8("{\"labels\": null}"));
    ImageData data = Datasets.styleGanZip(write(folder.resolve("a.zip"), zip(entries)));
    assertThat(data.numClasses()).isEqualTo(1);
    entries.remove("dataset.json");
    ImageData bare = Datasets.styleGanZip(write(folder.resolve("b.zip"), zip(entries)));
    assertThat(bare.label(0)).isZero();
  }

  @Test
  void refusesAStyleGanZipWhoseLabelsDoNotMatch() throws IOException {
    byte[] picture = greyPng(2, 2, 5);
    readingZip(
            Map.of(
                "a.png",
                picture,
                "b.png",
                picture,
                "dataset.json",
                utf8("{\"labels\":[[\"a.png\",0]]}")))
        .withMessageContaining(
            "bad.zip!dataset.json has no label for 'b.png', and labels for 1 images");
    readingZip(
            Map.of(
                "a.png",
                picture,
                "dataset.json",
                utf8("{\"labels\":[[\"a.png\",0],[\"c.png\",1]]}")))
        .withMessageContaining("labels 1 images that are not there, first c.png");
    readingZip(Map.of("a.png", picture, "dataset.json", utf8("{\"labels\":[[\"a.png\",-1]]}")))
        .withMessageContaining("bad.zip!dataset.json gives 'a.png' the label -1")
        .withMessageContaining("whole number from 0");
    readingZip(Map.of("a.png", picture, "dataset.json", utf8("{\"labels\":[[\"a.png\",[0.5]]]}")))
        .withMessageContaining("gives 'a.png' the label a list");
    readingZip(Map.of("a.png", picture, "dataset.json", utf8("{\"labels\":")))
        .withMessageContaining("bad.zip!dataset.json is not JSON");
    readingZip(Map.of("dataset.json", utf8("{\"labels\":null}")))
        .withMessageContaining("bad.zip holds no image");
    readingZip(Map.of("a.png", picture, "b.png", greyPng(3, 3, 5)))
        .withMessageContaining("bad.zip!b.png has 3x3 pixels");
  }

  @Test
  void refusesAFileThatIsNoZip() throws IOException {
    Path file = write(folder.resolve("no.zip"), utf8("not a zip"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.styleGanZip(file))
        .withMessageContaining("no.zip cannot be read (ZipException");
  }

  private ThrowableAssertAlternative<DataException> readingTar(byte[]... entries)
      throws IOException {
    Path archive = write(folder.resolve("bad.tar"), tar(entries));
    return assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageTar(archive, ""))
        .withMessageStartingWith(archive.toString());
  }

  @Test
  void refusesEntriesOfATarArchiveByTheirHeader() throws IOException {
    readingTar(tarEntry(utf8("cat/a.png"), '0', 3L << 30, utf8("x")))
        .withMessageContaining("bad.tar!cat/a.png has 3221225472 bytes, and the limit is")
        .withMessageContaining("-Dadversaria.limit.file");
    readingTar(tarEntry(utf8("cat/a.png"), '0', 100_000, utf8("x")))
        .withMessageContaining("bad.tar");
    readingTar(tarEntry(utf8("cat/a.png"), '0', -1, utf8("x")));
    readingTar(tarEntry("cat/a.png", greyPng(1, 1, 1)), tarEntry("cat/a.png", greyPng(1, 1, 2)))
        .withMessageContaining("has two entries");
    readingTar(tarEntry("c\u001b[1mat/a.png", greyPng(1, 1, 1)))
        .withMessageContaining("the entry 'c\\u001b[1mat/a.png', whose name has control");
    readingTar(
            tarEntry(new byte[] {'c', (byte) 0xe9, '/', 'a', '.', 'p', 'n', 'g'}, '0', 0, utf8("")))
        .withMessageContaining("has the class name 'c\ufffd'")
        .withMessageContaining("UTF-8 in archives");
  }

  @Test
  void readsNoPicturesFromPipesDevicesAndLinks() throws IOException {
    byte[] picture = tarEntry("cat/a.png", greyPng(1, 1, 1));
    for (char type : new char[] {'1', '2', '3', '4', '6'}) {
      byte[] special = tarEntry(utf8("cat/special.png"), type, 0, new byte[0]);
      Path archive = write(folder.resolve("special.tar"), tar(special, picture));
      assertThat(Datasets.imageTar(archive, "").size()).isEqualTo(1);
      assertThat(Datasets.open(archive.toString(), Split.TRAIN).size()).isEqualTo(1);
    }
  }

  @Test
  void countsTheNamesOfATarArchive() throws IOException {
    byte[][] entries = new byte[100][];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = tarEntry(i + ".png", new byte[0]);
    }
    Path archive = write(folder.resolve("names.tar"), tar(entries));
    TestFiles.withLimit(
        "memory",
        5000,
        () ->
            assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> new TarTree(archive).list())
                .withMessageContaining("names.tar has more than 45 images, whose names take"));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void refusesClassFoldersWhoseNamesCannotBeShown() throws IOException {
    write(folder.resolve("pets/cat/a.png"), greyPng(1, 1, 1));
    write(folder.resolve("pets/\u001b[31mdog\n/a.png"), greyPng(1, 1, 1));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageFolder(folder.resolve("pets")))
        .withMessageContaining("has the class name '\\u001b[31mdog\\u000a'")
        .withMessageContaining("rename it");
    write(folder.resolve("\u001b[31m/a.png"), greyPng(1, 1, 1));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageFolder(folder.resolve("\u001b[31m")))
        .withMessageContaining("The data set '\\u001b[31m' has control characters in its name");
    write(folder.resolve("photos/\u001b[31m\n.png"), utf8("none"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageFolder(folder.resolve("photos")))
        .withMessageContaining("photos/\\u001b[31m\\u000a.png is not a readable image");
  }

  /** A photograph is scaled at once: only small pictures are kept. */
  @Test
  void aResolutionTakesTheMemoryOfSmallPictures() throws IOException {
    for (int i = 0; i < 20; i++) {
      write(folder.resolve("photos/" + i + ".png"), greyPng(200, 200, i));
    }
    TestFiles.withLimit(
        "memory",
        500_000,
        () -> {
          assertThat(Datasets.imageFolder(folder.resolve("photos"), 8).size()).isEqualTo(20);
          assertThatExceptionOfType(DataException.class)
              .isThrownBy(() -> Datasets.imageFolder(folder.resolve("photos")))
              .withMessageContaining("photos has 20 images, which take 40032 bytes each");
        });
  }
}
