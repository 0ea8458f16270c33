package org.adversaria.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The bytes of a picture, of which a decoder may read a few after the end, as some do, but not go
 * on for as many pixels as a header claims.
 */
final class EndingInput extends MemoryCacheImageInputStream {

  /** The readings after the end that are let pass. */
  private static final int MOST = 1000;

  private int ends;

  EndingInput(byte[] bytes, int offset, int length) {
    super(new ByteArrayInputStream(bytes, offset, length));
  }

  private int count(int read) throws IOException {
    if (read < 0 && ++ends > MOST) {
      throw new IOException("it ends early");
    }
    return read;
  }

  @Override
  public int read() throws IOException {
    return count(super.read());
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return count(super.read(bytes, offset, length));
  }
}
