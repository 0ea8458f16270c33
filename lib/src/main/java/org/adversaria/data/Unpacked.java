package org.adversaria.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.zip.GZIPInputStream;
import org.adversaria.torch.Text;

/** Reads files that are gzipped or plain, by their first two bytes. */
final class Unpacked {

  private static final int BUFFER = 1 << 16;

  private Unpacked() {}

  static InputStream open(Path file) throws IOException {
    var in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzip ? new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Compares the unpacked content of a file with the published size and checksum. */
  static void requireContent(Path file, Catalog.Content expected) {
    MessageDigest digest = Checksums.digest("SHA-256");
    try (var in = new DigestInputStream(open(file), digest)) {
      long size = in.transferTo(OutputStream.nullOutputStream());
      String actual = Checksums.hex(digest);
      if (!actual.equals(expected.sha256())) {
        throw new DataException(
            Text.format(
                """
                %s does not hold what its publisher's file holds: unpacked it has %d bytes with \
                SHA-256 %s, but should have %d bytes with SHA-256 %s. Delete it, and it is \
                downloaded again""",
                file, size, actual, expected.size(), expected.sha256()));
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static DataException unreadable(Path file, IOException e) {
    return new DataException(
        Text.format("%s cannot be read (%s); delete it and get it again", file, reason(e)), e);
  }

  static String reason(Throwable e) {
    String name = e.getClass().getSimpleName();
    return e.getMessage() == null ? name : name + ": " + e.getMessage();
  }
}
