package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.adversaria.torch.Text;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Writes small files in the formats that the readers read. */
public final class TestFiles {

  private TestFiles() {}

  /** Compresses bytes. */
  public static byte[] gzip(byte[] content) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** {@code n} images whose bytes count up through the whole file. */
  static byte[] idxImages(int magic, int n, int rows, int columns) {
    ByteBuffer buffer = ByteBuffer.allocate(16 + n * rows * columns);
    buffer.putInt(magic).putInt(n).putInt(rows).putInt(columns);
    for (int i = 0; i < n * rows * columns; i++) {
      buffer.put((byte) i);
    }
    return buffer.array();
  }

  static byte[] idxLabels(int magic, int... labels) {
    ByteBuffer buffer = ByteBuffer.allocate(8 + labels.length);
    buffer.putInt(magic).putInt(labels.length);
    for (int label : labels) {
      buffer.put((byte) label);
    }
    return buffer.array();
  }

  /** A record of CIFAR: the label bytes, and red, green and blue planes of one value each. */
  static byte[] cifarRecord(int[] labels, int red, int green, int blue) {
    ByteBuffer buffer = ByteBuffer.allocate(labels.length + 3072);
    for (int label : labels) {
      buffer.put((byte) label);
    }
    for (int i = 0; i < 3072; i++) {
      buffer.put((byte) (i < 1024 ? red : i < 2048 ? green : blue));
    }
    return buffer.array();
  }

  static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] png(BufferedImage image) {
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A picture of one colour. */
  static byte[] colorPng(int width, int height, int rgb) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, rgb);
    }
    return png(image);
  }

  /** A grey picture of one level. */
  static byte[] greyPng(int width, int height, int level) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < width * height; i++) {
      image.getRaster().setSample(i % width, i / width, 0, level);
    }
    return png(image);
  }

  static Path write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  static byte[] zip(Map<String, byte[]> entries) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }

  static byte[] tarGz(Map<String, byte[]> entries) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        var header = new TarArchiveEntry(entry.getKey(), true);
        header.setSize(entry.getValue().length);
        tar.putArchiveEntry(header);
        tar.write(entry.getValue());
        tar.closeArchiveEntry();
      }
    }
    return gzip(out.toByteArray());
  }

  /** A tar archive whose only entry is a symbolic link. */
  static byte[] tarLink(String name, String target) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(out)) {
      var header = new TarArchiveEntry(name, TarArchiveEntry.LF_SYMLINK);
      header.setLinkName(target);
      tar.putArchiveEntry(header);
      tar.closeArchiveEntry();
    }
    return out.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * A header of a tar archive as its fields say, whatever they say, and a content.
   *
   * @param name the bytes of the name
   * @param type the type of the entry, such as '0' for a file
   * @param size the size that the header claims
   * @param content the bytes that follow, which are padded to whole blocks
   */
  static byte[] tarEntry(byte[] name, char type, long size, byte[] content) {
    ByteBuffer header = ByteBuffer.allocate(512 + (content.length + 511) / 512 * 512);
    header.put(name).position(100);
    header.put(utf8("0000644\0" + "0000000\0" + "0000000\0"));
    if (size >= 0 && size < 1L << 33) {
      header.put(utf8(Text.format("%011o\0", size)));
    } else {
      header.putInt(0x80000000 | (size < 0 ? 0x7fffffff : 0)).putLong(size);
    }
    header.put(utf8("00000000000\0" + " ".repeat(8))).put((byte) type);
    header.position(257).put(utf8("ustar\00000"));
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += Byte.toUnsignedInt(header.get(i));
    }
    header.position(148).put(utf8(Text.format("%06o\0 ", sum)));
    header.position(512).put(content);
    return header.array();
  }

  /** An entry of a tar archive as it should be. */
  static byte[] tarEntry(String name, byte[] content) {
    return tarEntry(utf8(name), '0', content.length, content);
  }

  /** A tar archive of entries. */
  static byte[] tar(byte[]... entries) {
    return concat(concat(entries), new byte[1024]);
  }

  /** A chunk of a PNG file. */
  static byte[] pngChunk(String type, byte[] content) {
    var checksum = new CRC32();
    checksum.update(utf8(type));
    checksum.update(content);
    return ByteBuffer.allocate(12 + content.length)
        .putInt(content.length)
        .put(utf8(type))
        .put(content)
        .putInt((int) checksum.getValue())
        .array();
  }

  /** The start of a PNG file of eight bits for each pixel's colour or level. */
  static byte[] pngHeader(int width, int height, int colorType) {
    byte[] header = {0, 0, 0, 0, 0, 0, 0, 0, 8, (byte) colorType, 0, 0, 0};
    ByteBuffer.wrap(header).putInt(width).putInt(height);
    byte[] magic = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
    return concat(magic, pngChunk("IHDR", header));
  }

  /** Runs a test while a limit is another one. */
  static void withLimit(String name, long value, ThrowingCallable test) {
    String property = "adversaria.limit." + name;
    System.setProperty(property, Long.toString(value));
    try {
      assertThatCode(test).doesNotThrowAnyException();
    } finally {
      System.clearProperty(property);
    }
  }

  /** A pipe that nothing writes to; null where there are none. */
  public static Path pipe(Path file) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder("mkfifo", file.toString()).start();
      return process.waitFor() == 0 ? file : null;
    } catch (IOException e) {
      return null;
    }
  }
}
