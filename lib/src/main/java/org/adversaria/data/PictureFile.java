package org.adversaria.data;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import org.adversaria.torch.Text;

/**
 * An encoded picture whose header is read and whose pixels are not.
 *
 * <p>What decoding will take is known before the memory is taken. Readers are chosen here, by the
 * first bytes: which others are installed makes no difference. Profiles of colours are not applied.
 */
final class PictureFile implements AutoCloseable {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  private static final Set<String> PNG_PIXELS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
  private static final int PNG_CHUNK = 12;

  private static final int BMP_COMPRESSION = 30;
  private static final int BMP_JPEG = 4;
  private static final int BMP_PNG = 5;

  private static final int TILE_WIDTH = 322;
  private static final int TILE_LENGTH = 323;
  private static final long MAX_TILE = 1 << 24;

  /** The tags of a TIFF file that pixels depend on. */
  private static final Set<Integer> TIFF_PIXELS =
      Set.of(
          256,
          257,
          258,
          259,
          262,
          266,
          273,
          277,
          278,
          279,
          284,
          292,
          293,
          317,
          320,
          TILE_WIDTH,
          TILE_LENGTH,
          324,
          325,
          332,
          334,
          338,
          339,
          347,
          512,
          513,
          514,
          515,
          517,
          518,
          519,
          520,
          521,
          529,
          530,
          531,
          532);

  /** What WebP's decoder keeps of its blocks for each pixel. */
  private static final int WEBP_BYTES = 64;

  /** Three planes of a Java array each have to be addressed by an int. */
  private static final long MAX_PIXELS = Integer.MAX_VALUE / 3;

  private final String source;
  private final Format format;
  private final ImageReader reader;
  private final long pixels;
  private int orientation = 1;
  private JpegFile jpeg;
  private WebPFile webp;
  private String cut;
  private boolean more;

  /** The formats, known by their first bytes. */
  enum Format {
    PNG,
    JPEG,
    GIF,
    BMP,
    TIFF,
    WEBP;

    /** The format of a file; null if it is none of these. */
    static Format of(byte[] encoded) {
      if (starts(encoded, 0, PictureFile.PNG)) {
        return PNG;
      }
      if (starts(encoded, 0, new byte[] {(byte) 0xff, (byte) 0xd8})) {
        return JPEG;
      }
      if (starts(encoded, 0, ascii("GIF8"))) {
        return GIF;
      }
      if (starts(encoded, 0, ascii("BM"))) {
        return BMP;
      }
      if (starts(encoded, 0, ascii("RIFF")) && starts(encoded, 8, ascii("WEBP"))) {
        return WEBP;
      }
      boolean tiff = starts(encoded, 0, ascii("II*\0")) || starts(encoded, 0, ascii("MM\0*"));
      return tiff ? TIFF : null;
    }

    private static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean starts(byte[] encoded, int offset, byte[] start) {
      int end = offset + start.length;
      return encoded.length >= end && Arrays.equals(encoded, offset, end, start, 0, start.length);
    }

    private ImageReader reader() throws IOException {
      return switch (this) {
        case TIFF -> new TIFFImageReaderSpi().createReaderInstance();
        case WEBP -> new WebPImageReaderSpi().createReaderInstance();
        default -> javaReader(name());
      };
    }

