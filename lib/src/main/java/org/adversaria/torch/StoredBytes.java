package org.adversaria.torch;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Bytes that a pickle has or names. Those in the file are read when they are needed. */
sealed interface StoredBytes {

  /** How many there are. */
  long size();

  /**
   * Fills a buffer.
   *
   * @param file the file that was examined, opened again
   * @param offset of the first byte; offset and buffer lie within the size
   * @param into the buffer, filled from its position to its limit
   */
  void read(FileChannel file, long offset, ByteBuffer into) throws IOException;

  /** A part of these bytes, which lies within their size. */
  StoredBytes part(long offset, long length);

  /**
   * Bytes of the file.
   *
   * @param start the place of the first one
   * @param size how many there are
   */
  record InFile(long start, long size) implements StoredBytes {

    @Override
    public void read(FileChannel file, long offset, ByteBuffer into) throws IOException {
      long place = start + offset;
      while (into.hasRemaining()) {
        int count = file.read(into, place);
        if (count < 0) {
          throw new EOFException("it became shorter while it was read; read it again");
        }
        place += count;
      }
    }

    @Override
    public StoredBytes part(long offset, long length) {
      return new InFile(start + offset, length);
    }
  }

  /** Bytes that the file has as a text, or that were made of others. */
  final class OnHeap implements StoredBytes {

    private final byte[] content;
    private final int start;
    private final int length;

    OnHeap(byte[] content) {
      this(content, 0, content.length);
    }

    private OnHeap(byte[] content, int start, int length) {
      this.content = content;
      this.start = start;
      this.length = length;
    }

    @Override
    public long size() {
      return length;
    }

    @Override
    public void read(FileChannel file, long offset, ByteBuffer into) {
      into.put(content, start + (int) offset, into.remaining());
    }

    @Override
    public StoredBytes part(long offset, long partLength) {
      return new OnHeap(content, start + (int) offset, (int) partLength);
    }
  }
}
