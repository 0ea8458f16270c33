package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A zip of PNG files, without labels. */
final class ZipShard implements ShardWriter {

  /** The first time that a zip can tell. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ZipOutputStream zip;

  ZipShard(Path file) throws IOException {
    zip = new ZipOutputStream(Files.newOutputStream(file));
  }

  /** Whether a file is a zip with a number of entries. */
  static boolean isWhole(Path file, int images) throws IOException {
    try (var zip = new ZipFile(file.toFile())) {
      return zip.size() == images;
    } catch (ZipException e) {
      return false;
    }
  }

  /** PNG is compressed already. */
  @Override
  public void add(String name, byte[] png, long label) throws IOException {
    var entry = new ZipEntry(name);
    var crc = new CRC32();
    crc.update(png);
    entry.setMethod(ZipEntry.STORED);
    entry.setTimeLocal(TIME);
    entry.setSize(png.length);
    entry.setCompressedSize(png.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(png);
    zip.closeEntry();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
