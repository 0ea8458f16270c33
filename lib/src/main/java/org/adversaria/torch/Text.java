package org.adversaria.torch;

import java.util.Locale;

/**
 * Text that depends neither on the default locale nor on what a file holds. {@link
 * String#formatted} uses the locale's digits and decimal separator, which are errors in
 * TorchScript, file names and CSV files; a name from a file may hold characters that command a
 * terminal.
 */
public final class Text {

  /** Longer names are cut in messages. */
  private static final int MAX_NAME = 1000;

  private Text() {}

  /**
   * Formats values, with the digits 0 to 9 and a decimal point.
   *
   * @param format in the syntax of {@link java.util.Formatter}
   * @param values the arguments
   * @return the text
   * @throws java.util.IllegalFormatException if the values do not fit the format
   */
  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /**
   * Returns a name as it can be shown in one line of any terminal or page: control characters, line
   * ends, halves of surrogate pairs and those that turn the direction of writing become their
   * escapes, such as {@code \}{@code u001b}, and of more than a thousand characters the first
   * thousand remain.
   *
   * @param name a name that comes from outside, such as that of an archive's entry
   * @return the name to show
   */
  public static String visible(String name) {
    return name.length() <= MAX_NAME
        ? escaped(name, false)
        : escaped(name.substring(0, MAX_NAME), false)
            + "... ("
            + name.length()
            + " characters in all)";
  }

  /**
   * Escapes a text of several lines as {@link #visible} does a name; line feeds remain.
   *
   * @param text a message
   * @return the text to show
   */
  public static String visibleLines(String text) {
    return escaped(text, true);
  }

  /**
   * Tells whether a name can be shown as it is.
   *
   * @param name a name that comes from outside
   * @return false if {@link #visible} would escape a character
   */
  public static boolean isVisible(String name) {
    return name.codePoints().allMatch(Text::isVisible);
  }

  private static String escaped(String text, boolean lines) {
    if (isVisible(text)) {
      return text;
    }
    var result = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isVisible(c) || (lines && c == '\n')) {
                result.appendCodePoint(c);
              } else {
                result.append(format("\\u%04x", c));
              }
            });
    return result.toString();
  }

  private static boolean isVisible(int c) {
    boolean turnsDirection = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return !turnsDirection
        && switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SURROGATE ->
              false;
          default -> true;
        };
  }
}
