package org.adversaria.data;

/** The blocks of a GIF file, which are walked to see whether there is a second picture. */
final class GifFile {

  private static final int HEADER = 13;
  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int IMAGE_HEADER = 10;
  private static final int TABLE_FLAG = 0x80;

  private final byte[] encoded;
  private int position;

  private GifFile(byte[] encoded) {
    this.encoded = encoded;
  }

  /** Whether there are pictures after the first; not where the file is damaged before them. */
  static boolean hasMore(byte[] encoded) {
    return new GifFile(encoded).countTo(2) == 2;
  }

  private int at(int index) {
    return index < encoded.length ? encoded[index] & 0xff : 0;
  }

  private int countTo(int most) {
    int images = 0;
    position = HEADER + table(at(10));
    while (images < most && (at(position) == IMAGE || at(position) == EXTENSION)) {
      if (at(position) == IMAGE) {
        images++;
        // The header, its table of colours and the first size of a code.
        position += IMAGE_HEADER + table(at(position + IMAGE_HEADER - 1)) + 1;
      } else {
        position += 2;
      }
      skipBlocks();
    }
    return images;
  }

  /** The bytes of a table of colours, by the flags that say whether it is there. */
  private static int table(int flags) {
    return (flags & TABLE_FLAG) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  private void skipBlocks() {
    while (at(position) != 0) {
      position += at(position) + 1;
    }
    position++;
  }
}
