package org.adversaria.notebook;

import java.math.BigDecimal;
import java.math.MathContext;
import org.adversaria.torch.Text;

/** Numbers as tables show them. */
final class Numbers {

  private static final int DIGITS = 4;

  private Numbers() {}

  /** A fraction is rounded to 4 significant digits, but never left of its decimal point. */
  static String rounded(Number value) {
    return rounded(value, DIGITS);
  }

  /** A fraction is rounded to so many significant digits, but never left of its decimal point. */
  static String rounded(Number value, int digits) {
    boolean fraction = value instanceof Double || value instanceof Float;
    if (!fraction || !Double.isFinite(value.doubleValue())) {
      return String.valueOf(value);
    }
    var exact = new BigDecimal(value.toString());
    if (exact.signum() == 0) {
      return "0";
    }
    int wholeDigits = exact.precision() - exact.scale();
    if (wholeDigits < -3 || wholeDigits > 9) {
      return Text.format("%.3e", exact);
    }
    BigDecimal rounded = exact.round(new MathContext(Math.max(digits, wholeDigits)));
    return rounded.stripTrailingZeros().toPlainString();
  }
}
