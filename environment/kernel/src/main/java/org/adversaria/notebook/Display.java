package org.adversaria.notebook;

import java.util.UUID;

/**
 * IJava's calls for showing a value and replacing it. They are apart from {@link Notebook} because
 * other kernels bring their own.
 */
public final class Display {

  private Display() {}

  /**
   * Shows a value below the cell, as a cell's last value is shown.
   *
   * @param value any value; a String is text
   * @return the name of the place, for {@link #updateDisplay}
   */
  public static String display(Object value) {
    String id = UUID.randomUUID().toString();
    Notebook.frontEnd().display(Renderers.render(value), id);
    return id;
  }

  /**
   * Replaces what {@link #display} has shown.
   *
   * @param id what {@code display} returned
   * @param value what to show in its place
   */
  public static void updateDisplay(String id, Object value) {
    Notebook.frontEnd().update(Renderers.render(value), id);
  }
}
