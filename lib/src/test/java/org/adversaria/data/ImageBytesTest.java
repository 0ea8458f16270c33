package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
}
