package org.adversaria.kernel.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dflib.jjava.jupyter.channels.JupyterSocket;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.messages.HMACGenerator;
import org.dflib.jjava.jupyter.messages.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * The socket on which all front ends hear what a kernel does: states, outputs, results. Any thread
 * may publish; one thread sends, in the order of publishing.
 *
 * <p>A front end that asks at once has often not subscribed yet. The first message therefore waits
 * for the first subscriber, a few seconds at most.
 */
public final class Iopub extends JupyterSocket {

  private static final Logger LOG = LoggerFactory.getLogger(Iopub.class);
  private static final int FIRST_SUBSCRIBER_MILLIS = 3_000;
  private static final int LONGEST_QUEUE = 10_000;

  private final Codec codec;
  private final BlockingQueue<List<byte[]>> queue = new LinkedBlockingQueue<>(LONGEST_QUEUE);
  private final CountDownLatch ended = new CountDownLatch(1);

  /** In the queue it says that nothing follows. */
  private static final List<byte[]> END = new ArrayList<>();

  Iopub(ZMQ.Context context, HMACGenerator signer, Codec codec) {
    super(context, SocketType.XPUB, signer, LOG);
    this.codec = codec;
  }

  @Override
  public void bind(KernelConnectionProperties properties) {
    setSndHWM(0); // as many messages as there are: a slow front end must not lose any
    setLinger(1_000);
    bind(Connection.address(properties, properties.getIopubPort()));
    var thread = new Thread(this::sendAll, "kernel-iopub");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Publishes a message. Where ten thousand wait to be sent, this waits too.
   *
   * @param message what is said; its parent is the request that it belongs to
   */
  @Override
  public void sendMessage(Message<?> message) {
    byte[] topic = message.getHeader().getType().getName().getBytes(StandardCharsets.UTF_8);
    put(codec.encode(message, List.of(topic)));
  }

  /** An interrupted thread still publishes, and stays interrupted. */
  private void put(List<byte[]> frames) {
    boolean interrupted = false;
    while (true) {
      try {
        queue.put(frames);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendAll() {
    try {
      List<byte[]> frames = queue.take();
      if (frames != END) {
        awaitSubscriber();
      }
      while (frames != END) {
        send(frames);
        frames = queue.take();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts this thread", e);
    } finally {
      super.close();
      ended.countDown();
    }
  }

  private void send(List<byte[]> frames) {
    try {
      Frames.send(this, frames);
    } catch (OutOfMemoryError e) {
      // The next message may need less; to tell of this one takes memory too.
    }
  }

  private void awaitSubscriber() {
    setReceiveTimeOut(FIRST_SUBSCRIBER_MILLIS);
    if (recv() == null) {
      LOG.debug("No front end listens; publishing without");
    }
  }

  /** Sends what is waiting, then closes the socket. */
  @Override
  public void close() {
    put(END);
    try {
      ended.await(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
