package org.adversaria.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.adversaria.training.Training;

/**
 * The folder of a cell: {@code run/}, the directory of its training; {@code attempts.txt}, a line
 * for each process that began to train it and for each end; {@code result.json} once it has ended.
 *
 * @param path the folder
 */
record CellFolder(Path path) implements CellStore {

  /**
   * The lock files that this process holds or waits for. A second channel on one of them must not
   * be opened: POSIX releases a lock when its process closes any channel on the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /** A cell that is trained in its folder, and the lock that keeps other processes away. */
  private record Locked(Path run, Path lockFile, FileChannel lock) implements HeldCell {

    @Override
    public Training into(Training training) {
      return training.directory(run);
    }

    @Override
    public String named(String message) {
      return message;
    }

    @Override
    public void close() throws IOException {
      try {
        lock.close();
      } finally {
        HELD.remove(lockFile);
      }
    }
  }

  Path run() {
    return path.resolve("run");
  }

  private Path resultFile() {
    return path.resolve(RESULT);
  }

  private Path attemptsFile() {
    return path.resolve("attempts.txt");
  }

  /**
   * Waits until no other process trains the cell, and holds it. The operating system releases what
   * a process held that was killed.
   */
  @Override
  public HeldCell hold() throws IOException {
    AtomicFile.createDirectories(path);
    Path file = path.toRealPath().resolve("cell.lock");
    if (!HELD.add(file)) {
      throw new IllegalStateException(
          Text.format(
              "Another sweep of this process trains %s: wait until it has ended, or choose another"
                  + " folder for the results",
              path));
    }
    try {
      return new Locked(run(), file, lock(file));
    } catch (IOException | RuntimeException e) {
      HELD.remove(file);
      throw e;
    }
  }

  /** Waits until no other process holds a lock file, which is made where it is missing. */
  static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.lock();
      return channel;
    } catch (IOException e) {
      channel.close();
      throw AtomicFile.named(file, e);
    }
  }

  @Override
  public Optional<CellResult> result() throws IOException {
    Path file = resultFile();
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(Files.readAllBytes(file), CellResult.class));
    } catch (JsonProcessingException e) {
      throw new IOException(
          Text.format(
              "%s is damaged (%s): delete it, and the cell goes on from its last checkpoint",
              file, Text.visible(e.getOriginalMessage())),
          e);
    }
  }

  @Override
  public void write(CellResult result) throws IOException {
    AtomicFile.write(resultFile(), Json.pretty(result));
    end(result);
  }

  @Override
  public void forgetResult() throws IOException {
    Files.deleteIfExists(resultFile());
  }

  @Override
  public List<String> log() throws IOException {
    return CellStore.log(run());
  }

  /** Damaged bytes make a line that no process wrote, and the others still count. */
  @Override
  public List<String> attempts() throws IOException {
    return Files.exists(attemptsFile())
        ? new String(Files.readAllBytes(attemptsFile()), StandardCharsets.UTF_8).lines().toList()
        : List.of();
  }

  @Override
  public void note(String line) throws IOException {
    Files.writeString(
        attemptsFile(),
        line + System.lineSeparator(),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    AtomicFile.force(attemptsFile());
  }
}
