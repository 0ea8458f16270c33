package org.adversaria.torch;

import java.util.Locale;

/**
 * Formatting that does not depend on the default locale. {@link String#formatted} uses the locale's
 * digits and decimal separator, which are errors in TorchScript, file names and CSV files.
 */
public final class Text {

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
}