    /** Java's own reader, whatever else is installed. */
    private static ImageReader javaReader(String name) {
      for (Iterator<ImageReader> all = ImageIO.getImageReadersByFormatName(name); all.hasNext(); ) {
        ImageReader reader = all.next();
        if (reader.getClass().getModule().equals(ImageIO.class.getModule())) {
          return reader;
        }
        reader.dispose();
      }
      throw new IllegalStateException("This Java has no reader of " + name);
    }
  }

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
    format = Format.of(encoded);
    if (format == null) {
      throw unreadable(source, "no decoder knows its format", null);
    }
    int length = guarded(() -> keepPixels(encoded));
    // Reads from memory; the plain stream variant would write each image to a temporary file.
    var in = new EndingInput(encoded, 0, length);
    reader = guarded(format::reader);
    try {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener((from, warning) -> noteEnd(warning));
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
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      boolean plain = e.getClass().equals(IOException.class) && e.getMessage() != null;
      throw unreadable(source, plain ? e.getMessage() : Unpacked.reason(e), e);
    }
  }

  private static DataException unreadable(String source, String why, Exception cause) {
    return new DataException(
        source + " is not a readable image (" + why + "); replace or remove it", cause);
  }

  /** A decoder that has no more bytes fills the rest of a picture and warns. */
  private void noteEnd(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    if (text.contains("premature end") || text.contains("truncated")) {
      cut = warning;
    }
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

  Format format() {
    return format;
  }

  /** Whether there are frames or pages after the first, which alone is decoded. */
  boolean hasMore() {
    return more;
  }

  /** EXIF's orientation, 1 to 8; 1 is upright. */
  int orientation() {
    return orientation;
  }

  /** The bytes that decoding takes at most: the decoder's raster and the planes. */
  long memory() {
    int bits =
        guarded(
            () -> {
              int most = isCmyk() ? 32 : 8;
              for (Iterator<ImageTypeSpecifier> all = reader.getImageTypes(0);
                  all.hasNext() && !isCmyk(); ) {
                most = Math.max(most, all.next().getColorModel().getPixelSize());
              }
              return most;
            });
    return pixels * ((bits + 7) / 8 + 3 + (format == Format.WEBP ? WEBP_BYTES : 0));
  }

  private boolean isCmyk() {
    return jpeg != null && jpeg.components() == 4;
  }

  /** Decodes the pixels, as they are stored. */
  Picture decode() {
    Picture picture = guarded(this::pixels);
    if (cut != null) {
      throw unreadable(source, "it ends early: " + cut, null);
    }
    return picture;
  }

  private Picture pixels() throws IOException {
    if (isCmyk()) {
      return Picture.ofInverseCmyk(reader.readRaster(0, null), jpeg.isYcck());
    }
    if (webp == null || !webp.isLossy()) {
      return Picture.of(reader.read(0));
    }
    BufferedImage image =
        webp.hasAlpha()
            ? reader.read(0)
            : new BufferedImage(
                reader.getWidth(0), reader.getHeight(0), BufferedImage.TYPE_3BYTE_BGR);
    webp.decode(image);
    return Picture.of(image);
  }

  @Override
  public void close() {
    reader.dispose();
  }

  /** Leaves what pixels depend on at the front and returns its length. */
  private int keepPixels(byte[] encoded) throws IOException {
    switch (format) {
      case PNG -> {
        return keepChunks(encoded);
      }
      case JPEG -> {
        jpeg = new JpegFile(encoded);
        orientation = jpeg.orientation();
        return jpeg.length();
      }
      case BMP -> requireOwnPixels(encoded);
      case WEBP -> {
        webp = new WebPFile(encoded);
        orientation = webp.orientation();
        more = webp.hasMore();
      }
      case TIFF -> keepTags(encoded);
      default -> more = GifFile.hasMore(encoded);
    }
    return encoded.length;
  }

  /**
   * Moves the chunks of a PNG that pixels depend on to the front and returns their length. Others
   * are texts and profiles, which the decoder would unpack to any size.
   */
  private int keepChunks(byte[] encoded) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    int kept = PNG.length;
    int position = PNG.length;
    while (position + PNG_CHUNK <= encoded.length) {
      long length = Integer.toUnsignedLong(bytes.getInt(position));
      var type = new String(encoded, position + 4, 4, StandardCharsets.ISO_8859_1);
      if (length > encoded.length - position - PNG_CHUNK) {
        throw new IOException(
            Text.format(
                "its chunk %s claims %d bytes, more than follow", Text.visible(type), length));
      }
      int whole = (int) length + PNG_CHUNK;
      if (type.equals("eXIf")) {
        orientation = TiffDirectory.of(encoded, position + 8, (int) length).orientation();
      }
      if (PNG_PIXELS.contains(type)) {
        System.arraycopy(encoded, position, encoded, kept, whole);
        kept += whole;
      }
      position += whole;
    }
    return kept;
  }

  /** Drops the tags of a TIFF that pixels do not depend on, and all pages after the first. */
  private void keepTags(byte[] encoded) throws IOException {
    TiffDirectory directory = TiffDirectory.of(encoded, 0, encoded.length);
    orientation = directory.orientation();
    for (TiffDirectory.Entry entry : directory.entries()) {
      if (!TIFF_PIXELS.contains(entry.tag())) {
        directory.drop(entry);
      } else if (!directory.isWithin(entry)) {
        throw new IOException(
            Text.format(
                "its tag %d claims %d values, more than follow", entry.tag(), entry.count()));
      }
    }
    long tile = directory.number(TILE_WIDTH).orElse(0L) * directory.number(TILE_LENGTH).orElse(0L);
    if (tile > MAX_TILE) {
      throw new IOException(Text.format("it has tiles of %d pixels", tile));
    }
    more = directory.endHere();
  }

  /** Fails for a BMP around a PNG or JPEG, whose size its own header does not tell. */
  private static void requireOwnPixels(byte[] encoded) throws IOException {
    if (encoded.length <= BMP_COMPRESSION) {
      return;
    }
    byte compression = encoded[BMP_COMPRESSION];
    if (compression == BMP_JPEG || compression == BMP_PNG) {
      throw new IOException("a BMP with a picture of another format inside");
    }
  }
}
