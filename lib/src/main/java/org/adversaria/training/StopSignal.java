package org.adversaria.training;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether a run has to stop after its current step: its thread was interrupted (a notebook's
 * interrupt), or the process is ending (Ctrl-C). The end of the process waits for the run's last
 * checkpoint, at most 60 seconds.
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
   * Whether to stop. An interrupt is stored and cleared: the thread writes a checkpoint afterwards,
   * and Java closes a file channel that an interrupted thread writes to.
   */
  boolean raised() {
    interrupted |= Thread.interrupted();
    return ending || interrupted;
  }

  /** Stores an interrupt that was caught elsewhere. */
  void interrupt() {
    interrupted = true;
  }

  /** Whether an exception, or a cause of it, is that of an interrupted thread. */
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
      // The process is ending: the hook runs already, and the latch releases it.
    }
  }
}
