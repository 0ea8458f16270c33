package org.adversaria.training;

import java.io.IOException;

/** Keeps interrupts of the thread away from its files, which Java would close. */
final class Interrupts {

  private Interrupts() {}

  /** Work with files. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Does work, again whenever an interrupt ended it; if there was one, the thread is interrupted
   * afterwards.
   */
  static <T> T apart(Work<T> work) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return work.run();
        } catch (IOException e) {
          if (!StopSignal.isInterruption(e)) {
            throw e;
          }
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
