package org.adversaria.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Reads a pickle's bytes in order. Memory is taken for what is there, after its length was compared
 * with what the file has left.
 */
final class PickleInput {

  private static final int WINDOW = 1 << 13;
  private static final int MAXIMAL_LINE = 1000;
  private static final int MAXIMAL_TEXT = 1 << 24;

  private final ScriptEntry entry;
  private final FileChannel channel;
  private final StoredBytes bytes;
  private final PickleBudget budget;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN);
  private long windowStart;

  PickleInput(ScriptEntry entry, FileChannel channel, StoredBytes bytes, PickleBudget budget) {
    this.entry = entry;
    this.channel = channel;
    this.bytes = bytes;
    this.budget = budget;
    window.limit(0);
  }

  /** The place of the next byte. */
  long position() {
    return windowStart + window.position();
  }

  private long remaining() {
    return bytes.size() - position();
  }

  /** Makes some bytes available in the window. */
  private ByteBuffer available(int count) {
    if (window.remaining() < count) {
      requireRemaining(count);
      windowStart = position();
      window.clear().limit((int) Math.min(WINDOW, bytes.size() - windowStart));
      try {
        bytes.read(channel, windowStart, window);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      window.flip();
    }
    return window;
  }

  private void requireRemaining(long count) {
    if (count < 0 || count > remaining()) {
      throw entry.damaged(
          Text.format(
              "at byte %d it wants %s bytes, but has %d left",
              position(), Long.toUnsignedString(count), remaining()));
    }
  }

  int unsignedByte() {
    return available(1).get() & 0xff;
  }

  int unsignedShort() {
    return available(Short.BYTES).getShort() & 0xffff;
  }

  int integer() {
    return available(Integer.BYTES).getInt();
  }

  long longInteger() {
    return available(Long.BYTES).getLong();
  }

  /** Eight bytes with the highest first. */
  double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(longInteger()));
  }

  /** A length of 1, 4 or 8 bytes. */
  long length(int width) {
    return switch (width) {
      case 1 -> unsignedByte();
      case 4 -> Integer.toUnsignedLong(integer());
      default -> longInteger();
    };
  }

  /** Bytes that stay in the file. */
  StoredBytes stored(long length) {
    requireRemaining(length);
    StoredBytes part = bytes.part(position(), length);
    skip(length);
    return part;
  }

  private void skip(long length) {
    if (length <= window.remaining()) {
      window.position(window.position() + (int) length);
    } else {
      windowStart = position() + length;
      window.position(0).limit(0);
    }
  }

  /** A number of the given bytes, lowest first. */
  byte[] number(long length) {
    if (length > MAXIMAL_LINE) {
      throw entry.damaged(
          Text.format("it has an integer of %s bytes", Long.toUnsignedString(length)));
    }
    return heap(length);
  }

  private byte[] heap(long length) {
    requireRemaining(length);
    budget.takeMemory(length);
    var content = new byte[(int) length];
    int done = 0;
    while (done < content.length) {
      int part = Math.min(WINDOW, content.length - done);
      available(part).get(content, done, part);
      done += part;
    }
    return content;
  }

  /** A text in UTF-8. */
  String text(long length) {
    return decoded(length, StandardCharsets.UTF_8);
  }

  /** Bytes of Python 2, which has no other strings. */
  String latin1(long length) {
    return decoded(length, StandardCharsets.ISO_8859_1);
  }

  private String decoded(long length, Charset charset) {
    requireRemaining(length);
    if (length > MAXIMAL_TEXT) {
      throw entry.damaged(
          Text.format("it has a text of %d bytes where %d are read", length, MAXIMAL_TEXT));
    }
    byte[] content = heap(length);
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw entry.damaged("it has a text that is not UTF-8");
    }
  }

  /** The bytes up to the end of a line. */
  String line() {
    var line = new StringBuilder();
    for (int c = unsignedByte(); c != '\n'; c = unsignedByte()) {
      if (line.length() == MAXIMAL_LINE) {
        throw entry.damaged(Text.format("it has a line of more than %d bytes", MAXIMAL_LINE));
      }
      line.append((char) c);
    }
    budget.takeMemory(line.length());
    return line.toString();
  }
}
