package org.adversaria.kernel;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the code of cells calls, see {@link CellClasses}; it is public for them alone. */
public final class CellGuard {

  private static final long PAUSE_NANOS = 1_000_000_000L;
  private static final long NEXT_LOOK_NANOS = 5_000_000L;
  private static final int MOST_CAUSES = 20; // causes may go in a circle
  private static final String TRAINING = "org.adversaria.training.";

  /** The cell that is to end; null nearly always. */
  private static volatile Cell interrupted;

  private static volatile boolean insisted;
  private static volatile Outputs outputs;

  /** When each thread of that cell was told, by {@link System#nanoTime}. */
  private static final Map<Thread, Long> TOLD = new ConcurrentHashMap<>();

  /** When each was last seen to be called by a training. */
  private static final Map<Thread, Long> PUT_OFF = new ConcurrentHashMap<>();

  private CellGuard() {}

  static void connect(Outputs threads) {
    outputs = threads;
  }

  /** Asks the cell to end; asking again ends it where it has put off its end. */
  static void interrupt(Cell cell) {
    insisted = interrupted == cell;
    TOLD.clear();
    PUT_OFF.clear();
    interrupted = cell;
  }

  static void clear() {
    interrupted = null;
    TOLD.clear();
    PUT_OFF.clear();
  }

  /**
   * Throws once in each thread of an interrupted cell. What the cell does to clean up, in {@code
   * catch}, {@code finally} or {@code close}, is not disturbed.
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

  /**
   * What a cell has caught; an interrupt need not be told to this thread again.
   *
   * @param exception what was caught
   */
  public static void caught(Throwable exception) {
    if (interrupted == null) {
      return;
    }
    Throwable e = exception;
    for (int depth = 0; depth < MOST_CAUSES && e != null; depth++, e = CellErrors.cause(e)) {
      if (e instanceof InterruptedException
          || e instanceof ClosedByInterruptException
          || e instanceof InterruptedIOException) {
        TOLD.putIfAbsent(Thread.currentThread(), System.nanoTime());
        return;
      }
    }
  }

  private static void end(long pause) {
    Thread thread = Thread.currentThread();
    long now = System.nanoTime();
    if (isWithin(pause, TOLD.get(thread), now)
        || isWithin(NEXT_LOOK_NANOS, PUT_OFF.get(thread), now)) {
      return;
    }
    Cell cell = interrupted;
    if (cell == null || outputs.cell() != cell) {
      return;
    }
    if (!insisted && isCalledByTraining()) {
      PUT_OFF.put(thread, now);
      return;
    }
    TOLD.put(thread, now);
    throw new InterruptedCell();
  }

  private static boolean isWithin(long nanos, Long since, long now) {
    return since != null && now - since < nanos;
  }

  /** A training sees the interrupt itself when its report returns, and saves its checkpoint. */
  private static boolean isCalledByTraining() {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(TRAINING)));
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
