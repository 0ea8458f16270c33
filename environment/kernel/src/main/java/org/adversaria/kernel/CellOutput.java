package org.adversaria.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.adversaria.torch.Text;
import org.dflib.jjava.jupyter.messages.publish.PublishStream.StreamType;

/**
 * What one cell writes to standard output and error. It is gathered and sent in pieces, in the
 * order of writing. After {@value #MOST_LINES} lines or {@value #MOST_BYTES} bytes it is cut; the
 * last {@value #LAST_LINES} lines follow at the cell's end. Threads may write at the same time.
 */
final class CellOutput {

  static final int MOST_LINES = 10_000;
  static final int MOST_BYTES = 2_000_000;
  static final int LAST_LINES = 20;

  private static final int PIECE = 32_768;
  private static final int LONGEST_LAST_LINE = 1_000;

  private final BiConsumer<StreamType, String> publisher;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private StreamType stream = StreamType.OUT;
  private long lines;
  private long bytes;

  private boolean cut;
  private long linesLeftOut;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final ByteArrayOutputStream lastLine = new ByteArrayOutputStream();

  /**
   * An output without a line.
   *
   * @param publisher sends a piece of text to the front end
   */
  CellOutput(BiConsumer<StreamType, String> publisher) {
    this.publisher = publisher;
  }

  synchronized void write(StreamType to, byte[] content, int offset, int length) {
    if (to != stream) {
      flush();
      stream = to;
    }
    for (int i = offset; i < offset + length; i++) {
      write(content[i]);
    }
    if (buffer.size() >= PIECE) {
      flush();
    }
  }

  private void write(byte unit) {
    if (cut) {
      leaveOut(unit);
      return;
    }
    buffer.write(unit);
    bytes++;
    if (unit == '\n') {
      lines++;
    }
    if (lines >= MOST_LINES || bytes >= MOST_BYTES) {
      cut = true;
      flush();
      String limit = lines >= MOST_LINES ? MOST_LINES + " lines" : MOST_BYTES + " bytes";
      publisher.accept(
          StreamType.ERR,
          Text.format("\n[output cut: a cell shows %s; write more of it to a file]\n", limit));
    }
  }

  private void leaveOut(byte unit) {
    if (unit == '\n') {
      endLine();
    } else if (lastLine.size() < LONGEST_LAST_LINE) {
      lastLine.write(unit);
    }
  }

  private void endLine() {
    linesLeftOut++;
    lastLines.add(lastLine.toString(StandardCharsets.UTF_8));
    lastLine.reset();
    if (lastLines.size() > LAST_LINES) {
      lastLines.remove();
    }
  }

  /** Sends what was written; the beginning of a character waits for its end. */
  synchronized void flush() {
    if (buffer.size() == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(buffer.toByteArray());
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    decoder.reset().decode(in, out, false);
    buffer.reset();
    buffer.write(in.array(), in.position(), in.remaining());
    if (out.position() > 0) {
      publisher.accept(stream, out.flip().toString());
    }
  }

  /** Sends the rest when the cell ends. A thread that outlives it may still write. */
  synchronized void end() {
    flush();
    if (lastLine.size() > 0) {
      endLine();
    }
    if (linesLeftOut == 0) {
      return;
    }
    var text = new StringBuilder();
    long hidden = linesLeftOut - lastLines.size();
    if (hidden > 0) {
      text.append(Text.format("[%d lines left out]\n", hidden));
    }
    lastLines.forEach(line -> text.append(line).append('\n'));
    publisher.accept(stream, text.toString());
    linesLeftOut = 0;
    lastLines.clear();
  }
}
