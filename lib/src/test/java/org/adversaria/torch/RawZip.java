package org.adversaria.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Writes zips that say of their entries whatever a test wants. */
final class RawZip {

  /** An entry of stored bytes, and what the zip's two headers say of it. */
  static final class Entry {
    final String name;
    final byte[] content;
    String localName;
    int flags;
    int method;
    int checksum;
    int packed;
    int size;
    Integer offset;

    private Entry(String name, byte[] content) {
      this.name = name;
      this.content = content;
      localName = name;
      packed = content.length;
      size = content.length;
      var crc = new CRC32();
      crc.update(content);
      checksum = (int) crc.getValue();
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  Entry add(String name, byte[] content) {
    var entry = new Entry(name, content);
    entries.add(entry);
    return entry;
  }

  Entry get(String name) {
    return entries.stream().filter(entry -> entry.name.equals(name)).findFirst().orElseThrow();
  }

  byte[] bytes() {
    var zip = new ByteArrayOutputStream();
    var directory = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      int offset = entry.offset == null ? zip.size() : entry.offset;
      byte[] local = entry.localName.getBytes(StandardCharsets.UTF_8);
      byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
      zip.writeBytes(header(0x04034b50, 30, entry).putShort(26, (short) local.length).array());
      zip.writeBytes(local);
      zip.writeBytes(entry.content);
      directory.writeBytes(
          header(0x02014b50, 46, entry)
              .putShort(28, (short) name.length)
              .putInt(42, offset)
              .array());
      directory.writeBytes(name);
    }
    int start = zip.size();
    zip.writeBytes(directory.toByteArray());
    zip.writeBytes(
        ByteBuffer.allocate(22)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0x06054b50)
            .putInt(0)
            .putShort((short) entries.size())
            .putShort((short) entries.size())
            .putInt(directory.size())
            .putInt(start)
            .array());
    return zip.toByteArray();
  }

  /** The central header has its fields two bytes behind the local one's. */
  private static ByteBuffer header(int signature, int length, Entry entry) {
    int shift = length == 46 ? 2 : 0;
    return ByteBuffer.allocate(length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0, signature)
        .putShort(6 + shift, (short) entry.flags)
        .putShort(8 + shift, (short) entry.method)
        .putInt(14 + shift, entry.checksum)
        .putInt(18 + shift, entry.packed)
        .putInt(22 + shift, entry.size);
  }
}
