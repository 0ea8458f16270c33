package org.adversaria.data;

import static org.adversaria.data.TestFiles.colorPng;
import static org.adversaria.data.TestFiles.concat;
import static org.adversaria.data.TestFiles.greyPng;
import static org.adversaria.data.TestFiles.png;
import static org.adversaria.data.TestFiles.pngChunk;
import static org.adversaria.data.TestFiles.pngHeader;
import static org.adversaria.data.TestFiles.utf8;
import static org.adversaria.data.TestFiles.withLimit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {

  @Test
  void colourComesChannelsFirst() {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x010203);
    image.setRGB(1, 0, 0xfffefd);
    Picture picture = Picture.decode("x", png(image));
    assertThat(picture.channels()).isEqualTo(3);
    assertThat(picture.bytes()).containsExactly(1, -1, 2, -2, 3, -3);
  }

  @Test
  void greyLevelsAreKeptExactly() {
    for (int level = 0; level < 256; level += 5) {
      Picture picture = Picture.decode("x", greyPng(1, 1, level));
      assertThat(picture.channels()).isEqualTo(1);
      assertThat(Byte.toUnsignedInt(picture.bytes()[0])).isEqualTo(level);
    }
  }

  @Test
  void sixteenBitGreyIsRoundedToBytes() {
    var image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 65535);
    image.getRaster().setSample(1, 0, 0, 257 * 77);
    assertThat(Picture.decode("x", png(image)).bytes()).containsExactly(-1, 77, 0);
  }

  @Test
  void transparencyIsLaidOverWhite() {
    var image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00123456);
    image.setRGB(1, 0, 0xff0000ff);
    image.setRGB(2, 0, 0x800000ff);
    assertThat(Picture.decode("x", png(image)).bytes())
        .containsExactly(-1, 0, 127, -1, 0, 127, -1, -1, -1);
  }

  @Test
  void greyBecomesColourByRepetition() {
    Picture color = new Picture(1, 1, 2, new byte[] {5, 6}).toColor();
    assertThat(color.channels()).isEqualTo(3);
    assertThat(color.bytes()).containsExactly(5, 6, 5, 6, 5, 6);
  }

  @Test
  void squareCutsOutTheMiddleAndAveragesAreas() {
    byte[] bytes = {
      99, 0, 10, 20, 30, 99,
      99, 4, 14, 24, 34, 99,
      99, 8, 18, 28, 38, 99,
      99, 12, 22, 32, 42, 99
    };
    Picture square = new Picture(1, 4, 6, bytes).square(2);
    assertThat(square.width()).isEqualTo(2);
    assertThat(square.height()).isEqualTo(2);
    assertThat(square.bytes()).containsExactly(7, 27, 15, 35);
  }

  @Test
  void squareWeighsPixelsThatAreCutInTwo() {
    byte[] bytes = {0, 90, 30, 0, 90, 30, 0, 90, 30};
    // Two thirds of a row: (0 * 1 + 90 * 0.5) / 1.5 and (90 * 0.5 + 30) / 1.5.
    assertThat(new Picture(1, 3, 3, bytes).square(2).bytes()).containsExactly(30, 50, 30, 50);
  }

  @Test
  void squareRepeatsPixelsOfASmallerPicture() {
    byte[] bytes = {1, 2, 3, 4};
    assertThat(new Picture(1, 2, 2, bytes).square(4).bytes())
        .containsExactly(1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4);
  }

  @Test
  void refusesWhatIsNoImage() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Picture.decode("dir/x.png", new byte[] {1, 2, 3}))
        .withMessage(
            "dir/x.png is not a readable image (no decoder knows its format); replace or remove it");
    byte[] whole = colorPng(20, 20, 0x123456);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Picture.decode("cut.png", Arrays.copyOf(whole, 45)))
        .withMessageContaining("cut.png is not a readable image");
  }

  /** 20,000x20,000 levels of 0, whose data are not even there. */
  @Test
  void refusesMorePixelsThanTheLimitByTheHeader() {
    byte[] claim = concat(pngHeader(20_000, 20_000, 0), pngChunk("IDAT", new byte[10]));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Picture.decode("x.png", claim))
        .withMessageStartingWith("x.png claims 20000x20000 pixels, which are 400000000")
        .withMessageContaining("the limit is 134217728")
        .withMessageContaining("-Dadversaria.limit.pixels");
    withLimit(
        "pixels",
        6,
        () -> {
          assertThat(Picture.decode("x.png", greyPng(3, 2, 7)).bytes()).hasSize(6);
          assertThatExceptionOfType(DataException.class)
              .isThrownBy(() -> Picture.decode("x.png", greyPng(7, 1, 7)))
              .withMessageContaining("x.png claims 7x1 pixels");
        });
  }

  @Test
  void doesNotUnpackTheTextsOfAPng() throws IOException {
    byte[] whole = greyPng(1, 1, 7);
    var text = new ByteArrayOutputStream();
    text.write(utf8("Comment\0\0"));
    try (var deflater = new DeflaterOutputStream(text)) {
      deflater.write(new byte[10_000_000]);
    }
    // The palette makes the decoder of the JDK read all chunks before the pixels.
    byte[] palette = concat(pngHeader(1, 1, 3), pngChunk("PLTE", new byte[] {1, 2, 3}));
    byte[] pixels = Arrays.copyOfRange(whole, 33, whole.length);
    byte[] damaged = text.toByteArray();
    Arrays.fill(damaged, 20, damaged.length, (byte) 0x5a);
    byte[] file = concat(palette, pngChunk("zTXt", damaged), pngChunk("iCCP", damaged), pixels);
    // The level 7 is no index of the palette: its only colour stands for it, or black.
    assertThat(Picture.decode("x.png", file).channels()).isEqualTo(3);
  }

  @Test
  void refusesAChunkThatGoesBeyondTheFile() {
    byte[] file = concat(pngHeader(1, 1, 3), pngChunk("PLTE", new byte[300]));
    ByteBuffer.wrap(file).putInt(33, Integer.MAX_VALUE);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Picture.decode("x.png", file))
        .withMessage(
            "x.png is not a readable image (its chunk PLTE claims 2147483647 bytes, more than "
                + "follow); replace or remove it");
  }

  /** Each scan makes the decoder go through all pixels. */
  @Test
  void refusesAJpegOfManyScans() throws IOException {
    var out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), "jpg", out);
    byte[] whole = out.toByteArray();
    assertThat(Picture.decode("x.jpg", whole.clone()).bytes()).hasSize(64);
    int scan = 0;
    while (whole[scan] != (byte) 0xff || whole[scan + 1] != (byte) 0xda) {
      scan++;
    }
    byte[] head = Arrays.copyOf(whole, scan);
    byte[] once = Arrays.copyOfRange(whole, scan, whole.length - 2);
    var many = new ByteArrayOutputStream();
    many.write(head);
    for (int i = 0; i < 101; i++) {
      many.write(once);
    }
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Picture.decode("x.jpg", many.toByteArray()))
        .withMessageContaining("it has more than 100 scans");
  }

  /** The decoder would read the inner picture of any size. */
  @ParameterizedTest
  @ValueSource(bytes = {4, 5})
  void refusesABmpAroundAnotherPicture(byte compression) throws IOException {
    var out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "bmp", out);
    byte[] bmp = out.toByteArray();
    assertThat(Picture.decode("x.bmp", bmp.clone()).bytes()).hasSize(192);
    bmp[30] = compression;
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Picture.decode("x.bmp", bmp))
        .withMessageContaining("a BMP with a picture of another format inside");
  }

  @Test
  void readsNoOtherFormatThanItsNames() throws IOException {
    var out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_BINARY), "wbmp", out);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Picture.decode("x.png", out.toByteArray()))
        .withMessageContaining("no decoder knows its format");
  }
}
