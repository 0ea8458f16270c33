package org.adversaria.kernel;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.adversaria.kernel.protocol.Stdin;

/** {@code System.in}: every line is asked of the reader, in a field below the cell. */
final class KernelInput extends InputStream {

  private final Outputs outputs;
  private final Stdin stdin;
  private final ReentrantLock reading = new ReentrantLock();
  private byte[] line = new byte[0];
  private int next;
  private Cell reader;

  KernelInput(Outputs outputs, Stdin stdin) {
    this.outputs = outputs;
    this.stdin = stdin;
  }

  @Override
  public int read() {
    var one = new byte[1];
    read(one, 0, 1);
    return one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    try {
      reading.lockInterruptibly(); // another thread may read, and never get an answer
    } catch (InterruptedException e) {
      throw new CellGuard.InterruptedCell();
    }
    try {
      fill();
      int count = Math.min(length, line.length - next);
      System.arraycopy(line, next, target, offset, count);
      next += count;
      return count;
    } finally {
      reading.unlock();
    }
  }

  @Override
  public int available() {
    if (!reading.tryLock()) {
      return 0;
    }
    try {
      return line.length - next;
    } finally {
      reading.unlock();
    }
  }

  /** What a cell has left of a line is not for the next cell. */
  private void fill() {
    Cell cell = outputs.cell();
    if (next < line.length && cell == reader) {
      return;
    }
    if (cell == null || !cell.request().getContent().isStdinEnabled()) {
      // Not an IOException: a Scanner would keep it to itself and say that there is no line.
      throw new IllegalStateException(
          "System.in: this front end cannot be asked for input (run.sh, nbconvert). Run the cell in"
              + " Jupyter, or read the value with setting(...) or from a file");
    }
    outputs.flush();
    try {
      line = (stdin.ask(cell.request(), "", false) + "\n").getBytes(StandardCharsets.UTF_8);
      next = 0;
      reader = cell;
    } catch (InterruptedException e) {
      throw new CellGuard.InterruptedCell();
    }
  }
}
