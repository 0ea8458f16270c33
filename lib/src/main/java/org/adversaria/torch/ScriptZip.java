package org.adversaria.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads the zip of a file of PyTorch strictly: one folder, unique names in any case, entries that
 * do not overlap and begin with the file, sizes and checksums that agree. Whatever two readers
 * might understand differently is refused.
 */
final class ScriptZip implements AutoCloseable {

  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_BYTES = 20;
  private static final int END_64_BYTES = 56;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final long NONE_32 = 0xffffffffL;
  private static final int MAXIMAL_DIRECTORY = 64 << 20;
  private static final int MAXIMAL_NAME = 1000;
  private static final int BUFFER = 1 << 16;

  /**
   * What the zip's directory says of an entry.
   *
   * @param name without the folder
   * @param deflated whether its bytes are compressed
   * @param checksum CRC-32 of its content
   * @param packed bytes in the file
   * @param size bytes of its content
   * @param offset of its local header
   */
  record Entry(String name, boolean deflated, int checksum, long packed, long size, long offset) {}

  private final ScriptEntry whole;
  private final FileChannel channel;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private String folder;

  /** The directory's place, and the number of its entries. */
  private record Directory(long offset, long size, long count) {}

  ScriptZip(ScriptEntry whole) throws IOException {
    this.whole = whole;
    channel = FileChannel.open(whole.file(), StandardOpenOption.READ);
    try {
      readDirectory(directory());
      requireApart();
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The entries by their names without the folder, in the directory's order. */
  Map<String, Entry> entries() {
    return entries;
  }

  private Directory directory() throws IOException {
    long length = channel.size();
    if (length < END_BYTES || read(0, 4).getInt() != LOCAL) {
      throw whole.damaged(
          "it is no zip. A state dict of an old version or another format holds weights without"
              + " code");
    }
    ByteBuffer end = read(length - END_BYTES, END_BYTES);
    if (end.getInt() != END || end.getShort(20) != 0) {
      throw whole.damaged("it does not end where its zip does, as a truncated file");
    }
    var plain =
        new Directory(
            unsigned(end.getInt(16)), unsigned(end.getInt(12)), end.getShort(10) & 0xffff);
    requireOneDisk(end.getInt(4) == 0 && end.getShort(8) == end.getShort(10));
    long behind = length - END_BYTES;
    if (behind >= LOCATOR_BYTES + END_64_BYTES
        && read(behind - LOCATOR_BYTES, 4).getInt() == LOCATOR_64) {
      behind -= LOCATOR_BYTES + END_64_BYTES;
      plain = directory64(plain, behind);
    }
    if (plain.offset < 0 || plain.size < 0 || plain.offset != behind - plain.size) {
      throw whole.damaged("its zip's directory is not where the end of the zip says");
    }
    return plain;
  }

  /** The 64-bit form, whose values the 32-bit form repeats or leaves out. */
  private Directory directory64(Directory plain, long offset) throws IOException {
    ByteBuffer locator = read(offset + END_64_BYTES, LOCATOR_BYTES);
    ByteBuffer end = read(offset, END_64_BYTES);
    requireOneDisk(
        locator.getInt(4) == 0
            && locator.getLong(8) == offset
            && end.getInt(0) == END_64
            && end.getLong(4) == END_64_BYTES - 12
            && end.getLong(16) == 0
            && end.getLong(24) == end.getLong(32));
    var wide = new Directory(end.getLong(48), end.getLong(40), end.getLong(32));
    if (plain.offset != NONE_32 && plain.offset != wide.offset
        || plain.size != NONE_32 && plain.size != wide.size
        || plain.count != 0xffff && plain.count != wide.count) {
      throw whole.damaged("the two ends of its zip contradict one another");
    }
    return wide;
  }

  private void requireOneDisk(boolean condition) {
    if (!condition) {
      throw whole.damaged("the end of its zip is not as PyTorch writes it");
    }
  }

  private void readDirectory(Directory directory) throws IOException {
    if (directory.size > MAXIMAL_DIRECTORY
        || directory.count < 1
        || directory.count > directory.size / CENTRAL_BYTES) {
      throw whole.damaged(
          Text.format(
              "its zip's directory has %d entries in %d bytes", directory.count, directory.size));
    }
    ByteBuffer bytes = read(directory.offset, (int) directory.size);
    var seen = new LinkedHashMap<String, String>();
    for (long i = 0; i < directory.count; i++) {
      Entry entry = centralEntry(bytes);
      // PyTorch finds entries whatever their case.
      String other = seen.put(entry.name.toLowerCase(Locale.ROOT), entry.name);
      if (other != null) {
        throw entry(other).damaged("there are two entries of this name in its zip");
      }
      entries.put(entry.name, entry);
    }
    if (bytes.hasRemaining()) {
      throw whole.damaged("its zip's directory holds more than its entries");
    }
  }

  private Entry centralEntry(ByteBuffer bytes) {
    if (bytes.remaining() < CENTRAL_BYTES || bytes.getInt(bytes.position()) != CENTRAL) {
      throw whole.damaged("its zip's directory ends within an entry");
    }
    int at = bytes.position();
    int nameLength = bytes.getShort(at + 28) & 0xffff;
    int extraLength = bytes.getShort(at + 30) & 0xffff;
    int rest = nameLength + extraLength + (bytes.getShort(at + 32) & 0xffff);
    if (bytes.remaining() - CENTRAL_BYTES < rest) {
      throw whole.damaged("its zip's directory ends within an entry");
    }
    String name = entryName(slice(bytes, at + CENTRAL_BYTES, nameLength));
    int flags = bytes.getShort(at + 8);
    int method = bytes.getShort(at + 10);
    if ((flags & 0x2041) != 0 || method != 0 && method != 8) {
      throw entry(name).damaged("its zip has it encrypted or compressed in a way PyTorch has not");
    }
    ByteBuffer extra = slice(bytes, at + CENTRAL_BYTES + nameLength, extraLength);
    long[] wide =
        wide(extra, name, bytes.getInt(at + 24), bytes.getInt(at + 20), bytes.getInt(at + 42));
    var entry = new Entry(name, method == 8, bytes.getInt(at + 16), wide[1], wide[0], wide[2]);
    if (!entry.deflated && entry.packed != entry.size) {
      throw entry(name).damaged("its zip gives two sizes for it");
    }
    bytes.position(at + CENTRAL_BYTES + rest);
    return entry;
  }

  /** Size, packed size and offset: those that 32 bits cannot hold are in the 64-bit extra field. */
  private long[] wide(ByteBuffer extra, String name, int... values) {
    ByteBuffer field = extraField(extra, name);
    var wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = unsigned(values[i]);
      if (wide[i] == NONE_32) {
        if (field.remaining() < Long.BYTES) {
          throw entry(name).damaged("its zip leaves out its size or place");
        }
        wide[i] = field.getLong();
      }
      if (wide[i] < 0) {
        throw entry(name).damaged("its zip gives a negative size or place for it");
      }
    }
    return wide;
  }

  private ByteBuffer extraField(ByteBuffer extra, String name) {
    ByteBuffer found = extra.slice(0, 0);
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int length = extra.getShort() & 0xffff;
      if (length > extra.remaining()) {
        throw entry(name).damaged("its zip has a broken extra field for it");
      }
      if (id == 1) {
        if (found.hasRemaining()) {
          throw entry(name).damaged("its zip gives its size twice");
        }
        found = slice(extra, extra.position(), length);
      }
      extra.position(extra.position() + length);
    }
    return found;
  }

