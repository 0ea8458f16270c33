package org.adversaria.environment;

import java.nio.file.Path;
import tech.tablesaw.api.Table;

/**
 * What a notebook's cells can call beyond the library, under every kernel: {@code show}, {@code
 * panel} and {@code setting}. The kernel imports it statically when it starts.
 */
public final class Notebook {

  private Notebook() {}

  /**
   * Shows each value below the cell, one under the other.
   *
   * @param values a Tablesaw {@link Table}, a {@link java.awt.image.BufferedImage}, a picture file
   *     (GIF, animated or not, PNG, JPEG) as {@code byte[]} or {@link Path}, a String of HTML, or
   *     anything else, shown as the kernel shows it
   */
  public static void show(Object... values) {
    for (Object value : values == null ? new Object[] {null} : values) {
      if (value instanceof Table
          || value instanceof String
          || value instanceof byte[]
          || value instanceof Path) {
        Kernel.displayHtml(Html.ofOne(value));
      } else {
        Kernel.display(value == null ? "null" : value);
      }
    }
  }

  /**
   * A live view that shows its latest state only.
   *
   * @return a panel that appears below the cell that first updates it
   */
  public static Panel panel() {
    return new Panel();
  }

  /** One place in a notebook, filled anew at every update. */
  public static final class Panel {

    private String id;

    private Panel() {}

    /**
     * Replaces what the panel shows.
     *
     * @param values what to show, one under the other, of the kinds that {@link #show} takes
     */
    public synchronized void update(Object... values) {
      String html = Html.of(values);
      if (id == null) {
        id = Kernel.displayHtml(html);
      } else {
        Kernel.updateHtml(id, html);
      }
    }
  }

  /**
   * A whole number that {@code --set KEY=VALUE} can change.
   *
   * @param key the setting's name
   * @param standard the value without {@code --set}
   * @return the value to use
   * @throws IllegalArgumentException if the given value is not a whole number
   */
  public static int setting(String key, int standard) {
    return Settings.read(key, standard, "a whole number", Integer::valueOf);
  }

  /**
   * A large whole number that {@code --set KEY=VALUE} can change.
   *
   * @param key the setting's name
   * @param standard the value without {@code --set}
   * @return the value to use
   * @throws IllegalArgumentException if the given value is not a whole number
   */
  public static long setting(String key, long standard) {
    return Settings.read(key, standard, "a whole number", Long::valueOf);
  }

  /**
   * A number that {@code --set KEY=VALUE} can change.
   *
   * @param key the setting's name
   * @param standard the value without {@code --set}
   * @return the value to use
   * @throws IllegalArgumentException if the given value is not a number
   */
  public static double setting(String key, double standard) {
    return Settings.read(key, standard, "a number", Double::valueOf);
  }

  /**
   * A switch that {@code --set KEY=VALUE} can change.
   *
   * @param key the setting's name
   * @param standard the value without {@code --set}
   * @return the value to use
   * @throws IllegalArgumentException if the given value is neither {@code true} nor {@code false}
   */
  public static boolean setting(String key, boolean standard) {
    return Settings.read(key, standard, "true or false", Settings::parseBoolean);
  }

  /**
   * A text that {@code --set KEY=VALUE} can change.
   *
   * @param key the setting's name
   * @param standard the value without {@code --set}
   * @return the value to use
   */
  public static String setting(String key, String standard) {
    return Settings.read(key, standard, "a text", text -> text);
  }
}
