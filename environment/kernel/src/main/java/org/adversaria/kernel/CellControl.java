package org.adversaria.kernel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import jdk.jshell.spi.SPIResolutionException;

/**
 * Runs what JShell has compiled in this JVM, in the thread that asks, and keeps what came out: the
 * value itself, where JShell has only its text, and the exception itself.
 *
 * <p>An interrupt reaches the thread only while it runs a cell's own code. The compiler reads its
 * files through channels, and an interrupted thread closes those for good.
 */
final class CellControl extends DirectExecutionControl implements ExecutionControlProvider {

  private Thread running;
  private boolean interruptRequested;
  private Object value;
  private Throwable thrown;

  private final CellLoader loader;

  CellControl() {
    this(new CellLoader());
  }

  private CellControl(CellLoader loader) {
    super(loader);
    this.loader = loader;
  }

  @Override
  public String name() {
    return "cells";
  }

  @Override
  public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
    return this;
  }

  /** What the last piece of code gave; null for none. */
  Object value() {
    return value;
  }

  /** What the last piece of code threw; null if it ended well. */
  Throwable thrown() {
    return thrown;
  }

  /** Forgets the last piece of code. */
  void reset() {
    value = null;
    thrown = null;
  }

  @Override
  protected String invoke(Method method) throws ExecutionControl.RunException {
    reset();
    enter();
    try {
      value = method.invoke(null);
      return "";
    } catch (InvocationTargetException e) {
      thrown = e.getCause();
    } catch (Throwable e) { // of the class's initialisation, or out of memory
      thrown = e;
    } finally {
      leave();
    }
    throw told(thrown);
  }

  /** Runs a task of the user's code that JShell knows nothing of, as the making of a text. */
  <T> T call(Callable<T> task) throws Exception {
    enter();
    try {
      return task.call();
    } finally {
      leave();
    }
  }

  private synchronized void enter() throws StoppedException {
    if (interruptRequested) {
      throw new StoppedException();
    }
    running = Thread.currentThread();
    running.setContextClassLoader(loader.classLoader());
  }

  private synchronized void leave() {
    running = null;
    Thread.interrupted();
  }

  /** Interrupts the code that runs, or else the next that is to run. */
  synchronized void interrupt() {
    interruptRequested = true;
    if (running != null) {
      running.interrupt();
    }
  }

  synchronized boolean interruptRequested() {
    return interruptRequested;
  }

  /** Before a cell: former requests are not for it. */
  synchronized void clearInterrupt() {
    interruptRequested = false;
  }

  /** As JShell wants it: JShell finds the places in cells by the stack traces. */
  private static RunException told(Throwable e) {
    if (e instanceof SPIResolutionException unresolved) {
      return new ResolutionException(unresolved.id(), unresolved.getStackTrace());
    }
    return userException(e, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static UserException userException(Throwable e, Set<Throwable> told) {
    told.add(e);
    String message = CellErrors.message(e);
    var exception = new UserException(message, e.getClass().getName(), e.getStackTrace());
    Throwable cause = CellErrors.cause(e);
    if (cause != null && !told.contains(cause)) {
      exception.initCause(userException(cause, told));
    }
    return exception;
  }
}