  private String entryName(ByteBuffer bytes) {
    String full = StandardCharsets.UTF_8.decode(bytes).toString();
    int slash = full.indexOf('/');
    boolean plain =
        full.length() <= MAXIMAL_NAME
            && full.chars().noneMatch(c -> c < ' ' || c == '\\' || c == 127);
    if (!plain || slash < 1 || List.of(full.split("/", -1)).stream().anyMatch(ScriptZip::leaves)) {
      throw whole.damaged(
          Text.format(
              "its zip has an entry named '%s'; PyTorch writes folder/name",
              ScriptEntry.printable(full)));
    }
    if (folder == null) {
      folder = full.substring(0, slash);
    } else if (!folder.equals(full.substring(0, slash))) {
      throw whole.damaged(
          Text.format(
              "its zip has more than one folder: '%s' and '%s'",
              ScriptEntry.printable(folder), ScriptEntry.printable(full.substring(0, slash))));
    }
    return full.substring(slash + 1);
  }

  private static boolean leaves(String part) {
    return part.isEmpty() || part.equals(".") || part.equals("..");
  }

  /** Entries fill the file from its begin, one after another, each behind its local header. */
  private void requireApart() throws IOException {
    var sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::offset));
    long free = 0;
    for (Entry entry : sorted) {
      if (entry.offset < free || free == 0 && entry.offset > 0) {
        throw entry(entry.name).damaged("it lies over another, or bytes before it belong to none");
      }
      free = Math.addExact(dataOffset(entry), entry.packed);
      if (free > channel.size()) {
        throw entry(entry.name).damaged("it ends behind the end of the file");
      }
    }
  }

  /** The place of an entry's first byte in the file. */
  long dataOffset(Entry entry) throws IOException {
    if (entry.offset > channel.size() - LOCAL_BYTES) {
      throw entry(entry.name).damaged("it begins behind the end of the file");
    }
    ByteBuffer local = read(entry.offset, LOCAL_BYTES);
    int nameLength = local.getShort(26) & 0xffff;
    byte[] name = (folder + "/" + entry.name).getBytes(StandardCharsets.UTF_8);
    if (local.getInt(0) != LOCAL
        || (local.getShort(8) == 8) != entry.deflated
        || nameLength != name.length
        || !read(entry.offset + LOCAL_BYTES, nameLength).equals(ByteBuffer.wrap(name))) {
      throw entry(entry.name).damaged("its zip's directory says otherwise than its own header");
    }
    return entry.offset + LOCAL_BYTES + nameLength + (local.getShort(28) & 0xffff);
  }

  ScriptEntry entry(String name) {
    return whole.entry(name);
  }

  /** Reads a small entry. */
  byte[] read(Entry entry, int limit) throws IOException {
    if (entry.size > limit || entry.packed > limit) {
      throw entry(entry.name)
          .damaged(Text.format("it has %d bytes where at most %d are read", entry.size, limit));
    }
    var content = new ByteArrayOutputStream((int) entry.size);
    copy(entry, content);
    return content.toByteArray();
  }

  /** Copies an entry's content, whose size and checksum are those of the directory. */
  void copy(Entry entry, OutputStream out) throws IOException {
    var checksum = new CRC32();
    long written = entry.deflated ? inflate(entry, out, checksum) : transfer(entry, out, checksum);
    if (written != entry.size || (int) checksum.getValue() != entry.checksum) {
      throw entry(entry.name).damaged("its bytes do not have their size or checksum");
    }
  }

  private long transfer(Entry entry, OutputStream out, CRC32 checksum) throws IOException {
    long offset = dataOffset(entry);
    for (long done = 0; done < entry.packed; ) {
      byte[] part = read(offset + done, (int) Math.min(BUFFER, entry.packed - done)).array();
      checksum.update(part);
      out.write(part);
      done += part.length;
    }
    return entry.packed;
  }

  private long inflate(Entry entry, OutputStream out, CRC32 checksum) throws IOException {
    var inflater = new Inflater(true);
    try {
      inflater.setInput(read(dataOffset(entry), Math.toIntExact(entry.packed)));
      var part = new byte[BUFFER];
      long written = 0;
      while (written <= entry.size && !inflater.finished()) {
        int count = inflater.inflate(part);
        if (count == 0 && !inflater.finished()) {
          break;
        }
        checksum.update(part, 0, count);
        out.write(part, 0, count);
        written += count;
      }
      return inflater.finished() && inflater.getRemaining() == 0 ? written : -1;
    } catch (DataFormatException e) {
      throw entry(entry.name).damaged("its compressed bytes are broken");
    } finally {
      inflater.end();
    }
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw whole.damaged("it ends early");
      }
    }
    return bytes.flip();
  }

  private static ByteBuffer slice(ByteBuffer bytes, int offset, int length) {
    return bytes.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
