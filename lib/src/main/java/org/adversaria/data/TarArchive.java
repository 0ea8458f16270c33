package org.adversaria.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** Unpacks a tar archive, gzipped or plain, without writing outside of the target folder. */
final class TarArchive {

  /** What an entry takes on disk beside its bytes, about. */
  private static final long BLOCK = 4096;

  private TarArchive() {}

  /**
   * Unpacks the folder {@code top} of an archive as {@code target/top}.
   *
   * <p>The archive is unpacked to a temporary folder, which is then moved, so that an existing
   * folder is complete.
   *
   * @throws DataException if {@code target/top} exists already, an entry escapes the target, is
   *     there twice or is neither file nor folder, or the archive is damaged, unpacks to more than
   *     {@link Limit#EXTRACTED} or has no such folder
   */
  static void unpack(Path archive, Path target, String top) {
    if (Files.exists(target.resolve(top))) {
      throw new DataException(
          Text.format(
              "%s is there but lacks files that %s has; move it away, and the archive is unpacked anew",
              target.resolve(top), archive));
    }
    Path scratch = null;
    try {
      scratch = Files.createTempDirectory(target, ".unpack");
      extract(archive, scratch);
      if (!Files.isDirectory(scratch.resolve(top))) {
        throw new DataException(
            archive + " holds no folder " + top + "; it is another archive, get the right one");
      }
      AtomicFile.move(scratch.resolve(top), target.resolve(top));
    } catch (IOException e) {
      throw Unpacked.unreadable(archive, e);
    } finally {
      delete(scratch);
    }
  }

  private static void extract(Path archive, Path target) throws IOException {
    long total = 0;
    try (var entries = new TarEntries(archive)) {
      for (TarArchiveEntry entry = entries.next(); entry != null; entry = entries.next()) {
        Path path = inside(archive, target, entry);
        String name = entry.getName();
        long size = entry.isDirectory() ? 0 : entry.getSize();
        Limit.EXTRACTED.require(
            size, () -> Text.format("%s has the entry '%s' of %d bytes", archive, name, size));
        total += size + BLOCK;
        long taken = total;
        Limit.EXTRACTED.require(
            total,
            () ->
                Text.format(
                    "%s takes %d bytes on disk up to its entry '%s'", archive, taken, name));
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          requireNew(archive, path, entry);
          Files.createDirectories(path.getParent());
          Files.copy(entries.stream(), path);
          // A folder that is in place is whole, also after a loss of power.
          AtomicFile.force(path);
        }
      }
    }
  }

  private static Path inside(Path archive, Path target, TarArchiveEntry entry) {
    Path path = resolve(archive, target, entry.getName());
    if (!path.startsWith(target) || !(entry.isDirectory() || TarEntries.isPlainFile(entry))) {
      throw new DataException(
          Text.format(
              """
              %s has the entry '%s', which is a link or another special file, or would land outside \
              of the folder; the archive is not to be trusted, delete it""",
              archive, entry.getName()));
    }
    return path;
  }

  private static Path resolve(Path archive, Path target, String name) {
    try {
      return target.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw new DataException(
          Text.format(
              "%s has the entry '%s', which cannot be a file's name here (%s)",
              archive, name, e.getReason()),
          e);
    }
  }

  private static void requireNew(Path archive, Path path, TarArchiveEntry entry) {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new DataException(
          Text.format(
              "%s has the entry '%s' twice; the archive is not to be trusted, delete it",
              archive, entry.getName()));
    }
  }

  private static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try {
      AtomicFile.deleteTree(folder);
    } catch (IOException e) {
      throw new DataException(
          folder + " was left over from unpacking and cannot be deleted; delete it by hand", e);
    }
  }
}
