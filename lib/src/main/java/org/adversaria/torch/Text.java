package org.adversaria.torch;

import java.util.Locale;

/**
 * Text that is the same on every machine. What {@link String#formatted} makes depends on the
 * default locale: many write digits of their own, which TorchScript, file names and CSV files
 * cannot hold, and others a decimal comma.
 */
public final class Text {

  private Text() {}

  /**
   * Fills values into a format, with the digits 0 to 9 and a decimal point.
   *
   * @param format in the syntax of {@link java.util.Formatter}
   * @param values what to fill in
   * @return the text
   * @throws java.util.IllegalFormatException if the values do not fit the format
   */
  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
