package org.adversaria.training;

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

  StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether to stop now; an interrupt is taken note of and cleared. */
  boolean raised() {
    return ending || Thread.interrupted();
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
    if (!ending) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
