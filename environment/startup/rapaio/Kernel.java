package org.adversaria.environment;

import org.rapaio.jupyter.kernel.MainApp;
import org.rapaio.jupyter.kernel.global.Global;

/** What differs between the kernels, for the Rapaio Jupyter Kernel. */
final class Kernel {

  private Kernel() {}

  public static void main(String[] connectionFile) throws Exception {
    Farewell.prepare();
    Global.options().display().defaultMime("text"); // as HTML, lines would run together
    MainApp.main(connectionFile);
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
