package org.adversaria.spark;

import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Something that is done when this process is told to end, by Ctrl-C or by its machine, before
 * Spark stops and Hadoop closes its file systems. Nothing is done when it is killed.
 */
final class ProcessEnd implements AutoCloseable {

  /** Above all priorities of Spark and Hadoop; larger ones come first. */
  private static final int PRIORITY = 1000;

  private final Runnable action;

  private ProcessEnd(Runnable action) {
    this.action = action;
  }

  /** Whether this process is ending: what fails from then on says nothing of its cause. */
  static boolean hasBegun() {
    var probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /**
   * Does something when this process is told to end, unless it is closed before.
   *
   * @throws IllegalStateException if the process is ending
   */
  static ProcessEnd then(Runnable action) {
    var end = new ProcessEnd(action);
    ShutdownHookManager.get().addShutdownHook(end.action, PRIORITY);
    return end;
  }

  @Override
  public void close() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(action);
    }
  }
}
