package org.adversaria.kernel;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that uses JShell: it runs cells, one after the other, and answers Tab in between.
 */
final class CellThread {

  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          task -> {
            var thread = new Thread(task, "cells");
            thread.setDaemon(true);
            return thread;
          });

  /** Runs a task after those before it, and does not wait. */
  void later(Runnable task) {
    executor.execute(task);
  }

  /** Runs a task after those before it, and does not wait for what it gives. */
  <T> Future<T> submit(Callable<T> task) {
    return executor.submit(task);
  }

  /** Runs a task after those before it, and waits for what it gives. */
  <T> T call(Callable<T> task) throws ExecutionException {
    return await(submit(task));
  }

  static <T> T await(Future<T> task) throws ExecutionException {
    try {
      return task.get();
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts the thread that asks", e);
    }
  }

  /** Takes no more tasks and waits until those there have ended. */
  boolean end(long seconds) {
    executor.shutdown();
    try {
      return executor.awaitTermination(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
