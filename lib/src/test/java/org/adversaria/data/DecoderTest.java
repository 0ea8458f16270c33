package org.adversaria.data;

import static org.adversaria.data.TestFiles.greyPng;
import static org.adversaria.data.TestFiles.utf8;
import static org.adversaria.data.TestFiles.withLimit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DecoderTest {

  private static Decoder<Picture> decoder(String source, long promised) {
    return new Decoder<>(source, promised, (file, picture) -> picture);
  }

  @Test
  void picturesComeInTheOrderInWhichTheyWereAdded() {
    try (var decoder = decoder("x", 1)) {
      for (int i = 0; i < 200; i++) {
        byte[] png = greyPng(1 + i % 7, 2, i);
        assertThat(decoder.add("" + i, png.length, () -> png)).isTrue();
      }
      List<Picture> pictures = decoder.results();
      assertThat(pictures.stream().map(picture -> Byte.toUnsignedInt(picture.bytes()[0])))
          .containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
    }
  }

  /** With the memory of two of them, a hundred pictures wait for each other. */
  @Test
  void picturesWaitForMemory() {
    withLimit(
        "memory",
        1_500_000,
        () -> {
          try (var decoder = new Decoder<Picture>("x", 100, (file, picture) -> picture.square(1))) {
            for (int i = 0; i < 100; i++) {
              byte[] png = greyPng(400, 300, i);
              decoder.addNow("" + i, png.length, () -> png);
            }
            assertThat(decoder.results()).hasSize(100);
          }
        });
  }

  @Test
  void aPictureThatTakesMoreThanThereIsIsRefused() {
    withLimit(
        "memory",
        500_000,
        () -> {
          try (var decoder = new Decoder<Picture>("x", 1, (file, picture) -> picture.square(1))) {
            byte[] png = greyPng(400, 300, 1);
            decoder.add("large.png", png.length, () -> png);
            assertThatExceptionOfType(DataException.class)
                .isThrownBy(decoder::results)
                .withMessageContaining("large.png takes 480000 bytes to be decoded")
                .withMessageContaining("-Xmx");
          }
        });
  }

  @Test
  void aDataSetThatWillNotFitIsRefusedAtItsFirstPicture() {
    withLimit(
        "memory",
        10_000_000,
        () -> {
          try (var decoder = decoder("photos", 1_000_000)) {
            byte[] png = greyPng(100, 100, 1);
            decoder.add("first.png", png.length, () -> png);
            assertThatExceptionOfType(DataException.class)
                .isThrownBy(decoder::results)
                .withMessageContaining("photos has 1000000 images, which take 10032 bytes each");
          }
        });
  }

  /** An archive does not say how many pictures it has. */
  @Test
  void picturesAreCountedAsTheyCome() {
    withLimit(
        "memory",
        1_000_000,
        () -> {
          try (var decoder = decoder("x.tar", 1)) {
            byte[] png = greyPng(100, 100, 1);
            int added = 0;
            while (added < 10_000 && decoder.addNow("" + added, png.length, () -> png)) {
              added++;
            }
            assertThat(added).isBetween(50, 200);
            assertThatExceptionOfType(DataException.class)
                .isThrownBy(decoder::results)
                .withMessageContaining("to be decoded, after images of");
          }
        });
  }

  @Test
  void theFirstFailureIsToldAndNoMoreAreTaken() throws IOException {
    try (var decoder = decoder("x", 1)) {
      byte[] bad = utf8("nothing of the kind");
      int added = 0;
      while (added < 1_000_000 && decoder.add("bad" + added, bad.length, () -> bad)) {
        added++;
      }
      assertThat(added).isLessThan(1_000_000);
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(decoder::results)
          .withMessageContaining("is not a readable image");
    }
  }

  @Test
  void anInterruptedThreadDoesNotWait() {
    try (var decoder = decoder("x", 1)) {
      byte[] png = greyPng(1, 1, 1);
      decoder.add(
          "a",
          png.length,
          () -> {
            try {
              Thread.sleep(60_000);
            } catch (InterruptedException e) {
              throw new IOException("closed", e);
            }
            return png;
          });
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(decoder::results)
          .withMessageContaining("x was not read, since its thread was interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
