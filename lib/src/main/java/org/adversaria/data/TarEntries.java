package org.adversaria.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.adversaria.torch.Text;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The entries of a tar archive, gzipped or plain, one after the other.
 *
 * <p>All failures, whatever the archive holds, are {@link DataException}s with its name.
 */
final class TarEntries implements AutoCloseable {

  /** What the headers of one entry may take: its long name and its attributes. */
  private static final long MAX_HEADERS = 1L << 20;

  private final Path archive;
  private final CountedInput bytes;
  private final TarArchiveInputStream tar;

  TarEntries(Path archive) {
    this.archive = archive;
    try {
      bytes = new CountedInput(Unpacked.open(archive));
    } catch (IOException e) {
      throw Unpacked.unreadable(archive, e);
    }
    tar = new TarArchiveInputStream(bytes, StandardCharsets.UTF_8.name());
  }

  /** An action that reads. */
  private interface Reading<T> {
    T read() throws IOException;
  }

  /** The parser throws various runtime exceptions on damaged archives. */
  private <T> T guarded(Reading<T> reading) {
    try {
      return reading.read();
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw Unpacked.unreadable(archive, e);
    }
  }

  /** Moves on to the next entry; null at the end. */
  TarArchiveEntry next() {
    TarArchiveEntry entry = guarded(this::nextEntry);
    if (entry != null && !Text.isVisible(entry.getName())) {
      throw new DataException(
          Text.format(
              "%s has the entry '%s', whose name has control characters; make the archive again",
              archive, Text.visible(entry.getName())));
    }
    return entry;
  }

  private TarArchiveEntry nextEntry() throws IOException {
    bytes.allowAll();
    while (tar.getCurrentEntry() != null && tar.skip(Long.MAX_VALUE) > 0) {
      // The rest of an entry that was not read.
    }
    bytes.allow(
        MAX_HEADERS,
        () ->
            new DataException(
                Text.format(
                    "%s has an entry whose headers take more than %d bytes; make the archive again",
                    archive, MAX_HEADERS)));
    TarArchiveEntry entry = tar.getNextEntry();
    bytes.allowAll();
    return entry;
  }

  /** Whether an entry is a file, and no link, pipe, device or file with holes. */
  static boolean isPlainFile(TarArchiveEntry entry) {
    byte flag = entry.getLinkFlag();
    boolean file = flag == TarConstants.LF_NORMAL || flag == TarConstants.LF_OLDNORM;
    return (file || flag == TarConstants.LF_CONTIG) && entry.isFile() && !entry.isSparse();
  }

  /** The content of the current entry. */
  byte[] content(String source, long length) {
    return guarded(() -> Unpacked.exactly(tar, length, source));
  }

  /** The stream of the current entry. */
  InputStream stream() {
    return tar;
  }

  @Override
  public void close() {
    guarded(
        () -> {
          tar.close();
          return null;
        });
  }
}
