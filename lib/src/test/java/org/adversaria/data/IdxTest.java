package org.adversaria.data;

import static org.adversaria.data.TestFiles.gzip;
import static org.adversaria.data.TestFiles.idxImages;
import static org.adversaria.data.TestFiles.idxLabels;
import static org.adversaria.data.TestFiles.withLimit;
import static org.adversaria.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {

  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir Path folder;

  private ThrowableAssertAlternative<DataException> reading(byte[] images, byte[] labels)
      throws IOException {
    Path imageFile = write(folder.resolve("images"), images);
    Path labelFile = write(folder.resolve("labels"), labels);
    return assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Idx.read("tiny", imageFile, labelFile, NAMES));
  }

  @Test
  void readsPlainAndGzippedFiles() throws IOException {
    Path images = write(folder.resolve("images.gz"), gzip(idxImages(2051, 3, 2, 4)));
    Path labels = write(folder.resolve("labels"), idxLabels(2049, 2, 0, 1));
    ImageBytes data = Idx.read("tiny", images, labels, NAMES);
    assertThat(data).hasToString("tiny: 3 images of 1x2x4 in 3 classes");
    var image = new byte[8];
    data.copyImage(2, image, 0);
    assertThat(image).containsExactly(16, 17, 18, 19, 20, 21, 22, 23);
    assertThat(List.of(data.label(0), data.label(1), data.label(2))).containsExactly(2, 0, 1);
  }

  @Test
  void refusesAWrongMagicNumber() throws IOException {
    reading(idxLabels(2049, 1), idxLabels(2049, 1))
        .withMessageContaining("images starts with the magic number 2049")
        .withMessageContaining("an IDX file of images starts with 2051");
    reading(idxImages(2051, 1, 1, 1), idxImages(2051, 1, 1, 1))
        .withMessageContaining("labels starts with the magic number 2051")
        .withMessageContaining("an IDX file of labels starts with 2049");
  }

  @Test
  void refusesTruncatedFiles() throws IOException {
    byte[] whole = idxImages(2051, 3, 2, 2);
    reading(Arrays.copyOf(whole, whole.length - 1), idxLabels(2049, 0, 1, 2))
        .withMessageContaining("images is truncated: it promises 3 images and ends after 2")
        .withMessageContaining("get it again");
    reading(Arrays.copyOf(whole, 10), idxLabels(2049, 0, 1, 2)).withMessageContaining("truncated");
    reading(whole, Arrays.copyOf(idxLabels(2049, 0, 1, 2), 10))
        .withMessageContaining("labels is truncated: it promises 3 labels and ends after 2");
    byte[] packed = gzip(whole);
    reading(Arrays.copyOf(packed, packed.length - 12), idxLabels(2049, 0, 1, 2))
        .withMessageContaining("images is truncated");
  }

  @Test
  void refusesDamagedGzip() throws IOException {
    byte[] packed = gzip(idxImages(2051, 3, 2, 2));
    packed[packed.length - 6] ^= 1;
    reading(packed, idxLabels(2049, 0, 1, 2)).withMessageContaining("images cannot be read (Zip");
  }

  @Test
  void refusesFilesThatGoOn() throws IOException {
    byte[] whole = idxImages(2051, 3, 2, 2);
    reading(Arrays.copyOf(whole, whole.length + 1), idxLabels(2049, 0, 1, 2))
        .withMessageContaining("goes on after the 3 images");
  }

  @Test
  void refusesImpossibleSizes() throws IOException {
    byte[] whole = idxImages(2051, 1, 2, 2);
    whole[8] = 0x7f;
    reading(whole, idxLabels(2049, 0)).withMessageContaining("images of 2130706434x2 pixels");
  }

  @Test
  void refusesCountsThatDiffer() throws IOException {
    reading(idxImages(2051, 3, 2, 2), idxLabels(2049, 0, 1))
        .withMessageContaining("images has 3 images, but")
        .withMessageContaining("labels has 2 labels")
        .withMessageContaining("do not belong together");
  }

  @Test
  void refusesALabelOutOfRange() throws IOException {
    reading(idxImages(2051, 3, 2, 2), idxLabels(2049, 0, 3, 1))
        .withMessageContaining("labels has the label 3 at position 1, but there are 3 classes");
  }

  @Test
  void namesAMissingFile() throws IOException {
    Path labels = write(folder.resolve("labels"), idxLabels(2049, 0));
    assertThat(Files.exists(folder.resolve("none"))).isFalse();
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Idx.read("tiny", folder.resolve("none"), labels, NAMES))
        .withMessageContaining("none cannot be read (NoSuchFileException");
  }

  @Test
  void refusesWhatDoesNotFitIntoMemoryBeforeReadingIt() throws IOException {
    byte[] header = Arrays.copyOf(idxImages(2051, 1, 28, 28), 16);
    ByteBuffer.wrap(header).putInt(4, Integer.MAX_VALUE);
    reading(gzip(header), idxLabels(2049, 0))
        .withMessageContaining("images has 2147483647 images, which take 816 bytes each")
        .withMessageContaining("-Xmx");
  }

  @Test
  void refusesMoreLabelsThanImagesBeforeReadingThem() throws IOException {
    byte[] labels = idxLabels(2049, 0, 1, 2);
    ByteBuffer.wrap(labels).putInt(4, Integer.MAX_VALUE);
    reading(idxImages(2051, 3, 2, 2), labels)
        .withMessageContaining("has 3 images, but")
        .withMessageContaining("labels has 2147483647 labels");
  }

  @Test
  void stopsUnpackingAtTheLimit() {
    withLimit(
        "unpacked",
        100_000,
        () ->
            reading(gzip(idxImages(2051, 300, 28, 28)), idxLabels(2049, 0))
                .withMessageContaining("images unpacks to more than 100000 bytes")
                .withMessageContaining("-Dadversaria.limit.unpacked"));
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void refusesFoldersAndPipes() throws Exception {
    Path labels = write(folder.resolve("labels"), idxLabels(2049, 0));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Idx.read("tiny", folder, labels, NAMES))
        .withMessage(folder + " is a folder; give a file");
    Path pipe = TestFiles.pipe(folder.resolve("pipe"));
    assumeThat(pipe).isNotNull();
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Idx.read("tiny", pipe, labels, NAMES))
        .withMessage(pipe + " is a pipe or device; give a file");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar.read("tiny", List.of(pipe), 1, 0, NAMES))
        .withMessageContaining("pipe or device");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar.names(pipe, 3))
        .withMessageContaining("pipe or device");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.styleGanZip(pipe))
        .withMessageContaining("pipe or device");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageTar(pipe, ""))
        .withMessageContaining("pipe or device");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Datasets.imageFolder(pipe))
        .withMessageContaining("pipe is no folder; give a folder of images");
  }
}
