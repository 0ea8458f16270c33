package org.adversaria.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files atomically: the content is written to a temporary file in the target's folder, which
 * then replaces the target. A reader has the old content or the new one.
 */
public final class AtomicFile {

  /** Writes a file's content. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes the content.
     *
     * @param temporary the file to write; it exists and is empty
     * @throws IOException if it cannot be written; the target is not changed
     */
    void writeTo(Path temporary) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes bytes to a file.
   *
   * @param file the target; missing folders are created, an older file is replaced
   * @param content all bytes of the file
   * @throws IOException if the file cannot be written; an older file is not changed
   */
  public static void write(Path file, byte[] content) throws IOException {
    write(file, temporary -> Files.write(temporary, content));
  }

  /**
   * Writes a file.
   *
   * @param file the target; missing folders are created, an older file is replaced
   * @param content writes the temporary file
   * @throws IOException if the file cannot be written; an older file is not changed
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    // Java 17's createDirectories throws for a symbolic link to a folder.
    if (!Files.isDirectory(target.getParent())) {
      Files.createDirectories(target.getParent());
    }
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      // Not createTempFile, whose files are readable by their owner only.
      Files.write(temporary, new byte[0], StandardOpenOption.CREATE_NEW);
      content.writeTo(temporary);
      move(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Moves a complete file or folder atomically.
   *
   * @param source a file or folder on the target's file system
   * @param target the new path; an existing file is replaced
   * @throws IOException if it cannot be moved, or the target is a folder that is not empty
   */
  public static void move(Path source, Path target) throws IOException {
    Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
