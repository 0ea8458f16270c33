package org.adversaria.environment;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.adversaria.notebook.FrontEnd;
import org.adversaria.notebook.MimeBundle;
import org.adversaria.notebook.Notebook;
import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.channels.Channels;
import org.rapaio.jupyter.kernel.channels.MessageHandler;
import org.rapaio.jupyter.kernel.core.ConnectionProperties;
import org.rapaio.jupyter.kernel.core.Transform;
import org.rapaio.jupyter.kernel.global.Global;
import org.rapaio.jupyter.kernel.message.MessageType;

/** Starts the Rapaio Jupyter Kernel with the notebook's calls. */
final class Kernel implements FrontEnd {

  /** By the names that were asked for, those that the kernel gave. */
  private final Map<String, String> ids = new ConcurrentHashMap<>();

  private Kernel() {}

  /** Starts the kernel as its own main class does, but quieter and without losing a request. */
  public static void main(String[] connectionFile) throws Exception {
    CellShutdown.interruptCellsOnExit();
    Notebook.connect(new Kernel());
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

  @Override
  public void display(MimeBundle content, String id) {
    String given = Global.display("text/html", html(content));
    if (id != null) {
      ids.put(id, given);
    }
  }

  @Override
  public void update(MimeBundle content, String id) {
    Global.updateDisplay(ids.get(id), "text/html", html(content));
  }

  /** This kernel shows one form only; all of them fit into HTML. */
  private static String html(MimeBundle content) {
    Map<String, Object> data = content.data();
    if (data.containsKey(MimeBundle.HTML)) {
      return data.get(MimeBundle.HTML).toString();
    }
    for (String type : List.of("image/png", "image/jpeg", "image/gif")) {
      if (data.containsKey(type)) {
        return "<img src=\"data:" + type + ";base64," + data.get(type) + "\">";
      }
    }
    String text = data.get(MimeBundle.TEXT).toString();
    return "<pre>" + text.replace("&", "&amp;").replace("<", "&lt;") + "</pre>";
  }
}
