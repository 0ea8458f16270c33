package org.adversaria.figures;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file so that whoever looks finds the old one or the new one, never a part. */
final class WholeFile {

  private WholeFile() {}

  static void write(Path file, byte[] content) {
    Path target = file.toAbsolutePath();
    try {
      Files.createDirectories(target.getParent());
      // Not a file of createTempFile: nobody else could read it, nor then the picture.
      Path draft = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
      try {
        Files.write(draft, content, StandardOpenOption.CREATE_NEW);
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The picture cannot be written to " + file, e);
    }
  }
}
