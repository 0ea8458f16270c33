package org.adversaria.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.adversaria.torch.Text;

/**
 * An encoded picture whose header is read and whose pixels are not.
 *
 * <p>What decoding will take is known before the memory is taken.
 */
final class PictureFile implements AutoCloseable {

  private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  private static final Set<String> PNG_PIXELS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
  private static final int PNG_CHUNK = 12;

  /** Real progressive pictures have about ten scans, and each takes the time of a whole picture. */
  private static final int MAX_SCANS = 100;

  private static final int BMP_COMPRESSION = 30;
  private static final int BMP_JPEG = 4;
  private static final int BMP_PNG = 5;
  private static final int JPEG_MARKER = 0xff;
  private static final int JPEG_START = 0xd8;
  private static final int JPEG_END = 0xd9;
  private static final int JPEG_SCAN = 0xda;

  /** Three planes of a Java array each have to be addressed by an int. */
  private static final long MAX_PIXELS = Integer.MAX_VALUE / 3;

  private final String source;
  private final ImageReader reader;
  private final long pixels;

  /**
   * Reads the header.
   *
   * @param source what error messages name
   * @param encoded the file's bytes, which may be changed
   * @throws DataException if the format is unknown, the header damaged, or the picture larger than
   *     {@link Limit#PIXELS}
   */
  PictureFile(String source, byte[] encoded) {
    this.source = source;
    requireScans(source, encoded);
    requireOwnPixels(source, encoded);
    int length = isPng(encoded) ? keepPixels(source, encoded) : encoded.length;
    // Reads from memory; the plain stream variant would write each image to a temporary file.
    var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded, 0, length));
    reader = reader(in);
    if (reader == null) {
      throw unreadable(source, "no decoder knows its format", null);
    }
    try {
      reader.setInput(in, true, true);
      pixels = guarded(() -> (long) reader.getWidth(0) * reader.getHeight(0));
      requirePixels();
    } catch (DataException e) {
      reader.dispose();
      throw e;
    }
  }

  /** An action of the decoder. */
  private interface Decoding<T> {
    T run() throws IOException;
  }

  /** Decoders throw various exceptions and errors on damaged files. */
  private <T> T guarded(Decoding<T> decoding) {
    try {
      return decoding.run();
    } catch (IOException | RuntimeException e) {
      throw unreadable(source, Unpacked.reason(e), e);
    }
  }

  private static DataException unreadable(String source, String why, Exception cause) {
    return new DataException(
        source + " is not a readable image (" + why + "); replace or remove it", cause);
  }

  private static ImageReader reader(ImageInputStream in) {
    for (Iterator<ImageReader> all = ImageIO.getImageReaders(in); all.hasNext(); ) {
      ImageReader reader = all.next();
      String[] names = reader.getOriginatingProvider().getFormatNames();
      if (Stream.of(names).map(name -> name.toLowerCase(Locale.ROOT)).anyMatch(FORMATS::contains)) {
        return reader;
      }
      reader.dispose();
    }
    return null;
  }

  private void requirePixels() {
    Limit.PIXELS.require(pixels, this::claim);
    if (pixels > MAX_PIXELS) {
      throw new DataException(
          Text.format("%s; at most %d fit into an array. Scale it down", claim(), MAX_PIXELS));
    }
  }

  private String claim() {
    return guarded(
        () ->
            Text.format(
                "%s claims %dx%d pixels, which are %d",
                source, reader.getWidth(0), reader.getHeight(0), pixels));
  }

  /** The bytes that decoding takes at most: the decoder's raster and the planes. */
  long memory() {
    int bits =
        guarded(
            () -> {
              int most = 8;
              for (Iterator<ImageTypeSpecifier> all = reader.getImageTypes(0); all.hasNext(); ) {
                most = Math.max(most, all.next().getColorModel().getPixelSize());
              }
              return most;
            });
    return pixels * ((bits + 7) / 8 + 3);
  }

  /** Decodes the pixels. */
  Picture decode() {
    BufferedImage image = guarded(() -> reader.read(0));
    return guarded(() -> Picture.of(image));
  }

  @Override
  public void close() {
    reader.dispose();
  }

  private static boolean isPng(byte[] encoded) {
    return encoded.length >= PNG.length
        && Arrays.equals(encoded, 0, PNG.length, PNG, 0, PNG.length);
  }

  /**
   * Moves the chunks that pixels depend on to the front and returns their length. Others are texts
   * and profiles, which the decoder would unpack to any size.
   */
  private static int keepPixels(String source, byte[] encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    int kept = PNG.length;
    int position = PNG.length;
    while (position + PNG_CHUNK <= encoded.length) {
      long length = Integer.toUnsignedLong(bytes.getInt(position));
      var type = new String(encoded, position + 4, 4, StandardCharsets.ISO_8859_1);
      if (length > encoded.length - position - PNG_CHUNK) {
        throw unreadable(
            source,
            Text.format(
                "its chunk %s claims %d bytes, more than follow", Text.visible(type), length),
            null);
      }
      int whole = (int) length + PNG_CHUNK;
      if (PNG_PIXELS.contains(type)) {
        System.arraycopy(encoded, position, encoded, kept, whole);
        kept += whole;
      }
      position += whole;
    }
    return kept;
  }

  /** Fails for a BMP around a PNG or JPEG, whose size its own header does not tell. */
  private static void requireOwnPixels(String source, byte[] encoded) {
    if (encoded.length < BMP_COMPRESSION + 1 || encoded[0] != 'B' || encoded[1] != 'M') {
      return;
    }
    byte compression = encoded[BMP_COMPRESSION];
    if (compression == BMP_JPEG || compression == BMP_PNG) {
      throw unreadable(source, "a BMP with a picture of another format inside", null);
    }
  }

  /** Fails for a JPEG with more scans than any picture needs. */
  private static void requireScans(String source, byte[] encoded) {
    int scans = 0;
    int position = 0;
    while (position + 1 < encoded.length && isMarker(encoded, 0, JPEG_START)) {
      int marker = encoded[position + 1] & 0xff;
      if (encoded[position] != (byte) JPEG_MARKER || isInScan(marker)) {
        position++;
      } else if (marker == JPEG_END) {
        return;
      } else {
        scans += marker == JPEG_SCAN ? 1 : 0;
        position += 2 + (marker == JPEG_START ? 0 : segment(encoded, position + 2));
      }
      if (scans > MAX_SCANS) {
        throw unreadable(source, "it has more than " + MAX_SCANS + " scans", null);
      }
    }
  }

  /** Whether a byte after 0xff is no segment's: filling, an escaped 0xff or a restart. */
  private static boolean isInScan(int marker) {
    return marker == JPEG_MARKER || marker == 0 || (marker >= 0xd0 && marker <= 0xd7);
  }

  private static boolean isMarker(byte[] encoded, int position, int marker) {
    return encoded[position] == (byte) JPEG_MARKER && encoded[position + 1] == (byte) marker;
  }

  /** The length of a JPEG's segment. */
  private static int segment(byte[] encoded, int position) {
    return position + 1 < encoded.length
        ? (encoded[position] & 0xff) << 8 | encoded[position + 1] & 0xff
        : 0;
  }
}
