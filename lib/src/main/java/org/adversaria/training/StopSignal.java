package org.adversaria.training;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Says when a run is to stop after its current step: the thread was interrupted (a notebook's
 * interrupt), or the process is ending (Ctrl-C), whose end then waits for the run's last
 * checkpoint.
 */
final class StopSignal implements AutoCloseable {

  private static final long LAST_CHECKPOINT_SECONDS = 60;

  private final CountDownLatch runEnded = new CountDownLatch(1);
  private final Thread hook = new Thread(this::waitForRun, "adversaria-stop");
  private volatile boolean ending;
  private boolean interrupted;

  StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Whether to stop. An interrupt is remembered and cleared, since the thread still has to write,
   * and a file that an interrupted thread writes to is closed under its hands.
   */
  boolean raised() {
    interrupted |= Thread.interrupted();
    return ending || interrupted;
  }

  /** Remembers an interrupt that somebody else has seen. */
  void interrupt() {
    interrupted = true;
  }

  /** Whether an exception says that its thread was interrupted. */
  static boolean isInterruption(Throwable exception) {
    for (Throwable e = exception; e != null; e = e.getCause()) {
      if (e instanceof InterruptedException
          || e instanceof ClosedByInterruptException
          || e instanceof InterruptedIOException) {
        return true;
      }
    }
    return false;
  }

  private void waitForRun() {
    ending = true;
    try {
      if (!runEnded.await(LAST_CHECKPOINT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("The training step did not end in time; the last checkpoint stands.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    runEnded.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending; the hook has seen the count and lets it go.
    }
  }
}
