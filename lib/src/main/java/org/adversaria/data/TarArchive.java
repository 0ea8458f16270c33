package org.adversaria.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Unpacks a tar archive, gzipped or plain, without writing outside of the target folder. */
final class TarArchive {

  private TarArchive() {}

  /**
   * Unpacks the folder {@code top} of an archive as {@code target/top}.
   *
   * <p>The archive is unpacked to a temporary folder, which is then moved, so that an existing
   * folder is complete.
   *
   * @throws DataException if {@code target/top} exists already, an entry escapes the target or is
   *     neither file nor folder, or the archive is damaged or has no such folder
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
    try (var tar = new TarArchiveInputStream(Unpacked.open(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = inside(archive, target, entry);
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path);
        }
      }
    }
  }

  private static Path inside(Path archive, Path target, TarArchiveEntry entry) {
    Path path = target.resolve(entry.getName()).normalize();
    boolean plain = entry.isDirectory() || (entry.isFile() && !entry.isLink());
    if (!path.startsWith(target) || entry.isSymbolicLink() || !plain) {
      throw new DataException(
          Text.format(
              """
              %s has the entry '%s', which is a link or would land outside of the folder; the \
              archive is not to be trusted, delete it""",
              archive, entry.getName()));
    }
    return path;
  }

  private static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new DataException(
          folder + " was left over from unpacking and cannot be deleted; delete it by hand", e);
    }
  }
}
