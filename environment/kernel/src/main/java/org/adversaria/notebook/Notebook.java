package org.adversaria.notebook;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImageOptions;
import org.adversaria.data.Split;
import org.adversaria.figures.Figures;
import org.adversaria.training.Method;
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
   * A picture with words for those who cannot see it.
   *
   * @param alt what the picture shows
   * @param picture a picture, or anything else that is shown as one
   * @return a value to show
   */
  public static MimeBundle picture(String alt, Object picture) {
    return Pictures.described(Renderers.render(picture), alt);
  }

  // ---- tables and texts ------------------------------------------------------------------------

  /**
   * A table that is written row by row.
   *
   * <pre>{@code
   * var squares = rows("squares", "n", "n squared").add(1, 1.0).add(2, 4.0);
   * show(squares);
   * }</pre>
   *
   * @param title the table's name
   * @param columns the columns' names
   * @return the table, without rows
   */
  public static Rows rows(String title, String... columns) {
    return new Rows(title, columns);
  }

  /**
   * Means over the rows of a table that belong together.
   *
   * @param each a table with a row for each run, for example
   * @param by the column of texts that names the group of a row
   * @return the means of the columns of numbers
   */
  public static Means means(Table each, String by) {
    return new Means(each, by);
  }

  /**
   * A number of a table.
   *
   * @param table the table
   * @param row the value of the row's first column, a text
   * @param column the column's name
   * @return the number
   * @throws IllegalArgumentException if there is no such row
   */
  public static double number(Table table, String row, String column) {
    Table found = table.where(table.stringColumn(0).isEqualTo(row));
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "There is no row " + row + " in " + table.stringColumn(0).asList());
    }
    return found.numberColumn(column).getDouble(0);
  }

  /**
   * Sentences about numbers that were just computed, each tested against them.
   *
   * @return a list without sentences
   */
  public static Claims claims() {
    return new Claims();
  }

  /**
   * A method's settings, without those that are not set.
   *
   * @param method the method
   * @return a row for each setting
   */
  public static Table settings(Method<?> method) {
    return MethodSettings.table(method.name(), List.of("value"), method);
  }

  /**
   * The settings of variants of a method side by side.
   *
   * @param names what the variants are called
   * @param variants one for each name
   * @return a row for each setting that is set in one of them
   */
  public static Table settings(List<String> names, Method<?>... variants) {
    return MethodSettings.table(variants[0].name(), names, variants);
  }

  /**
   * The source of a class as it stands in the library.
   *
   * @param type a class of the library, or of any jar whose sources are known
   * @return its source, with its Javadoc
   * @throws IllegalArgumentException if there is no source of it
   */
  public static MimeBundle source(Class<?> type) {
    return SourceCode.of(type);
  }

  /**
   * The source of a method as it stands in the library, so that text beside it cannot part from it.
   *
   * @param type a class of the library, or of any jar whose sources are known
   * @param method the name of a method that it declares, or else a supertype of it; all overloads
   *     are shown. The class's own simple name stands for its constructors
   * @return the source, with its Javadoc
   * @throws IllegalArgumentException if there is no source of the class or no such method
   */
  public static MimeBundle source(Class<?> type, String method) {
    return SourceCode.of(type, method);
  }

  // ---- data and training -----------------------------------------------------------------------

  /**
   * The first images of each class, a class in a row; of the first ten classes if there are more.
   *
   * @param data labelled images
   * @param perClass how many of each class
   * @return the figure
   */
  public static BufferedImage firstOfEachClass(ImageData data, int perClass) {
    List<String> names = data.classNames().subList(0, Math.min(10, data.numClasses()));
    int[] indices =
        IntStream.range(0, names.size())
            .flatMap(
                c ->
                    IntStream.range(0, data.size()).filter(i -> data.label(i) == c).limit(perClass))
            .toArray();
    try (NDManager manager = NDManager.newBaseManager()) {
      return Figures.classGrid(Batch.of(data, manager, indices).images(), perClass, names);
    }
  }

  /**
   * One place that shows how a training stands, for {@code Training.reportEvery}.
   *
   * <pre>{@code
   * var live = live(train).samples(12);
   * var run = Training.of(method).on(train).steps(1000).reportEvery(50, live).start();
   * show(live.film());
   * }</pre>
   *
   * @param data the data that is trained on, whose classes name the rows
   * @return the view; it appears below the cell at the first report
   */
  public static Live live(ImageData data) {
    return new Live(data);
  }

  /**
   * Several methods, trained on the same data for the same steps with the same seeds.
   *
   * @param data what they are trained on
   * @param steps how long
   * @param seeds how many runs of each
   * @return the comparison, at first without methods
   */
  public static Trials trials(ImageData data, long steps, int seeds) {
    return new Trials(data, steps, seeds);
  }

  // ---- settings
  // ----------------------------------------------------------------------------------

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

  /**
   * How the images of a path are read that {@code --set data=PATH} names: {@code --set
   * resolution=N} makes squares of N pixels of them, without it they are taken as they are; {@code
   * fit=pad} puts the whole image on black, where otherwise the centred square is cut out; {@code
   * skipBroken=true} leaves images out that cannot be read.
   *
   * @param split the part of the data
   * @return the options
   * @throws IllegalArgumentException if a setting has a value that it cannot have
   */
  public static ImageOptions imageOptions(Split split) {
    ImageOptions.Fit fit =
        Settings.ofProcess()
            .read(
                "fit",
                ImageOptions.Fit.CROP,
                "crop or pad",
                way -> ImageOptions.Fit.valueOf(way.toUpperCase(Locale.ROOT)));
    return ImageOptions.standard()
        .withSplit(split)
        .withResolution(setting("resolution", 0))
        .withFit(fit)
        .withSkipBroken(setting("skipBroken", false));
  }
}
