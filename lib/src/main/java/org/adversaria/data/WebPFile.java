package org.adversaria.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.adversaria.torch.Text;

/**
 * The chunks of a WebP file: sizes that contradict each other are refused before memory is taken,
 * EXIF's orientation is read, profiles of colours are passed over.
 *
 * <p>Google, "WebP Container Specification".
 */
final class WebPFile {

  private static final int HEADER = 12;
  private static final int CHUNK = 8;
  private static final int FRAME = 16;
  private static final int PROFILE_FLAG = 0x20;
  private static final int MAX_SIDE = 0x3fff;

  private final ByteBuffer bytes;
  private int orientation = 1;
  private boolean found;
  private boolean alpha;
  private int frames;
  private int lossy = -1;
  private int lossyLength;

  /**
   * Reads the chunks.
   *
   * @param encoded the file's bytes
   * @throws IOException if the file ends early, or a picture inside has another size than the whole
   */
  WebPFile(byte[] encoded) throws IOException {
    bytes = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
    if (encoded.length < HEADER + CHUNK || CHUNK + unsigned(4) > encoded.length) {
      throw new IOException("it ends early");
    }
    chunks(HEADER, (int) (CHUNK + unsigned(4)), 0, 0);
  }

  private long unsigned(int position) {
    return Integer.toUnsignedLong(bytes.getInt(position));
  }

  /** Walks the chunks of the file, or of a frame, whose pictures have one size; 0 if unknown. */
  private void chunks(int start, int end, int width, int height) throws IOException {
    int wide = width;
    int high = height;
    int position = start;
    while (position + CHUNK <= end) {
      long length = unsigned(position + 4);
      int content = position + CHUNK;
      if (length > end - content) {
        throw new IOException("it ends early");
      }
      switch (new String(bytes.array(), position, 4, StandardCharsets.ISO_8859_1)) {
        case "VP8X" -> {
          require(length, 10);
          bytes.put(content, (byte) (bytes.get(content) & ~PROFILE_FLAG));
          wide = 1 + threeBytes(content + 4);
          high = 1 + threeBytes(content + 7);
        }
        case "ANMF" -> {
          require(length, FRAME);
          frames++;
          chunks(
              content + FRAME,
              content + (int) length,
              1 + threeBytes(content + 6),
              1 + threeBytes(content + 9));
        }
        case "VP8 " -> {
          require(length, 10);
          requireSize(
              bytes.getShort(content + 6) & MAX_SIDE,
              bytes.getShort(content + 8) & MAX_SIDE,
              wide,
              high);
          if (!found) {
            lossy = content;
            lossyLength = (int) length;
          }
          found = true;
        }
        case "ALPH" -> alpha |= !found;
        case "VP8L" -> {
          require(length, 5);
          int sizes = bytes.getInt(content + 1);
          requireSize(1 + (sizes & MAX_SIDE), 1 + (sizes >> 14 & MAX_SIDE), wide, high);
          found = true;
        }
        case "EXIF" ->
            orientation = TiffDirectory.of(bytes.array(), content, (int) length).orientation();
        default -> {
          // Texts, profiles and an animation's background.
        }
      }
      position = (int) Math.min(end, content + length + (length & 1));
    }
  }

  private static void require(long length, int least) throws IOException {
    if (length < least) {
      throw new IOException(
          Text.format("it has a chunk of %d bytes, fewer than %d", length, least));
    }
  }

  private int threeBytes(int position) {
    return bytes.getInt(position - 1) >>> 8;
  }

  private static void requireSize(int width, int height, int wide, int high) throws IOException {
    if (wide > 0 && (width != wide || height != high)) {
      throw new IOException(
          Text.format("it has a picture of %dx%d inside of %dx%d", width, height, wide, high));
    }
  }

  /** EXIF's orientation, 1 to 8; 1 is upright. */
  int orientation() {
    return orientation;
  }

  /** Whether there are pictures after the first. */
  boolean hasMore() {
    return frames > 1;
  }

  /** Whether the first picture is a lossy one. */
  boolean isLossy() {
    return lossy >= 0;
  }

  /** Whether the first picture, a lossy one, has transparency. */
  boolean hasAlpha() {
    return alpha;
  }

  /** Decodes the colours of the first picture, a lossy one, into an image of its size. */
  void decode(BufferedImage image) throws IOException {
    WebPColors.decode(bytes.array(), lossy, lossyLength, image);
  }
}
