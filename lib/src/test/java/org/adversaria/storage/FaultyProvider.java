package org.adversaria.storage;

import static org.adversaria.storage.FaultyPath.real;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/** The operations of a {@link FaultyFileSystem}. */
final class FaultyProvider extends FileSystemProvider {

  private final FaultyFileSystem disk;

  FaultyProvider(FaultyFileSystem disk) {
    this.disk = disk;
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    var file = (FaultyPath) path;
    var remaining = new HashSet<OpenOption>(options);
    boolean append = remaining.remove(StandardOpenOption.APPEND);
    if (append) {
      remaining.add(StandardOpenOption.WRITE);
    }
    boolean truncate = remaining.remove(StandardOpenOption.TRUNCATE_EXISTING);
    remaining.remove(StandardOpenOption.SPARSE);
    requireKnown(remaining);
    boolean writes = remaining.contains(StandardOpenOption.WRITE);
    boolean creates =
        writes
            && (remaining.contains(StandardOpenOption.CREATE)
                || remaining.contains(StandardOpenOption.CREATE_NEW));
    FaultyFileSystem.Real<FileChannel> open =
        () -> FileChannel.open(file.real(), remaining, attributes);
    synchronized (disk) {
      Integer node = disk.node(file);
      FileChannel opened;
      if (creates && node == null) {
        opened = disk.create(file, false, open);
      } else if (writes && node != null) {
        opened = disk.change(new Change.Open(disk.name(file), node), open);
      } else {
        opened = open.make();
      }
      var channel = new FaultyChannel(disk, disk.node(file), disk.name(file), opened, append);
      if (writes && truncate && node != null) {
        channel.truncateOrClose();
      }
      return channel;
    }
  }

  private static void requireKnown(Set<OpenOption> options) {
    Set<OpenOption> known =
        Set.of(
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.CREATE_NEW);
    if (!known.containsAll(options)) {
      throw new UnsupportedOperationException("Not all of " + options + " are supported");
    }
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    DirectoryStream<Path> entries =
        Files.newDirectoryStream(real(directory), entry -> filter.accept(disk.wrap(entry)));
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return StreamSupport.stream(entries.spliterator(), false).<Path>map(disk::wrap).iterator();
      }

      @Override
      public void close() throws IOException {
        entries.close();
      }
    };
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    var path = (FaultyPath) directory;
    FaultyFileSystem.Real<Path> create = () -> Files.createDirectory(path.real(), attributes);
    if (Files.exists(path.real())) {
      create.make(); // fails, and not because the disk is full
    } else {
      disk.create(path, true, create);
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    disk.delete(
        (FaultyPath) path,
        () -> {
          Files.delete(real(path));
          return null;
        });
  }

  /** Copies a file, as reads and writes. */
  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    if (List.of(options).contains(StandardCopyOption.REPLACE_EXISTING)) {
      Files.deleteIfExists(target);
    }
    Files.write(
        target,
        Files.readAllBytes(source),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE);
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    disk.move(
        (FaultyPath) source,
        (FaultyPath) target,
        () -> {
          Files.move(real(source), real(target), options);
          return null;
        });
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return other instanceof FaultyPath && Files.isSameFile(real(path), real(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return Files.isHidden(real(path));
  }

  @Override
  public FileStore getFileStore(Path path) {
    return new FaultyFileStore(disk);
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    Path real = real(path);
    real.getFileSystem().provider().checkAccess(real, modes);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return Files.getFileAttributeView(real(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return Files.readAttributes(real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return Files.readAttributes(real(path), attributes, options);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    Files.setAttribute(real(path), attribute, value, options);
  }
}
