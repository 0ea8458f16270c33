package org.adversaria.notebook;

import java.util.function.Function;
import tech.tablesaw.api.Table;

/** What a notebook's cells can call beyond the library. */
public final class Notebook {

  private static volatile FrontEnd frontEnd;

  private Notebook() {}

  /**
   * Says where values are shown; the kernel calls it when it starts.
   *
   * @param kernel the kernel's front end
   */
  public static void connect(FrontEnd kernel) {
    frontEnd = kernel;
  }

  static FrontEnd frontEnd() {
    if (frontEnd == null) {
      throw new IllegalStateException("No kernel is connected: this is called from a notebook");
    }
    return frontEnd;
  }

  /**
   * Shows each value below the cell, one under the other.
   *
   * @param values a Tablesaw {@link Table}, a {@link java.awt.image.BufferedImage}, a picture file
   *     (GIF, animated or not, PNG, JPEG) as {@code byte[]} or {@link java.nio.file.Path}, a String
   *     of HTML, or anything else, shown as a cell's last value is
   */
  public static void show(Object... values) {
    for (Object value : orNull(values)) {
      frontEnd().display(shown(value), null);
    }
  }

  /** A null in place of values is one null. */
  static Object[] orNull(Object... values) {
    return values == null ? new Object[] {null} : values;
  }

  /** A value as show and panels take it: a String is HTML. */
  static MimeBundle shown(Object value) {
    return value instanceof String html ? html("<div>" + html + "</div>") : Renderers.render(value);
  }

  /**
   * A live view that shows its latest state only.
   *
   * @return a panel that appears below the cell that first updates it
   */
  public static Panel panel() {
    return new Panel();
  }

  /**
   * Text that is HTML.
   *
   * @param html a fragment
   * @return a value to show
   */
  public static MimeBundle html(String html) {
    return MimeBundle.html(html, Html.toText(html));
  }

  /**
   * Text that is Markdown.
   *
   * @param markdown the text
   * @return a value to show
   */
  public static MimeBundle markdown(String markdown) {
    return MimeBundle.of("text/markdown", markdown, markdown);
  }

  /**
   * Text that is LaTeX.
   *
   * @param latex a formula between dollar signs, such as {@code $x^2$}
   * @return a value to show
   */
  public static MimeBundle latex(String latex) {
    return MimeBundle.of("text/latex", latex, latex);
  }

  /**
   * Says how values of a type are shown from now on, in place of the way that came with the kernel.
   *
   * @param <T> the type
   * @param type a class or interface; for a value of several, the one nearest to its class counts
   * @param renderer makes a value's forms, as with {@link #html} or {@link MimeBundle#text}
   */
  public static <T> void renderer(Class<T> type, Function<? super T, MimeBundle> renderer) {
    Renderers.register(type, renderer);
  }

  /**
   * A progress bar below the cell.
   *
   * <pre>{@code
   * try (var bar = progress("steps", 100)) {
   *   for (int i = 0; i < 100; i++) {
   *     work();
   *     bar.step();
   *   }
   * }
   * }</pre>
   *
   * @param title what it counts
   * @param total the number of steps
   * @return the bar, at 0
   */
  public static Progress progress(String title, long total) {
    return new Progress(title, total, System::nanoTime);
  }

  /**
   * Values with a progress bar below the cell, as in {@code for (Path file : progress("files",
   * files))}. The bar stays where a loop is left early.
   *
   * @param <T> the type of the values
   * @param title what it counts
   * @param values what to go through; how many there are is known of a {@link java.util.Collection}
   * @return the same values; each time they are gone through has its own bar
   */
  public static <T> Iterable<T> progress(String title, Iterable<T> values) {
    return Progress.over(title, values);
  }

  /**
   * Gives a setting its value, as {@code --set KEY=VALUE} does; for the cell of parameters that
   * {@code run.sh} puts into an executed notebook.
   *
   * @param key the setting's name
   * @param value its value from now on
   */
  public static void given(String key, String value) {
    Settings.ofProcess().give(key, value);
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
    return Settings.ofProcess().read(key, standard, "a whole number", Integer::valueOf);
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
    return Settings.ofProcess().read(key, standard, "a whole number", Long::valueOf);
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
    return Settings.ofProcess().read(key, standard, "a number", Double::valueOf);
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
    return Settings.ofProcess().read(key, standard, "true or false", Settings::parseBoolean);
  }

  /**
   * A text that {@code --set KEY=VALUE} can change.
   *
   * @param key the setting's name
   * @param standard the value without {@code --set}
   * @return the value to use
   */
  public static String setting(String key, String standard) {
    return Settings.ofProcess().read(key, standard, "a text", text -> text);
  }
}
