package org.adversaria.training;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a run while one training holds it. No other training can, in this process or
 * another one; the operating system releases the directory of a process that was killed.
 *
 * <p>Closing it releases it, and deletes the folders that were made for it and stayed empty.
 */
final class RunDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);

  private static final String LOCK = "run.lock";

  /** Bytes of the lock file, at least, that are given back where the disk is full. */
  static final int RESERVE = 1 << 16;

  /** The locked byte lies beyond the file's text, which others can thus read on Windows too. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * The lock files that this process holds. A second channel on one of them must not be opened:
   * POSIX releases a lock when its process closes any channel on the file.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path path;
  private final Deque<Path> created;
  private final Path lockFile;
  private final FileChannel lock;

  private RunDirectory(Path path, Deque<Path> created, Path lockFile, FileChannel lock) {
    this.path = path;
    this.created = created;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Holds a directory, which is created if it is missing.
   *
   * @throws IllegalStateException if a training holds it; the message tells which
   */
  static RunDirectory hold(Path path) throws IOException {
    Deque<Path> created = missing(path);
    try {
      return Interrupts.apart(
          () -> {
            AtomicFile.createDirectories(path);
            return locked(path, created);
          });
    } catch (IOException | RuntimeException e) {
      deleteEmpty(created);
      throw e;
    }
  }

  /** Holds a new directory of a name; where there is one, a number is added. */
  static RunDirectory holdNew(Path parent, String name) throws IOException {
    return Interrupts.apart(() -> tryHoldNew(parent, name));
  }

  private static RunDirectory tryHoldNew(Path parent, String name) throws IOException {
    Path path = parent.resolve(name);
    for (int number = 2; ; number++) {
      Deque<Path> created = missing(path);
      if (!created.isEmpty()) {
        AtomicFile.createDirectories(path);
        RunDirectory directory = tryLocked(path, created);
        if (directory != null) {
          return directory;
        }
      }
      path = parent.resolve(name + "-" + number);
    }
  }

  Path path() {
    return path;
  }

  /** Gives some room on the disk back, in which the record of a stopped run can be written. */
  void giveReserveBack() throws IOException {
    lock.truncate(0);
  }

  /** The folders that a path needs and lacks, deepest first. */
  private static Deque<Path> missing(Path path) {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path folder = path.toAbsolutePath();
        folder != null && Files.notExists(folder);
        folder = folder.getParent()) {
      missing.addLast(folder);
    }
    return missing;
  }

  private static RunDirectory locked(Path path, Deque<Path> created) throws IOException {
    RunDirectory directory = tryLocked(path, created);
    if (directory == null) {
      throw new IllegalStateException(
          Text.format(
              "%s is in use by %s: wait until it has ended, or choose another directory",
              path, holder(path)));
    }
    return directory;
  }

  /** Null if a training holds the directory. */
  private static synchronized RunDirectory tryLocked(Path path, Deque<Path> created)
      throws IOException {
    Path file = path.toRealPath().resolve(LOCK);
    if (HELD.contains(file)) {
      return null;
    }
    while (true) {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!tryLock(file, channel)) {
        channel.close();
        return null;
      }
      var directory = new RunDirectory(path, created, file, channel);
      if (directory.begin()) {
        HELD.add(file);
        return directory;
      }
      // Another training released the directory just now and deleted the file that was opened.
      channel.close();
    }
  }

  /** Names the holder, and deletes what a killed one left; false if the locked file was deleted. */
  private boolean begin() throws IOException {
    try {
      writeHolder();
      if (!isInPlace()) {
        return false;
      }
      AtomicFile.removeTemporary(path);
      return true;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /**
   * Whether the locked file is the one at its path. Java does not tell of a channel which file it
   * has open; sizes do, of which each holder has a random one.
   */
  private boolean isInPlace() throws IOException {
    try {
      return Files.size(lockFile) == lock.size();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private void writeHolder() throws IOException {
    String holder =
        Text.format(
            "process %s since %s%n",
            ManagementFactory.getRuntimeMXBean().getName(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS));
    byte[] text = holder.getBytes(StandardCharsets.UTF_8);
    byte[] content = Arrays.copyOf(text, RESERVE + ThreadLocalRandom.current().nextInt(RESERVE));
    Arrays.fill(content, text.length, content.length, (byte) '\n');
    try {
      lock.truncate(0);
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        lock.write(rest, rest.position());
      }
    } catch (IOException e) {
      throw AtomicFile.named(lockFile, e);
    }
  }

  private static boolean tryLock(Path file, FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Held by this class of another class loader in this process.
      return false;
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be locked ({}): take care that no other process trains in its folder",
          file,
          e.toString());
      return true;
    }
  }

  private static synchronized String holder(Path path) throws IOException {
    Path file = path.toRealPath().resolve(LOCK);
    if (HELD.contains(file)) {
      return "another training of this process";
    }
    try {
      String text = Files.readString(file).strip();
      return text.isEmpty() ? "another process" : text;
    } catch (NoSuchFileException e) {
      return "another process, which ended just now";
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (RunDirectory.class) {
      // An interrupt that came after the last file would release the lock before its file is
      // deleted.
      boolean interrupted = Thread.interrupted();
      try {
        // Deleted while it is locked: whoever opened it before finds another file at its path.
        if (lock.isOpen() && isInPlace()) {
          Files.delete(lockFile);
        }
      } catch (IOException e) {
        LOG.warn("{} stays, which holds nothing: {}", lockFile, e.toString());
      } finally {
        HELD.remove(lockFile);
        lock.close();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
    deleteEmpty(created);
  }

  private static void deleteEmpty(Deque<Path> folders) throws IOException {
    for (Path folder : folders) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }
}
