package org.adversaria;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Default locales in which numbers or letters are written in other ways, and work under them. */
public final class Locales {

  /**
   * Language tags: Persian, Arabic, Devanagari and Thai digits; the dotted capital I of Turkish; a
   * decimal comma.
   */
  public static final List<String> TAGS =
      List.of("fa", "ar-EG", "hi-IN-u-nu-deva", "th-TH-u-nu-thai", "tr", "de");

  private Locales() {}

  /** What the work returns with the locale as the default one. */
  public static <T> T under(Locale locale, Callable<T> work) throws Exception {
    Locale display = Locale.getDefault(Locale.Category.DISPLAY);
    Locale format = Locale.getDefault(Locale.Category.FORMAT);
    Locale before = Locale.getDefault();
    Locale.setDefault(locale);
    try {
      return work.call();
    } finally {
      Locale.setDefault(before);
      Locale.setDefault(Locale.Category.DISPLAY, display);
      Locale.setDefault(Locale.Category.FORMAT, format);
    }
  }
}
