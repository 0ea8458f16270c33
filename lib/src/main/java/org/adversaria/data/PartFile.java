package org.adversaria.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has arrived of a file, in {@code NAME.part} beside it, locked against other processes.
 *
 * <p>A process that has waited for the lock finds the whole file there.
 */
final class PartFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PartFile.class);

  private final Path target;
  private final Path path;
  private final FileChannel channel;

  private PartFile(Path target, Path path, FileChannel channel) {
    this.target = target;
    this.path = path;
    this.channel = channel;
  }

  /** Opens the part of a file, and waits for another process that is downloading it. */
  static PartFile open(Path target) throws IOException {
    Path path = target.resolveSibling(target.getFileName() + ".part");
    while (true) {
      FileChannel channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        lock(channel);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      // A process that gave up has deleted its empty part.
      if (Files.exists(path) || Files.exists(target)) {
        return new PartFile(target, path, channel);
      }
      channel.close();
    }
  }

  private static void lock(FileChannel channel) throws IOException {
    try {
      channel.lock();
    } catch (FileLockInterruptionException | ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      LOG.debug("The file system has no locks; two processes should not download the same", e);
    }
  }

  long length() throws IOException {
    return channel.size();
  }

  /** Forgets what is there from a byte on. */
  void truncate(long length) throws IOException {
    channel.truncate(length);
  }

  /**
   * Appends bytes.
   *
   * @throws DataException if the disk does not take them
   */
  void append(ByteBuffer bytes, long room) throws ClosedByInterruptException {
    try {
      channel.position(channel.size());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw full(room, e);
    }
  }

  /** Fails before anything is written where the disk has less room than is needed. */
  void requireRoom(long room) throws IOException {
    long usable = Files.getFileStore(path.toAbsolutePath().getParent()).getUsableSpace();
    // Some network file systems tell 0 of themselves.
    if (usable > 0 && usable < room) {
      throw full(room, new IOException(Text.format("%d bytes are free", usable)));
    }
  }

  private DataException full(long room, IOException e) {
    return new DataException(
        Text.format(
            """
            %s cannot be written (%s); the download needs %d more bytes there. Make room and ask \
            again (what has arrived is kept), or name another folder of data sets by the environment \
            variable %s""",
            path, Unpacked.reason(e), room, DataFolder.VARIABLE),
        e);
  }

  /** The difference from the published file, if any. */
  Optional<String> difference(Catalog.RemoteFile file) throws IOException {
    channel.position(0);
    return file.difference(channel.size(), Channels.newInputStream(channel));
  }

  /** Gives the part its file's name, once the disk has its bytes. */
  void publish() throws IOException {
    channel.force(true);
    AtomicFile.move(path, target);
  }

  /** Unlocks the part; an empty one is deleted. */
  @Override
  public void close() throws IOException {
    try (channel) {
      if (channel.isOpen() && channel.size() == 0) {
        Files.deleteIfExists(path);
      }
    }
  }
}
