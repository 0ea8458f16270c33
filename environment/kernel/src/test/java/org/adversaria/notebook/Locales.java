package org.adversaria.notebook;

import java.util.Locale;
import java.util.concurrent.Callable;

/** Work under a default locale that writes numbers with digits of its own. */
final class Locales {

  private static final Locale ARABIC = Locale.forLanguageTag("ar-EG-u-nu-arab");

  private Locales() {}

  static <T> T underArabic(Callable<T> work) throws Exception {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(Locale.Category.FORMAT, ARABIC);
    try {
      return work.call();
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }
}
