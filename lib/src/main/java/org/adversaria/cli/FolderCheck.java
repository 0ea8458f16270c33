package org.adversaria.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.adversaria.torch.Text;

/**
 * Whether a folder can be written, and how much fits into it.
 *
 * @param name what the folder is for
 * @param path the folder, which need not exist
 * @param instead how to name another one
 */
record FolderCheck(String name, Path path, String instead) {

  private static final long LITTLE = 1L << 30;

  /**
   * Looks at the folder; a file is made in it, or in the nearest folder above it that there is, and
   * removed again.
   *
   * @param content what is in it, in words; null to say nothing
   */
  Finding examine(String content) throws IOException {
    Path existing = existing();
    if (!Files.isDirectory(existing)) {
      return Finding.problem(
          name,
          Text.format("%s: %s is no folder", path, existing),
          "Move " + existing + " away, or " + instead);
    }
    try {
      Files.delete(Files.createTempFile(existing, ".adversaria-", ".tmp"));
    } catch (IOException e) {
      return Finding.problem(
          name,
          Text.format("%s cannot be written (%s)", path, e.getClass().getSimpleName()),
          "Give yourself the right to write there, or " + instead);
    }
    long free = Files.getFileStore(existing).getUsableSpace();
    String value =
        path
            + (existing.equals(path.toAbsolutePath()) ? "" : ", made when it is needed")
            + (content == null ? "" : "; " + content)
            + "; free: "
            + size(free);
    return free < LITTLE
        ? Finding.warning(name, value, "Make room on this disk, or " + instead)
        : Finding.ok(name, value);
  }

  private Path existing() {
    Path existing = path.toAbsolutePath().normalize();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return existing;
  }

  /** Bytes in words. */
  static String size(long bytes) {
    return bytes < LITTLE
        ? Text.format("%d MiB", bytes >> 20)
        : Text.format("%.1f GiB", bytes / (double) LITTLE);
  }
}
