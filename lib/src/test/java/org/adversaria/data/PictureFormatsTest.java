package org.adversaria.data;

import static org.adversaria.data.TestFiles.concat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of every format against what Pillow makes of them. */
class PictureFormatsTest {

  /** Levels by which decoders may differ. */
  private static final int LEVELS = 3;

  private static byte[] file(String name) throws IOException {
    try (InputStream in = PictureFormatsTest.class.getResourceAsStream("/pictures/" + name)) {
      return in.readAllBytes();
    }
  }

  /** What Pillow decodes, saved as PNG. */
  private static Picture truth(String name) throws IOException {
    return Picture.decode(name + ".png", file(name + ".png"));
  }

  private static void assertLike(Picture expected, Picture actual) {
    assertThat(actual.channels()).isEqualTo(expected.channels());
    assertThat(actual.height()).isEqualTo(expected.height());
    assertThat(actual.width()).isEqualTo(expected.width());
    for (int i = 0; i < expected.bytes().length; i++) {
      int difference = (actual.bytes()[i] & 255) - (expected.bytes()[i] & 255);
      assertThat(Math.abs(difference)).isLessThanOrEqualTo(LEVELS);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cmyk.jpg",
        "ycck.jpg",
        "progressive.jpg",
        "orientation2.jpg",
        "orientation3.jpg",
        "orientation4.jpg",
        "orientation5.jpg",
        "orientation6.jpg",
        "orientation7.jpg",
        "orientation8.jpg",
        "orientation6.png",
        "orientation6.tif",
        "orientation6.webp",
        "grey1.png",
        "grey2.png",
        "grey4.png",
        "grey-palette.gif",
        "lossy.webp",
        "alpha.webp",
        "alpha-lossless.webp",
        "lzw.tif",
        "deflate.tif",
        "jpeg.tif",
        "group4.tif",
        "palette.tif",
        "alpha.tif",
        "cmyk.tif",
        "grey16.tif",
        "plain.bmp",
        "plain.gif",
        "plain.png",
        "frames.gif",
        "frames.webp",
        "pages.tif"
      })
  void everyFormatHasPillowsPixels(String name) throws IOException {
    assertLike(truth(name), Picture.decode(name, file(name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.png",
        "cmyk.jpg",
        "progressive.jpg",
        "orientation6.jpg",
        "lossy.webp",
        "alpha-lossless.webp",
        "lzw.tif",
        "jpeg.tif",
        "group4.tif",
        "plain.bmp",
        "plain.gif"
      })
  void aTruncatedPictureIsRefusedByName(String name) throws IOException {
    byte[] whole = file(name);
    for (double part : new double[] {0.5, 0.8}) {
      assertThatExceptionOfType(DataException.class)
          .isThrownBy(() -> Picture.decode(name, Arrays.copyOf(whole, (int) (part * whole.length))))
          .withMessageStartingWith(name + " is not a readable image");
    }
  }

  @Test
  void orientationIsReadAndLeftToTheCaller() throws IOException {
    try (var upright = new PictureFile("x", file("orientation6.jpg"))) {
      assertThat(upright.orientation()).isEqualTo(6);
      Picture stored = upright.decode();
      assertThat(stored.width()).isEqualTo(18);
      assertThat(stored.oriented(6).width()).isEqualTo(12);
    }
  }

  /** Row by row: 1 2 / 3 4 / 5 6 as stored. */
  @Test
  void turnsAsExifSays() {
    var stored = new Picture(1, 3, 2, new byte[] {1, 2, 3, 4, 5, 6});
    assertThat(stored.oriented(2).bytes()).containsExactly(2, 1, 4, 3, 6, 5);
    assertThat(stored.oriented(3).bytes()).containsExactly(6, 5, 4, 3, 2, 1);
    assertThat(stored.oriented(6).bytes()).containsExactly(5, 3, 1, 6, 4, 2);
    assertThat(stored.oriented(8).bytes()).containsExactly(2, 4, 6, 1, 3, 5);
    assertThat(stored.oriented(6).width()).isEqualTo(3);
  }

  @Test
  void padsOntoBlack() {
    var wide = new Picture(1, 2, 4, new byte[] {8, 8, 8, 8, 8, 8, 8, 8});
    assertThat(wide.padded(4).bytes())
        .containsExactly(0, 0, 0, 0, 8, 8, 8, 8, 8, 8, 8, 8, 0, 0, 0, 0);
    assertThat(wide.padded(2).bytes()).containsExactly(8, 8, 0, 0);
    assertThat(new Picture(1, 100, 1, new byte[100]).padded(4).bytes()).hasSize(16);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void assertRefused(String name, byte[] encoded, String why) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Picture.decode(name, encoded))
        .withMessageStartingWith(name)
        .withMessageContaining(why);
  }

  /** The position of the entry of a tag in the first directory. */
  private static int entry(byte[] tiff, int tag) {
    return TiffDirectory.of(tiff, 0, tiff.length).entries().stream()
        .filter(entry -> entry.tag() == tag)
        .findFirst()
        .orElseThrow()
        .position();
  }

  private static byte[] tiff(int tag, int type, int count, int value) throws IOException {
    byte[] tiff = file("lzw.tif");
    int position = entry(tiff, tag);
    ByteBuffer bytes = little(tiff);
    bytes.putShort(position + 2, (short) type).putInt(position + 4, count);
    bytes.putInt(position + 8, value);
    return tiff;
  }

  @Test
  void aTiffThatClaimsMoreThanItHasIsRefusedBeforeMemoryIsTaken() throws IOException {
    byte[] wide = tiff(256, 4, 1, 1_000_000);
    assertRefused("wide.tif", wide, "is not a readable image");
    byte[] large = tiff(256, 4, 1, 100_000_000);
    assertRefused("large.tif", large, "large.tif claims 100000000x12 pixels, which are 1200000000");
    assertRefused("many.tif", tiff(273, 4, 1_000_000_000, 8), "its tag 273 claims 1000000000");
    byte[] tiles = tiff(278, 4, 1, 1_000_000);
    little(tiles).putShort(entry(tiles, 278), (short) 322);
    little(tiles).putShort(entry(tiles, 284), (short) 323);
    little(tiles).putInt(entry(tiles, 323) + 8, 1_000_000);
    assertRefused("tiles.tif", tiles, "it has tiles of");
  }

  /** Directories that lead back to themselves, and such inside of them. */
  @Test
  void otherDirectoriesOfATiffAreNotRead() throws IOException {
    byte[] loop = file("lzw.tif");
    TiffDirectory directory = TiffDirectory.of(loop, 0, loop.length);
    int last = directory.entries().get(directory.entries().size() - 1).position();
    int start = little(loop).getInt(4);
    little(loop).putInt(last + 12, start);
    assertLike(truth("lzw.tif"), Picture.decode("loop.tif", loop.clone()));
  }

  private static byte[] webp(String name, byte[]... chunks) {
    byte[] content = concat(chunks);
    byte[] header = "RIFF....WEBP".getBytes(StandardCharsets.ISO_8859_1);
    little(header).putInt(4, content.length + 4);
    return concat(header, content);
  }

  private static byte[] chunk(String type, byte[] content) {
    byte[] header = (type + "....").getBytes(StandardCharsets.ISO_8859_1);
    little(header).putInt(4, content.length);
    return concat(header, content);
  }

  private static byte[] canvas(int width, int height) {
    byte[] content = new byte[10];
    little(content).putInt(4, width - 1).putInt(6, (height - 1) << 8 | (width - 1) >> 16);
    return chunk("VP8X", content);
  }

  @Test
  void aWebPThatClaimsMoreThanItHasIsRefusedBeforeMemoryIsTaken() throws IOException {
    byte[] whole = file("lossy.webp");
    byte[] frame = Arrays.copyOfRange(whole, 20, whole.length);
    byte[] lossy = chunk("VP8 ", frame);
    assertLike(truth("lossy.webp"), Picture.decode("x", webp("x", canvas(18, 12), lossy)));
    assertRefused("x", webp("x", canvas(16_384, 16_384), lossy), "inside of 16384x16384");
    byte[] huge = frame.clone();
    little(huge).putShort(6, (short) 16_383).putShort(8, (short) 16_383);
    assertRefused("x", webp("x", chunk("VP8 ", huge)), "x claims 16383x16383 pixels");
    assertRefused("x", webp("x", canvas(18, 12), chunk("VP8 ", huge)), "16383x16383 inside of");
    assertRefused("x", webp("x", canvas(16_384, 16_384)), "x claims 16384x16384 pixels");
  }

  /** 16 million pixels would otherwise be made of nothing. */
  @Test
  void aWebPThatEndsEarlyIsNotReadOn() throws IOException {
    byte[] whole = file("lossy.webp");
    byte[] frame = Arrays.copyOfRange(whole, 20, whole.length);
    little(frame).putShort(6, (short) 4000).putShort(8, (short) 4000);
    assertRefused("x", webp("x", chunk("VP8 ", frame)), "is not a readable image");
  }

  @Test
  void aDecoderMayReadALittleAfterTheEndAndNotOn() throws IOException {
    var input = new EndingInput(new byte[] {7}, 0, 1);
    assertThat(input.read()).isEqualTo(7);
    for (int i = 0; i < 1000; i++) {
      assertThat(input.read()).isNegative();
    }
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(input::read)
        .withMessage("it ends early");
  }
}
