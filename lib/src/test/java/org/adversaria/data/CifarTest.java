package org.adversaria.data;

import static org.adversaria.data.TestFiles.cifarRecord;
import static org.adversaria.data.TestFiles.concat;
import static org.adversaria.data.TestFiles.utf8;
import static org.adversaria.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {

  private static final List<String> TEN =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  @TempDir Path folder;

  @Test
  void readsRecordsOfSeveralFilesInOrder() throws IOException {
    byte[] one = concat(cifarRecord(new int[] {3}, 1, 2, 3), cifarRecord(new int[] {9}, 4, 5, 6));
    Path first = write(folder.resolve("data_batch_1.bin"), one);
    Path second =
        write(folder.resolve("data_batch_2.bin"), cifarRecord(new int[] {0}, 255, 128, 0));
    ImageBytes data = Cifar.read("cifar", List.of(first, second), 1, 0, TEN);
    assertThat(data).hasToString("cifar: 3 images of 3x32x32 in 10 classes");
    assertThat(IntStream.range(0, 3).map(data::label)).containsExactly(3, 9, 0);
    var image = new byte[3072];
    data.copyImage(2, image, 0);
    assertThat(new byte[] {image[0], image[1023], image[1024], image[2047], image[2048]})
        .containsExactly(-1, -1, -128, -128, 0);
  }

  @Test
  void takesTheCoarseOrTheFineLabel() throws IOException {
    Path file = write(folder.resolve("train.bin"), cifarRecord(new int[] {4, 7}, 1, 2, 3));
    assertThat(Cifar.read("coarse", List.of(file), 2, 0, TEN).label(0)).isEqualTo(4);
    assertThat(Cifar.read("fine", List.of(file), 2, 1, TEN).label(0)).isEqualTo(7);
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    byte[] whole = cifarRecord(new int[] {3}, 1, 2, 3);
    Path cut = write(folder.resolve("cut.bin"), Arrays.copyOf(whole, 3000));
    Path empty = write(folder.resolve("empty.bin"), new byte[0]);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar.read("cifar", List.of(cut), 1, 0, TEN))
        .withMessageContaining("cut.bin has 3000 bytes")
        .withMessageContaining("records of 3073 bytes")
        .withMessageContaining("get it again");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar.read("cifar", List.of(empty), 1, 0, TEN))
        .withMessageContaining("empty.bin has 0 bytes");
  }

  @Test
  void refusesALabelOutOfRange() throws IOException {
    Path file =
        write(
            folder.resolve("bad.bin"),
            concat(cifarRecord(new int[] {3}, 1, 2, 3), cifarRecord(new int[] {200}, 1, 2, 3)));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar.read("cifar", List.of(file), 1, 0, TEN))
        .withMessageContaining("bad.bin has the label 200 in record 1, but there are 10 classes");
  }

  @Test
  void readsClassNames() throws IOException {
    Path names = write(folder.resolve("names.txt"), utf8("apples\nbears\r\n\n"));
    assertThat(Cifar.names(names, 2)).containsExactly("apples", "bears");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar.names(names, 3))
        .withMessageContaining("names.txt has 2 class names; it should have 3");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar.names(folder.resolve("none.txt"), 3))
        .withMessageContaining("none.txt cannot be read");
  }

  @Test
  void refusesNamesThatAreNotTextToBeShown() throws IOException {
    Path latin = write(folder.resolve("latin.txt"), new byte[] {'b', (byte) 0xe4, 'r', '\n'});
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar.names(latin, 1))
        .withMessage(latin + " is not text in UTF-8; get it again");
    Path control = write(folder.resolve("control.txt"), utf8("bear\n\u001b[31mwolf\n"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar.names(control, 2))
        .withMessage(
            control
                + " has the class name '\\u001b[31mwolf' with control characters; get it again");
    Path large = write(folder.resolve("large.txt"), new byte[(1 << 20) + 1]);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar.names(large, 2))
        .withMessageContaining("large.txt has more than 1048576 bytes");
  }

  @Test
  void refusesWhatDoesNotFitIntoMemory() throws IOException {
    Path file = write(folder.resolve("data.bin"), new byte[2 * 3073]);
    TestFiles.withLimit(
        "memory",
        5000,
        () ->
            assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> Cifar.read("cifar", List.of(file), 1, 0, TEN))
                .withMessageContaining("data.bin has 2 images, which take 3104 bytes each"));
  }
}
