package org.adversaria.kernel;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dflib.jjava.jupyter.messages.publish.PublishStream.StreamType;

/**
 * Which cell an output belongs to.
 *
 * <p>The rule: what a thread puts out belongs to the cell that started the thread, however long it
 * lives. Threads that no cell has started, as those of the JVM's common pool, put out into the cell
 * that runs now, or into the last one.
 */
final class Outputs {

  private static final long FLUSH_MILLIS = 40;

  private final InheritableThreadLocal<Cell> own = new InheritableThreadLocal<>();
  private final Set<CellOutput> written = ConcurrentHashMap.newKeySet();
  private volatile Cell present;

  /** Makes {@code System.out} and {@code System.err} follow the rule from now on. */
  void install() {
    System.setOut(stream(StreamType.OUT, System.out));
    System.setErr(stream(StreamType.ERR, System.err));
    var thread = new Thread(this::flushAgainAndAgain, "kernel-outputs");
    thread.setDaemon(true);
    thread.start();
  }

  /** Says that this thread executes a cell from now on. */
  void begin(Cell cell) {
    flush();
    own.set(cell);
    present = cell;
  }

  /** Says that this thread's cell has ended; all of its output has been sent then. */
  void end() {
    own.get().output().end();
    own.remove();
  }

  /** The cell that this thread's outputs belong to; null before the first. */
  Cell cell() {
    Cell cell = own.get();
    return cell != null ? cell : present;
  }

  /** Sends all that was written. */
  void flush() {
    for (CellOutput output : written) {
      written.remove(output);
      output.flush();
    }
  }

  private void flushIfPossible() {
    try {
      flush();
    } catch (OutOfMemoryError e) {
      // The next time there may be memory; to tell of this time takes some too.
    }
  }

  private void flushAgainAndAgain() {
    try {
      while (true) {
        Thread.sleep(FLUSH_MILLIS);
        flushIfPossible();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts this thread", e);
    }
  }

  private PrintStream stream(StreamType type, PrintStream beforeFirstCell) {
    var routed =
        new OutputStream() {
          @Override
          public void write(int unit) {
            write(new byte[] {(byte) unit}, 0, 1);
          }

          @Override
          public void write(byte[] content, int offset, int length) {
            Cell cell = cell();
            if (cell == null) {
              beforeFirstCell.write(content, offset, length);
              return;
            }
            cell.output().write(type, content, offset, length);
            written.add(cell.output());
          }
        };
    return new PrintStream(routed, false, StandardCharsets.UTF_8) {

      /** A cell that closes what it wrote with must not silence those after it. */
      @Override
      public void close() {
        flush();
      }
    };
  }
}
