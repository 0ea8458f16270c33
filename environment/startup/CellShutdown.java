package org.adversaria.environment;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Lets a cell that is still running end before the JVM does. The cell is interrupted, and a
 * training that was interrupted writes its checkpoint. Both kernels report an interrupted cell as
 * ended at once, whatever its thread still does; without this the checkpoint would be cut off.
 */
final class CellShutdown {

  private static final long LONGEST_MILLIS = 120_000;

  private CellShutdown() {}

  static void interruptCellsOnExit() {
    Runtime.getRuntime().addShutdownHook(new Thread(CellShutdown::waitForCells, "cell-shutdown"));
  }

  private static void waitForCells() {
    runningCells().forEach(Thread::interrupt);
    long end = System.currentTimeMillis() + LONGEST_MILLIS;
    try {
      while (!runningCells().isEmpty() && System.currentTimeMillis() < end) {
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The threads that execute a notebook's code: JShell puts it into classes of the package REPL.
   * The thread that called System.exit is left out, for it waits for this hook.
   */
  private static List<Thread> runningCells() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> isIn(thread.getValue(), "REPL.") && !isIn(thread.getValue(), EXIT))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static final String EXIT = "java.lang.Shutdown";

  private static boolean isIn(StackTraceElement[] frames, String prefix) {
    return Arrays.stream(frames).anyMatch(frame -> frame.getClassName().startsWith(prefix));
  }
}
