package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageBytesTest {

  private static final byte[] FIRST = {1, 2, 3, 4};
  private static final byte[] SECOND = {5, 6, 7, (byte) 255};

  private static ImageBytes data(byte[][] images, int... labels) {
    return new ImageBytes("tiny", 1, 2, 2, List.of("a", "b"), images, labels);
  }

  @Test
  void givesBackImagesAndLabels() {
    ImageBytes data = data(new byte[][] {FIRST, SECOND}, 1, 0);
    var target = new byte[6];
    data.copyImage(1, target, 2);
    assertThat(target).containsExactly(0, 0, 5, 6, 7, -1);
    assertThat(data.label(0)).isEqualTo(1);
    assertThat(data.imageLength()).isEqualTo(4);
    assertThat(data.numClasses()).isEqualTo(2);
    assertThat(data).hasToString("tiny: 2 images of 1x2x2 in 2 classes");
  }

  @Test
  void checksumCoversSizesPixelsAndLabels() throws Exception {
    ByteBuffer digested = ByteBuffer.allocate(4 * 4 + 2 * (4 + 4));
    digested.putInt(2).putInt(1).putInt(2).putInt(2);
    digested.put(FIRST).putInt(1).put(SECOND).putInt(0);
    byte[] expected = MessageDigest.getInstance("SHA-256").digest(digested.array());
    assertThat(data(new byte[][] {FIRST, SECOND}, 1, 0).checksum())
        .isEqualTo(HexFormat.of().formatHex(expected));
    assertThat(data(new byte[][] {FIRST, SECOND}, 1, 0).checksum())
        .isNotEqualTo(data(new byte[][] {FIRST, SECOND}, 0, 1).checksum())
        .isNotEqualTo(data(new byte[][] {SECOND, FIRST}, 1, 0).checksum());
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> data(new byte[][] {FIRST}, 0, 1))
        .withMessageContaining("'tiny' has 1 images and 2 labels");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> data(new byte[][] {FIRST, SECOND}, 0, 2))
        .withMessageContaining("the label 2 at image 1; there are 2 classes");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> data(new byte[][] {FIRST, {1, 2, 3}}, 0, 1))
        .withMessageContaining("3 bytes in image 1");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> data(new byte[][] {}))
        .withMessageContaining("no images");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(
            () -> new ImageBytes("two", 2, 1, 1, List.of("a"), new byte[][] {{1, 2}}, new int[1]))
        .withMessageContaining("2 channels; an image has 1 or 3");
  }

  @Test
  void roundsPixelsToTheNearestByte() {
    try (NDManager manager = NDManager.newBaseManager()) {
      // 0.49 and 0.51 above byte 10, both ends, and what lies outside of them.
      float[] pixels = {10.49f / 127.5f - 1, 10.51f / 127.5f - 1, -1, 1, -1.5f, 7};
      NDArray images = manager.create(pixels, new Shape(2, 3, 1, 1));
      NDArray labels = manager.create(new long[] {1, 0});
      ImageBytes data = ImageBytes.of("made", images, labels, List.of("a", "b"));
      assertThat(data).hasToString("made: 2 images of 3x1x1 in 2 classes");
      var bytes = new byte[6];
      data.copyImage(0, bytes, 0);
      data.copyImage(1, bytes, 3);
      assertThat(bytes).containsExactly(10, 11, 0, -1, 0, -1);
      assertThat(new int[] {data.label(0), data.label(1)}).containsExactly(1, 0);
    }
  }

  @Test
  void bytesSurviveTheWayToANetworkAndBack() {
    try (NDManager manager = NDManager.newBaseManager()) {
      var image = new byte[256];
      for (int i = 0; i < 256; i++) {
        image[i] = (byte) i;
      }
      var all = new ImageBytes("all", 1, 16, 16, List.of("a"), new byte[][] {image}, new int[1]);
      Batch batch = Batch.of(all, manager, 0);
      ImageBytes back = ImageBytes.of("all", batch.images(), batch.labels(), all.classNames());
      assertThat(back.checksum()).isEqualTo(all.checksum());
    }
  }

  @Test
  void refusesPixelsThatAreNotNumbers() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = manager.create(new float[] {0, Float.NaN}, new Shape(2, 1, 1, 1));
      NDArray labels = manager.create(new long[2]);
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(() -> ImageBytes.of("nan", images, labels, List.of("a")))
          .withMessageContaining("'nan' has pixels that are not numbers in image 1");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ImageBytes.of("flat", images.reshape(2, 1), labels, List.of("a")))
          .withMessageContaining("(N, C, H, W)");
    }
  }
}
