package org.adversaria.spark;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/**
 * A run as one zip, not compressed: its log, which is read alone where it comes first; its
 * checkpoints; and its record. A zip that was cut off lacks the record, which comes last.
 */
final class RunZip {

  private static final String RECORD = "run.json";

  private RunZip() {}

  /** Writes the files of a run, without its lock. The stream stays open. */
  static void pack(Path run, OutputStream out) throws IOException {
    var files = new ArrayList<Path>();
    files.add(run.resolve(CellStore.LOG));
    try (Stream<Path> checkpoints = Files.walk(run.resolve("checkpoints"))) {
      checkpoints.filter(Files::isRegularFile).sorted().forEach(files::add);
    }
    files.add(run.resolve(RECORD));
    var zip = new ZipOutputStream(out);
    for (Path file : files) {
      zip.putNextEntry(entry(run, file));
      Files.copy(file, zip);
      zip.closeEntry();
    }
    zip.finish();
  }

  private static ZipEntry entry(Path run, Path file) throws IOException {
    var entry = new ZipEntry(run.relativize(file).toString().replace('\\', '/'));
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(Files.size(file));
    entry.setCompressedSize(Files.size(file));
    entry.setCrc(crc(file));
    return entry;
  }

  private static long crc(Path file) throws IOException {
    var crc = new CRC32();
    try (var in = new CheckedInputStream(Files.newInputStream(file), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return crc.getValue();
  }

  /**
   * Writes the files of a run to a new directory.
   *
   * @throws ZipException if the zip is damaged, is not whole or has an entry that leads out of the
   *     directory, which is deleted then
   */
  static Path unpack(InputStream in, Path run) throws IOException {
    Files.createDirectories(run);
    try {
      var zip = new ZipInputStream(in);
      for (ZipEntry entry = next(zip); entry != null; entry = next(zip)) {
        Path file = file(run, entry);
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
      if (Files.notExists(run.resolve(RECORD))) {
        throw new ZipException("it was cut off before its last entry, " + RECORD);
      }
      return run;
    } catch (EOFException | FileAlreadyExistsException | IllegalArgumentException e) {
      AtomicFile.deleteTree(run);
      throw damaged(e);
    } catch (IOException e) {
      AtomicFile.deleteTree(run);
      throw e;
    }
  }

  /** Nothing is larger than its zip. */
  private static ZipEntry next(ZipInputStream zip) throws IOException {
    ZipEntry entry = zip.getNextEntry();
    if (entry != null && entry.getMethod() != ZipEntry.STORED) {
      throw new ZipException(
          Text.format("its entry '%s' is compressed", Text.visible(entry.getName())));
    }
    return entry;
  }

  private static Path file(Path run, ZipEntry entry) throws ZipException {
    Path file = run.resolve(entry.getName()).normalize();
    if (!file.startsWith(run) || file.equals(run) || entry.isDirectory()) {
      throw new ZipException(
          Text.format("its entry '%s' is no file of a run", Text.visible(entry.getName())));
    }
    return file;
  }

  /**
   * Reads the lines of the log only.
   *
   * @throws ZipException if the zip is damaged before the end of its log
   */
  static List<String> log(InputStream in) throws IOException {
    try {
      var zip = new ZipInputStream(in);
      ZipEntry entry = next(zip);
      if (entry == null || !entry.getName().equals(CellStore.LOG)) {
        throw new ZipException("its first entry is not " + CellStore.LOG);
      }
      return new String(zip.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (EOFException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  private static ZipException damaged(Exception cause) {
    var damaged = new ZipException(cause.getMessage());
    damaged.initCause(cause);
    return damaged;
  }
}
