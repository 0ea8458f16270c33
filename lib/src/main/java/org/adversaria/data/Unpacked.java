package org.adversaria.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.zip.GZIPInputStream;
import org.adversaria.torch.Text;

/** Reads files that are gzipped or plain, by their first two bytes. */
final class Unpacked {

  private static final int BUFFER = 1 << 16;

  private Unpacked() {}

  /**
   * Opens a file.
   *
   * @throws DataException if it is there but no regular file; while it is read, if a gzipped one
   *     goes beyond {@link Limit#UNPACKED}
   */
  static InputStream open(Path file) throws IOException {
    requireRegular(file);
    var in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzip ? new BufferedInputStream(unpacking(file, in), BUFFER) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static InputStream unpacking(Path file, InputStream in) throws IOException {
    long most = Limit.UNPACKED.value();
    return new CountedInput(
        new GZIPInputStream(in, BUFFER),
        most,
        () -> Limit.UNPACKED.exceeded(file + " unpacks to more than " + most + " bytes"));
  }

  /** Fails for a folder, pipe or device; opening a pipe would wait for ever. */
  static void requireRegular(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new DataException(
          file
              + " is a "
              + (Files.isDirectory(file) ? "folder" : "pipe or device")
              + "; give a file");
    }
  }

  /**
   * Reads all the bytes that a file or an entry promises.
   *
   * @throws DataException if there are fewer or more
   */
  static byte[] exactly(InputStream in, long promised, String source) throws IOException {
    if (promised < 0 || promised > Integer.MAX_VALUE - 8) {
      throw new DataException(source + " promises " + promised + " bytes; get it again");
    }
    var bytes = new byte[(int) promised];
    int read = in.readNBytes(bytes, 0, bytes.length);
    if (read < bytes.length || in.read() >= 0) {
      throw new DataException(
          Text.format(
              "%s promises %d bytes and %s; get it again",
              source, promised, read < bytes.length ? "ends after " + read : "goes on after them"));
    }
    return bytes;
  }

  /** Compares the unpacked content of a file with the published size and checksum. */
  static void requireContent(Path file, Catalog.Content expected) {
    MessageDigest digest = Checksums.digest("SHA-256");
    try (InputStream in = open(file)) {
      long size = digest(in, digest, expected.size());
      String actual = Checksums.hex(digest);
      if (!actual.equals(expected.sha256())) {
        throw new DataException(
            Text.format(
                """
                %s does not hold what its publisher's file holds: unpacked it has %s%d bytes with \
                SHA-256 %s, but should have %d bytes with SHA-256 %s. Delete it, and it is \
                downloaded again""",
                file,
                in.read() < 0 ? "" : "at least ",
                size,
                actual,
                expected.size(),
                expected.sha256()));
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Digests a stream up to the first read that ends after {@code most} bytes. */
  private static long digest(InputStream in, MessageDigest digest, long most) throws IOException {
    var buffer = new byte[BUFFER];
    long size = 0;
    int n = in.read(buffer);
    while (n >= 0) {
      digest.update(buffer, 0, n);
      size += n;
      n = size > most ? -1 : in.read(buffer);
    }
    return size;
  }

  static DataException unreadable(Path file, Exception e) {
    return new DataException(
        Text.format("%s cannot be read (%s); delete it and get it again", file, reason(e)), e);
  }

  static String reason(Throwable e) {
    String name = e.getClass().getSimpleName();
    return e.getMessage() == null ? name : name + ": " + e.getMessage();
  }
}
