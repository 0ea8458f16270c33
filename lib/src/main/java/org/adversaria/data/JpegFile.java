package org.adversaria.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.adversaria.torch.Text;

/** The segments of a JPEG file: what pixels depend on is kept, EXIF's orientation read. */
final class JpegFile {

  /** Real progressive pictures have about ten scans, and each takes the time of a whole picture. */
  private static final int MAX_SCANS = 100;

  private static final int MARKER = 0xff;
  private static final int START = 0xd8;
  private static final int END = 0xd9;
  private static final int SCAN = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COMMENT = 0xfe;
  private static final int TRANSFORM = 11;
  private static final int COMPONENTS = 9;
  private static final byte[] JFIF = ascii("JFIF\0");
  private static final byte[] EXIF = ascii("Exif\0\0");
  private static final byte[] ADOBE = ascii("Adobe");

  private final byte[] encoded;
  private int kept;
  private int scans;
  private boolean ended;
  private int components;
  private int orientation = 1;
  private int adobeTransform = -1;

  /**
   * Moves the segments that pixels depend on to the front. Others are previews, profiles of colours
   * and texts.
   *
   * @param encoded the file's bytes
   * @throws IOException if the file ends early, or has more scans than any picture needs
   */
  JpegFile(byte[] encoded) throws IOException {
    this.encoded = encoded;
    int position = 0;
    while (!ended && position + 1 < encoded.length) {
      position = next(position);
      if (scans > MAX_SCANS) {
        throw new IOException("it has more than " + MAX_SCANS + " scans");
      }
    }
    if (!ended) {
      throw new IOException("it ends early");
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Keeps or drops what is at a position and returns the next one. */
  private int next(int position) throws IOException {
    int marker = encoded[position + 1] & 0xff;
    if (encoded[position] != (byte) MARKER || isInScan(marker)) {
      keep(position, 1);
      return position + 1;
    }
    boolean alone = marker == START || marker == END;
    int length = alone ? 2 : 2 + segment(position + 2);
    if (position + length > encoded.length) {
      throw new IOException("it ends early");
    }
    scans += marker == SCAN ? 1 : 0;
    ended = marker == END;
    if (isNeeded(marker, position, length)) {
      keep(position, length);
    }
    return position + length;
  }

  private void keep(int position, int length) {
    System.arraycopy(encoded, position, encoded, kept, length);
    kept += length;
  }

  private boolean isNeeded(int marker, int position, int length) {
    if (isFrame(marker) && length > COMPONENTS) {
      components = encoded[position + COMPONENTS] & 0xff;
    }
    if (marker == APP1 && starts(position, length, EXIF)) {
      int from = position + 4 + EXIF.length;
      orientation = TiffDirectory.of(encoded, from, position + length - from).orientation();
    }
    if (marker == APP14 && starts(position, length, ADOBE) && length > 4 + TRANSFORM) {
      adobeTransform = encoded[position + 4 + TRANSFORM] & 0xff;
      return true;
    }
    boolean application = marker >= APP0 && marker <= APP15;
    return marker == APP0 && starts(position, length, JFIF) || !application && marker != COMMENT;
  }

  private boolean starts(int position, int length, byte[] text) {
    return length >= 4 + text.length
        && Arrays.equals(encoded, position + 4, position + 4 + text.length, text, 0, text.length);
  }

  /** Whether a marker starts a frame: SOF0 to SOF15, without DHT, JPG and DAC between them. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** Whether a byte after 0xff is no segment's: filling, an escaped 0xff or a restart. */
  private static boolean isInScan(int marker) {
    return marker == MARKER || marker == 0 || (marker >= 0xd0 && marker <= 0xd7);
  }

  /** The length of a segment, with its two bytes. */
  private int segment(int position) throws IOException {
    int length =
        position + 1 < encoded.length
            ? (encoded[position] & 0xff) << 8 | encoded[position + 1] & 0xff
            : 0;
    if (length < 2) {
      throw new IOException(Text.format("it has a segment of %d bytes", length));
    }
    return length;
  }

  /** The bytes that are kept. */
  int length() {
    return kept;
  }

  /** The number of components: 1 for grey, 3 for colour, 4 for CMYK and YCCK. */
  int components() {
    return components;
  }

  /** EXIF's orientation, 1 to 8; 1 is upright. */
  int orientation() {
    return orientation;
  }

  /** Whether four components are YCCK instead of CMYK: Adobe's transform 2. */
  boolean isYcck() {
    return adobeTransform == 2;
  }
}
