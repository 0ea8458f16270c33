package org.adversaria.kernel.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.dflib.jjava.jupyter.messages.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/**
 * A socket on which requests come, shell or control. Its own thread takes one after the other, lets
 * the handler answer, and sends the reply. Nothing that goes wrong with one request ends the
 * thread; it keeps the JVM alive.
 */
public final class Requests {

  /** Answers requests. */
  @FunctionalInterface
  public interface Handler {

    /**
     * Answers one request.
     *
     * @param request the request
     * @param from where it came from, and where its answer goes
     */
    void handle(Message<?> request, Requests from);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
  private static final int FOREVER = -1;
  private static final int STILL_ARRIVING_MILLIS = 20;
  private static final int STILL_RUNNING_MILLIS = 10;

  private final String name;
  private final ZMQ.Socket socket;
  private final Codec codec;

  /** A request that is not handled yet, and when it came, by {@link System#nanoTime}. */
  private record Waiting(Message<?> request, long since) {}

  private final Deque<Waiting> waiting = new ArrayDeque<>();

  Requests(String name, ZMQ.Socket socket, Codec codec) {
    this.name = name;
    this.socket = socket;
    this.codec = codec;
  }

  void start(Handler handler) {
    new Thread(() -> answerAll(handler), "kernel-" + name).start();
  }

  private void answerAll(Handler handler) {
    while (true) {
      try {
        Message<?> request = waiting.isEmpty() ? receive(FOREVER) : waiting.poll().request();
        if (request != null) {
          handler.handle(request, this);
        }
      } catch (Throwable e) { // an OutOfMemoryError too: the next request may need less
        LOG.error("A request on {} could not be answered", name, e);
      }
    }
  }

  /** Null if nothing came in time, or nothing that is a message. */
  private Message<?> receive(int millis) {
    List<byte[]> frames = Frames.receive(socket, millis);
    if (frames == null) {
      return null;
    }
    try {
      return codec.decode(frames);
    } catch (BadMessageException e) {
      LOG.warn("Left out on {}: {}", name, e.getMessage());
      return null;
    }
  }

  /**
   * Sends a reply; only for the handler, in this socket's thread.
   *
   * @param reply a message whose parent is the request
   */
  public void reply(Message<?> reply) {
    Frames.send(socket, codec.encode(reply, reply.getIdentities()));
  }

  /**
   * Waits for a task and meanwhile answers requests that need not wait for it; only for the
   * handler. The others are handled later, in their order.
   *
   * @param task what to wait for
   * @param now which requests are answered at once
   * @param handler answers them
   */
  public void answerDuring(Future<?> task, Predicate<Message<?>> now, Handler handler) {
    if (endsSoon(task)) {
      return;
    }
    while (!task.isDone()) {
      Message<?> request = receive(STILL_RUNNING_MILLIS);
      if (request != null && now.test(request)) {
        handler.handle(request, this);
      } else if (request != null) {
        waiting.add(new Waiting(request, System.nanoTime()));
      }
    }
  }

  private static boolean endsSoon(Future<?> task) {
    try {
      task.get(STILL_RUNNING_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts this thread", e);
    }
  }

  /**
   * Takes requests that were sent before now and have not been handled; only for the handler. The
   * others are handled later, in their order.
   *
   * @param which what to take
   * @return what was taken, in its order
   */
  public List<Message<?>> take(Predicate<Message<?>> which) {
    Message<?> next;
    while ((next = receive(STILL_ARRIVING_MILLIS)) != null) {
      waiting.add(new Waiting(next, System.nanoTime()));
    }
    return take(which, System.nanoTime());
  }

  /**
   * Takes requests that had come at a moment and have not been handled; only for the handler.
   *
   * @param which what to take
   * @param moment by {@link System#nanoTime}
   * @return what was taken, in its order
   */
  public List<Message<?>> take(Predicate<Message<?>> which, long moment) {
    List<Waiting> taken =
        waiting.stream()
            .filter(one -> one.since() - moment <= 0 && which.test(one.request()))
            .toList();
    waiting.removeAll(taken);
    return taken.stream().<Message<?>>map(Waiting::request).toList();
  }
}
