package org.adversaria.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/** A stream that fails as soon as more bytes were read from it than are allowed. */
final class CountedInput extends FilterInputStream {

  private long allowed;
  private Supplier<DataException> exceeded;

  /** A stream of which any number of bytes may be read, until another number is set. */
  CountedInput(InputStream in) {
    super(in);
    allowAll();
  }

  CountedInput(InputStream in, long allowed, Supplier<DataException> exceeded) {
    super(in);
    allow(allowed, exceeded);
  }

  /** Starts to count anew. */
  void allow(long bytes, Supplier<DataException> otherwise) {
    allowed = bytes;
    exceeded = otherwise;
  }

  /** Stops counting. */
  void allowAll() {
    allow(
        Long.MAX_VALUE,
        () -> {
          throw new IllegalStateException("No stream has so many bytes");
        });
  }

  private long count(long bytes) {
    allowed -= Math.max(0, bytes);
    if (allowed < 0) {
      throw exceeded.get();
    }
    return bytes;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return (int) count(super.read(bytes, offset, length));
  }

  @Override
  public long skip(long bytes) throws IOException {
    return count(super.skip(bytes));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
