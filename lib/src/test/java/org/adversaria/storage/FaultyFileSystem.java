package org.adversaria.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A file system over a folder of the default one, which records all changes in their order, knows
 * what a crash after any of them leaves, and fails as asked: when a number of bytes is used up, and
 * at a change. Nothing is forced to the real medium.
 */
public final class FaultyFileSystem extends FileSystem {

  static final String DISK_FULL = "No space left on device";
  private static final String DISK_ERROR = "Input/output error";

  /** What is done to the real file system. */
  interface Real<T> {

    T make() throws IOException;
  }

  private final Path folder;
  private final FaultyProvider provider = new FaultyProvider(this);
  private final DiskImage initial;
  private final Disk disk;
  private final List<Change> changes = new ArrayList<>();
  private int nextNode;
  private long capacity = Long.MAX_VALUE;
  private int failing = -1;

  private FaultyFileSystem(Path folder) throws IOException {
    this.folder = folder;
    initial = DiskImage.of(folder);
    disk = initial.disk();
    nextNode = disk.nodes();
  }

  /** A file system over a folder, whose files are certainly on the medium. */
  public static FaultyFileSystem over(Path folder) throws IOException {
    return new FaultyFileSystem(folder.toRealPath());
  }

  /** A path below the folder. */
  public Path path(String name) {
    return wrap(folder.resolve(name));
  }

  /** The changes so far. */
  public synchronized List<Change> changes() {
    return List.copyOf(changes);
  }

  /** What a crash leaves after the first changes; the seed is of random policies. */
  public synchronized DiskImage imageAfter(int count, CrashPolicy policy, long seed) {
    Disk replayed = initial.disk();
    changes.subList(0, count).forEach(change -> change.applyTo(replayed));
    return replayed.image(policy, new Random(seed));
  }

  /** Sets how many bytes all files may have together; {@code Long.MAX_VALUE} at first. */
  public synchronized void capacity(long bytes) {
    capacity = bytes;
  }

  /** Sets for how many bytes there is room. */
  public synchronized void leaveRoom(long bytes) {
    capacity = disk.used() + bytes;
  }

  /** Lets one change fail, by its place among {@link #changes()}; none if it is negative. */
  public synchronized void failAt(int change) {
    failing = change;
  }

  /** Whether the change of {@link #failAt} has been reached. */
  public synchronized boolean hasFailed() {
    return failing < 0;
  }

  synchronized long free() {
    return capacity == Long.MAX_VALUE ? capacity : Math.max(0, capacity - disk.used());
  }

  long capacity() {
    return capacity;
  }

  synchronized <T> T change(Change change, Real<T> real) throws IOException {
    if (changes.size() == failing) {
      failing = -1;
      throw failure(change);
    }
    T result = real.make();
    change.applyTo(disk);
    changes.add(change);
    return result;
  }

  /** As Java's file system tells it: with the path, but where a channel is used. */
  private IOException failure(Change change) {
    boolean ofChannel = change instanceof Change.Edit || change instanceof Change.Force;
    return ofChannel
        ? new IOException(DISK_ERROR)
        : new FileSystemException(folder.resolve(change.path()).toString(), null, DISK_ERROR);
  }

  /** Creates a file or directory; what is impossible is left to the real file system to refuse. */
  synchronized <T> T create(FaultyPath path, boolean isDirectory, Real<T> real) throws IOException {
    if (free() == 0) {
      throw new FileSystemException(path.toString(), null, DISK_FULL);
    }
    FaultyPath absolute = path.normalized();
    Path parent = absolute.getParent();
    if (parent == null || node((FaultyPath) parent) == null) {
      return real.make();
    }
    String name = absolute.getFileName().toString();
    Integer directory = node((FaultyPath) parent);
    Change change = new Change.Create(name(path), directory, name, nextNode, isDirectory);
    T result = change(change, real);
    nextNode++;
    return result;
  }

  synchronized void delete(FaultyPath path, Real<Void> real) throws IOException {
    Integer node = node(path);
    if (node == null) {
      real.make();
      return;
    }
    change(new Change.Delete(name(path), directory(path), fileName(path), node), real);
  }

  synchronized void move(FaultyPath source, FaultyPath target, Real<Void> real) throws IOException {
    Integer node = node(source);
    if (node == null || node((FaultyPath) target.normalized().getParent()) == null) {
      real.make();
      return;
    }
    change(
        new Change.Move(
            name(source),
            name(target),
            directory(source),
            fileName(source),
            directory(target),
            fileName(target),
            node),
        real);
  }

  /** Writes as many bytes as there is room for, at least one. */
  synchronized int write(int node, String name, FileChannel real, long position, ByteBuffer source)
      throws IOException {
    long growth = Math.max(0, position + source.remaining() - disk.size(node));
    int length = (int) (source.remaining() - Math.max(0, growth - free()));
    if (length <= 0 && source.hasRemaining()) {
      throw new IOException(DISK_FULL);
    }
    var bytes = new byte[length];
    source.duplicate().get(bytes);
    change(new Change.Write(name, node, position, bytes), () -> writeAll(real, position, bytes));
    source.position(source.position() + length);
    return length;
  }

  private static Void writeAll(FileChannel real, long position, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      real.write(rest, position + rest.position());
    }
    return null;
  }

  /** The number of a file or directory; null where there is none, or it is outside the folder. */
  synchronized Integer node(FaultyPath path) {
    Path absolute = path.normalized().real();
    if (!absolute.startsWith(folder)) {
      return null;
    }
    Integer node = Disk.ROOT;
    if (!absolute.equals(folder)) {
      for (Path name : folder.relativize(absolute)) {
        node = node == null ? null : disk.child(node, name.toString());
      }
    }
    return node;
  }

  private Integer directory(FaultyPath path) {
    return node((FaultyPath) path.normalized().getParent());
  }

  private static String fileName(FaultyPath path) {
    return path.normalized().getFileName().toString();
  }

  /** A path as reports name it. */
  String name(FaultyPath path) {
    return folder.relativize(path.normalized().real()).toString();
  }

  FaultyPath wrap(Path real) {
    return real == null ? null : new FaultyPath(this, real);
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return folder.getFileSystem().getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(wrap(folder.getRoot()));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of(new FaultyFileStore(this));
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return folder.getFileSystem().supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return wrap(folder.getFileSystem().getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    PathMatcher matcher = folder.getFileSystem().getPathMatcher(syntaxAndPattern);
    return path -> matcher.matches(((FaultyPath) path).real());
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return folder.getFileSystem().getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }
}
