package org.adversaria.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the code of cells calls, see {@link CellClasses}; it is public for them alone. */
public final class CellGuard {

  private static final long PAUSE_NANOS = 1_000_000_000L;

  /** The cell that is to end; null nearly always. */
  private static volatile Cell interrupted;

  private static volatile Outputs outputs;

  /** When each thread of that cell was told, by {@link System#nanoTime}. */
  private static final Map<Thread, Long> TOLD = new ConcurrentHashMap<>();

  private CellGuard() {}

  static void connect(Outputs threads) {
    outputs = threads;
  }

  static void interrupt(Cell cell) {
    TOLD.clear();
    interrupted = cell;
  }

  static void clear() {
    interrupted = null;
    TOLD.clear();
  }

  /**
   * Throws once in each thread of an interrupted cell. What the cell does to clean up, in {@code
   * finally} or {@code close}, is not disturbed.
   */
  public static void atCall() {
    if (interrupted != null) {
      end(Long.MAX_VALUE);
    }
  }

  /** Throws like {@link #atCall}, and again where a loop goes on a second later. */
  public static void atLoop() {
    if (interrupted != null) {
      end(PAUSE_NANOS);
    }
  }

  private static void end(long pause) {
    Long told = TOLD.get(Thread.currentThread());
    if (told != null && System.nanoTime() - told < pause) {
      return;
    }
    Cell cell = interrupted;
    if (cell != null && outputs.cell() == cell) {
      TOLD.put(Thread.currentThread(), System.nanoTime());
      throw new InterruptedCell();
    }
  }

  /**
   * In place of {@code System.exit}.
   *
   * @param status the exit status that was asked for
   */
  public static void exit(int status) {
    throw new ExitedCell(status);
  }

  /**
   * In place of {@code Runtime.exit} and {@code halt}.
   *
   * @param runtime the JVM's
   * @param status the exit status that was asked for
   */
  public static void exit(Runtime runtime, int status) {
    exit(status);
  }

  /** Ends an interrupted cell; an Error, since cells catch exceptions. */
  static final class InterruptedCell extends Error {

    private static final long serialVersionUID = 1L;

    InterruptedCell() {
      super("The cell was interrupted");
    }
  }

  /** Ends a cell that asked for the JVM's end. */
  static final class ExitedCell extends Error {

    private static final long serialVersionUID = 1L;

    ExitedCell(int status) {
      super(
          "The cell asked to end the JVM with status "
              + status
              + ". The kernel goes on; the menu's \"Shut Down Kernel\" ends it");
    }
  }
}
