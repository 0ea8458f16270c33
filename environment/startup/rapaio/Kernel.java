package org.adversaria.environment;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.channels.Channels;
import org.rapaio.jupyter.kernel.channels.MessageHandler;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.core.Transform;
import org.rapaio.jupyter.kernel.global.Global;
import org.rapaio.jupyter.kernel.message.MessageType;

/** What differs between the kernels, for the Rapaio Jupyter Kernel. */
final class Kernel {

  private Kernel() {}

  /** Starts the kernel as its own main class does, but quieter and without losing a request. */
  public static void main(String[] connectionFile) throws Exception {
    Farewell.prepare();
    Logger.getLogger("").setLevel(Level.WARNING);
    Global.options().display().defaultMime("text"); // as HTML, lines would run together
    String connection = Files.readString(Path.of(connectionFile[0]));
    var channels = new Channels(Transform.fromJson(connection, ConnectionProperties.class));
    var connected = new CountDownLatch(1);
    holdRequests(channels, connected);
    channels.connect(MainApp.kernel);
    connected.countDown();
    channels.joinUntilClose();
  }

  /**
   * Kernel 3.0.1 opens its sockets before it sets its handlers, and a request that comes in between
   * ends the thread that reads requests: the kernel never answers. Until then the handlers it finds
   * are these, which wait for the real ones.
   */
  private static void holdRequests(Channels channels, CountDownLatch connected)
      throws ReflectiveOperationException {
    Field handlers = Channels.class.getDeclaredField("handlers");
    handlers.setAccessible(true);
    handlers.set(
        channels,
        new HashMap<MessageType<?>, MessageHandler<?>>() {
          @Override
          public MessageHandler<?> get(Object type) {
            try {
              connected.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return channels.getHandler((MessageType<?>) type);
          }
        });
  }

  static String display(Object value) {
    return Global.display(value);
  }

  static String displayHtml(String html) {
    return Global.display("text/html", html);
  }

  static void updateHtml(String id, String html) {
    Global.updateDisplay(id, "text/html", html);
  }
}
