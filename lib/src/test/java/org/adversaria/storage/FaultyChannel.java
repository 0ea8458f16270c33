package org.adversaria.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file, or a directory opened to be forced; outside of the folder it has no number. */
final class FaultyChannel extends FileChannel {

  private static final int COPIED_AT_ONCE = 8192;

  private final FaultyFileSystem disk;
  private final Integer node;
  private final String name;
  private final FileChannel real;
  private final boolean append;

  FaultyChannel(
      FaultyFileSystem disk, Integer node, String name, FileChannel real, boolean append) {
    this.disk = disk;
    this.node = node;
    this.name = name;
    this.real = real;
    this.append = append;
  }

  void truncateOrClose() throws IOException {
    try {
      truncate(0);
    } catch (IOException e) {
      real.close();
      throw e;
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return real.read(target);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return real.read(targets, offset, length);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return real.read(target, position);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    synchronized (disk) {
      long position = append ? real.size() : real.position();
      int written = write(source, position);
      real.position(position + written);
      return written;
    }
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      int wanted = sources[i].remaining();
      int written = wanted == 0 ? 0 : write(sources[i]);
      total += written;
      if (written < wanted) {
        break;
      }
    }
    return total;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return disk.write(node, name, real, position, source);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    real.position(newPosition);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    disk.change(new Change.Truncate(name, node, size), () -> real.truncate(size));
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    if (node != null) {
      disk.change(new Change.Force(name, node), () -> null);
    }
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    var bytes = ByteBuffer.allocate((int) Math.min(count, COPIED_AT_ONCE));
    if (read(bytes, position) <= 0) {
      return 0;
    }
    return target.write(bytes.flip());
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    var bytes = ByteBuffer.allocate((int) Math.min(count, COPIED_AT_ONCE));
    source.read(bytes);
    bytes.flip();
    long start = position;
    while (bytes.hasRemaining()) {
      start += write(bytes, start);
    }
    return start - position;
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return new Lock(real.lock(position, size, shared));
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    FileLock lock = real.tryLock(position, size, shared);
    return lock == null ? null : new Lock(lock);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }

  /** A lock of the real file, so that other processes see it. */
  private final class Lock extends FileLock {

    private final FileLock held;

    Lock(FileLock held) {
      super(FaultyChannel.this, held.position(), held.size(), held.isShared());
      this.held = held;
    }

    @Override
    public boolean isValid() {
      return held.isValid();
    }

    @Override
    public void release() throws IOException {
      held.release();
    }
  }
}
