package org.adversaria.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes files atomically and durably: the content is written to a temporary file in the target's
 * folder and forced to the disk, the file then replaces the target, and the folder is forced to the
 * disk. A reader has the old content or the new one, also after a loss of power.
 */
public final class AtomicFile {

  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  /** A target's name and a UUID. */
  private static final Pattern TEMPORARY =
      Pattern.compile("\\.(.+)\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

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
   * @throws IOException if the file cannot be written; an older file is not changed. The message
   *     names the file
   */
  public static void write(Path file, byte[] content) throws IOException {
    write(file, temporary -> Files.write(temporary, content));
  }

  /**
   * Writes a file.
   *
   * @param file the target; missing folders are created, an older file is replaced
   * @param content writes the temporary file
   * @throws IOException if the file cannot be written; an older file is not changed. The message
   *     names the file
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    createDirectories(target.getParent());
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      // Not createTempFile, whose files are readable by their owner only.
      Files.write(temporary, new byte[0], StandardOpenOption.CREATE_NEW);
      content.writeTo(temporary);
      force(temporary);
      move(temporary, target);
    } catch (IOException e) {
      throw named(file, e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Deletes what writes into a folder left when their process was killed. No other write may be
   * going on there.
   *
   * @param folder an existing folder
   * @throws IOException if a file cannot be deleted
   */
  public static void removeTemporary(Path folder) throws IOException {
    removeTemporary(folder, target -> true);
  }

  /**
   * Deletes what writes of one file left when their process was killed. No other write of it may be
   * going on.
   *
   * @param file the target, in an existing folder
   * @throws IOException if a file cannot be deleted
   */
  public static void removeTemporaryOf(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    removeTemporary(target.getParent(), target.getFileName().toString()::equals);
  }

  private static void removeTemporary(Path folder, Predicate<String> ofTarget) throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Matcher name = TEMPORARY.matcher(file.getFileName().toString());
        if (name.matches() && ofTarget.test(name.group(1))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /**
   * Deletes a folder and what is in it. Links are deleted, and not what they lead to.
   *
   * @param folder an existing folder
   * @throws IOException if a file cannot be deleted
   */
  public static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Moves a complete file or folder atomically, and forces the target's folder to the disk. The
   * content has to be there already, see {@link #force}.
   *
   * @param source a file or folder on the target's file system
   * @param target the new path; an existing file is replaced
   * @throws IOException if it cannot be moved, or the target is a folder that is not empty
   */
  public static void move(Path source, Path target) throws IOException {
    Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    force(target.toAbsolutePath().getParent());
  }

  /**
   * Creates a folder and those above it where they are missing, durably.
   *
   * @param folder any path
   * @throws IOException if it cannot be created, or is a file
   */
  public static void createDirectories(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath();
    // Java 17's createDirectories throws for a symbolic link to a folder.
    if (Files.isDirectory(absolute)) {
      return;
    }
    createDirectories(absolute.getParent());
    try {
      Files.createDirectories(absolute);
    } catch (FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(
          absolute.toString(), null, "it is a file, or a link to nothing; choose another folder");
    }
    force(absolute.getParent());
  }

  /**
   * Waits until the disk has a file's content, or a folder's list of files.
   *
   * @param path a file or folder; on Windows, where folders cannot be forced, nothing is done for
   *     these
   * @throws IOException if the disk reports an error
   */
  public static void force(Path path) throws IOException {
    boolean folder = Files.isDirectory(path);
    if (folder && WINDOWS) {
      return;
    }
    var mode = folder ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    } catch (IOException e) {
      throw named(path, e);
    }
  }

  /**
   * Names the file that an exception is about, which those of channels do not tell.
   *
   * @param file the file or folder
   * @param cause what happened
   * @return an exception whose message has the file and what happened
   */
  public static IOException named(Path file, IOException cause) {
    if (cause instanceof FileSystemException) {
      return cause;
    }
    var named = new FileSystemException(file.toString(), null, cause.getMessage());
    named.initCause(cause);
    return named;
  }
}
