package org.adversaria.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first directory of a TIFF file, or of EXIF data, which have the same structure.
 *
 * <p>TIFF 6.0, section 2. Nothing of it is trusted: an entry is there if it lies within the bytes.
 */
final class TiffDirectory {

  private static final int ORIENTATION = 274;
  private static final int HEADER = 8;
  private static final int ENTRY = 12;

  /** The bytes of a value of each type, from BYTE, 1, to DOUBLE, 12. */
  private static final int[] BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  /** A private tag, which readers pass over. */
  private static final short UNUSED = (short) 65_000;

  private final ByteBuffer bytes;
  private final List<Entry> entries = new ArrayList<>();
  private int end;

  /**
   * An entry.
   *
   * @param position of its 12 bytes
   * @param tag what it is
   * @param type of its values, 1 to 12; others have unknown length
   * @param count of its values, below 2<sup>32</sup>
   */
  record Entry(int position, int tag, int type, long count) {

    /** The bytes of all values; 0 where their type is unknown. */
    long length() {
      return type < 1 || type >= BYTES.length ? 0 : count * BYTES[type];
    }
  }

  private TiffDirectory(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Reads a directory; one that is damaged has no entries. */
  static TiffDirectory of(byte[] encoded, int offset, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded, offset, length).slice();
    var directory = new TiffDirectory(bytes);
    if (length >= HEADER && (bytes.get(0) == 'I' || bytes.get(0) == 'M')) {
      bytes.order(bytes.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      directory.read(Integer.toUnsignedLong(bytes.getInt(4)));
    }
    return directory;
  }

  private void read(long start) {
    if (start > bytes.limit() - 2) {
      return;
    }
    int position = (int) start + 2;
    int count = Short.toUnsignedInt(bytes.getShort((int) start));
    for (int i = 0; i < count && position + ENTRY <= bytes.limit(); i++) {
      entries.add(
          new Entry(
              position,
              Short.toUnsignedInt(bytes.getShort(position)),
              Short.toUnsignedInt(bytes.getShort(position + 2)),
              Integer.toUnsignedLong(bytes.getInt(position + 4))));
      position += ENTRY;
    }
    end = position;
  }

  List<Entry> entries() {
    return entries;
  }

  /** The first value of a number that stands in its entry. */
  Optional<Long> number(int tag) {
    return entries.stream()
        .filter(entry -> entry.tag == tag && entry.count > 0)
        .filter(entry -> entry.type == SHORT || entry.type == LONG)
        .findFirst()
        .map(
            entry ->
                entry.type == SHORT
                    ? Short.toUnsignedLong(bytes.getShort(entry.position + 8))
                    : Integer.toUnsignedLong(bytes.getInt(entry.position + 8)));
  }

  /** EXIF's orientation, 1 to 8; 1, upright, where it says nothing. */
  int orientation() {
    return number(ORIENTATION).filter(value -> value >= 1 && value <= 8).orElse(1L).intValue();
  }

  /** Whether an entry's values lie within the bytes. */
  boolean isWithin(Entry entry) {
    return entry.length() <= 4
        || Integer.toUnsignedLong(bytes.getInt(entry.position + 8)) + entry.length()
            <= bytes.limit();
  }

  /** Turns an entry into one without meaning. */
  void drop(Entry entry) {
    bytes.putShort(entry.position, UNUSED);
    bytes.putShort(entry.position + 2, (short) BYTE);
    bytes.putInt(entry.position + 4, 1);
  }

  /** Makes this the last directory; false if it was so already. */
  boolean endHere() {
    if (end + 4 > bytes.limit() || bytes.getInt(end) == 0) {
      return false;
    }
    bytes.putInt(end, 0);
    return true;
  }
}
