package org.adversaria.fuzz;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Changes what is inside of archives and pictures and packs it again with right checksums, without
 * which readers would look at nothing but the checksums.
 */
final class Archives {

  /** What is in an archive, under a name. */
  record Entry(String name, byte[] content) {}

  private static final int BLOCK = 512;
  private static final List<String> PAX =
      List.of(
          "path=../../evil.png",
          "path=a/\u001b[31m.png",
          "path=",
          "size=99999999999999999",
          "size=-1",
          "size=x",
          "linkpath=/etc/passwd",
          "mtime=1e999",
          "GNU.sparse.map=0,99999999999,1,1",
          "GNU.sparse.size=9999999999",
          "SCHILY.dev=a",
          "charset=x",
          "=",
          "path",
          "path=" + "x".repeat(400));
  private static final int PNG_HEAD = 8;

  private Archives() {}

  /** Changes names, contents, number and order of entries. */
  static List<Entry> entries(Mutator mutator, List<Entry> seed, Format.Mutation content)
      throws IOException {
    var entries = new ArrayList<>(seed);
    for (int i = mutator.oneIn(2) ? 1 : mutator.below(5); i > 0; i--) {
      int at = mutator.below(entries.size());
      Entry entry = entries.get(at);
      switch (mutator.below(12)) {
        case 0 -> entries.set(at, new Entry(mutator.name(entry.name), entry.content));
        case 1 -> entries.add(entries.get(mutator.below(entries.size())));
        case 2 -> entries.add(at, new Entry(mutator.name(entry.name), entry.content));
        case 3 -> {
          if (entries.size() > 1) {
            entries.remove(at);
          }
        }
        default -> entries.set(at, new Entry(entry.name, content.mutant(mutator, entry.content)));
      }
    }
    return entries;
  }

  /** Tar, as it should be. */
  static byte[] tar(List<Entry> entries) {
    var out = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      byte[] header = tarHeader(entry.name, entry.content.length);
      checksum(header);
      addToTar(out, header, entry.content);
    }
    out.writeBytes(new byte[2 * BLOCK]);
    return out.toByteArray();
  }

  private static void addToTar(ByteArrayOutputStream out, byte[] header, byte[] content) {
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  /** Tar; each header is changed at times, with a right checksum after it. */
  static byte[] tar(Mutator mutator, List<Entry> entries) {
    var out = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      if (mutator.oneIn(12)) {
        byte[] record = record(mutator.oneOf(PAX));
        byte[] header = tarHeader("pax", record.length);
        header[156] = (byte) (mutator.oneIn(3) ? 'g' : 'x');
        checksum(header);
        addToTar(out, header, record);
      }
      byte[] header = tarHeader(entry.name, entry.content.length);
      if (mutator.oneIn(8)) {
        header = Arrays.copyOf(mutator.bytes(header, header), BLOCK);
      }
      if (mutator.oneIn(12)) {
        header[156] = (byte) "0123456789xgLKSMVDAN".charAt(mutator.below(20));
      }
      if (mutator.oneIn(16)) {
        octal(header, 124, 12, mutator.below(1 << 30));
      }
      if (!mutator.oneIn(30)) {
        checksum(header);
      }
      addToTar(out, header, entry.content);
    }
    out.writeBytes(new byte[2 * BLOCK]);
    return mutator.oneIn(12)
        ? mutator.bytes(out.toByteArray(), new byte[BLOCK])
        : out.toByteArray();
  }

  /** What a header of POSIX says of the next entry, after its own length. */
  private static byte[] record(String text) {
    int length = text.length() + 4;
    length += Integer.toString(length).length() - 2;
    return (length + " " + text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] tarHeader(String name, int size) {
    var header = new byte[BLOCK];
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, 0, Math.min(100, bytes.length));
    octal(header, 100, 8, 0644);
    octal(header, 124, 12, size);
    header[156] = (byte) (name.endsWith("/") ? '5' : '0');
    byte[] magic = "ustar\00000".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, header, 257, magic.length);
    return header;
  }

  private static void octal(byte[] header, int at, int length, int value) {
    String digits = Integer.toOctalString(value);
    byte[] text =
        ("0".repeat(length - 1 - digits.length()) + digits).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, header, at, text.length);
    header[at + length - 1] = 0;
  }

  private static void checksum(byte[] header) {
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += Byte.toUnsignedInt(b);
    }
    octal(header, 148, 7, sum);
  }

  /** The entries of a zip. */
  static List<Entry> unzip(byte[] zip) throws IOException {
    var entries = new ArrayList<Entry>();
    try (var in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.add(new Entry(entry.getName(), in.readAllBytes()));
      }
    }
    return entries;
  }

  /** Zip, packed or as it is; its directory of entries is changed at times. */
  static byte[] zip(Mutator mutator, List<Entry> entries, boolean packed) throws IOException {
    byte[] bytes = zip(entries, packed);
    if (mutator.oneIn(8)) {
      int directory = ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN).getInt(bytes.length - 6);
      byte[] changed =
          mutator.bytes(Arrays.copyOfRange(bytes, directory, bytes.length), new byte[4]);
      bytes = Arrays.copyOf(bytes, directory + changed.length);
      System.arraycopy(changed, 0, bytes, directory, changed.length);
    }
    return mutator.oneIn(12) ? mutator.bytes(bytes, new byte[64]) : bytes;
  }

  /** Zip, as it should be. */
  static byte[] zip(List<Entry> entries, boolean packed) throws IOException {
    var out = new ByteArrayOutputStream();
    // Java's own writer refuses two entries of one name.
    try (var zip = new ZipArchiveOutputStream(out)) {
      for (Entry entry : entries) {
        var crc = new CRC32();
        crc.update(entry.content);
        var header = new ZipArchiveEntry(entry.name);
        header.setMethod(packed ? ZipEntry.DEFLATED : ZipEntry.STORED);
        header.setSize(entry.content.length);
        header.setCrc(crc.getValue());
        zip.putArchiveEntry(header);
        zip.write(entry.content);
        zip.closeArchiveEntry();
      }
    }
    return out.toByteArray();
  }

  /** Changes the data of a PNG's chunks and makes their checksums right. */
  static byte[] png(Mutator mutator, byte[] seed) {
    if (seed.length < PNG_HEAD) {
      return seed;
    }
    var out = new ByteArrayOutputStream();
    out.write(seed, 0, PNG_HEAD);
    ByteBuffer in = ByteBuffer.wrap(seed, PNG_HEAD, seed.length - PNG_HEAD);
    while (in.remaining() >= 12) {
      int length = in.getInt();
      var data = new byte[Math.min(Math.max(0, length), in.remaining() - 8) + 4];
      in.get(data);
      in.getInt();
      if (mutator.oneIn(3)) {
        byte[] changed = mutator.bytes(Arrays.copyOfRange(data, 4, data.length), seed);
        data = Arrays.copyOf(data, 4 + changed.length);
        System.arraycopy(changed, 0, data, 4, changed.length);
      }
      chunk(out, data, mutator.oneIn(20) ? 2 : 1);
    }
    return mutator.oneIn(6) ? mutator.bytes(out.toByteArray(), seed) : out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, byte[] typeAndData, int times) {
    var crc = new CRC32();
    crc.update(typeAndData);
    for (int i = 0; i < times; i++) {
      out.writeBytes(ByteBuffer.allocate(4).putInt(typeAndData.length - 4).array());
      out.writeBytes(typeAndData);
      out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
  }
}
