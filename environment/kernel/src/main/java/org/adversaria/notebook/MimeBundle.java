package org.adversaria.notebook;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One value in several forms, by MIME type: a front end shows the richest that it can. Pictures are
 * Base64 text, HTML and plain text are text.
 *
 * @param data the forms; every bundle has {@code text/plain}
 * @param metadata what else is said of a form, by its MIME type, as {@code {"image/png": {"alt":
 *     "..."}}}
 */
public record MimeBundle(Map<String, Object> data, Map<String, Object> metadata) {

  /** The MIME type of plain text. */
  public static final String TEXT = "text/plain";

  /** The MIME type of HTML. */
  public static final String HTML = "text/html";

  /**
   * Copies both maps; their order is kept.
   *
   * @param data the forms
   * @param metadata what else is said of them
   * @throws IllegalArgumentException if there is no plain text
   */
  public MimeBundle {
    if (!data.containsKey(TEXT)) {
      throw new IllegalArgumentException(
          "A bundle has to have text/plain, which every front end can show; it has only "
              + data.keySet());
    }
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Plain text alone.
   *
   * @param text what to show
   * @return a bundle of one form
   */
  public static MimeBundle text(String text) {
    return new MimeBundle(Map.of(TEXT, text), Map.of());
  }

  /**
   * HTML, with what is shown where HTML is not.
   *
   * @param html a fragment that carries everything inside itself
   * @param text the same as plain text
   * @return a bundle of two forms
   */
  public static MimeBundle html(String html, String text) {
    return of(HTML, html, text);
  }

  /**
   * One form, with what is shown where that form is not.
   *
   * @param type the form's MIME type
   * @param content the form
   * @param text the same as plain text
   * @return a bundle of two forms
   */
  public static MimeBundle of(String type, Object content, String text) {
    var data = new LinkedHashMap<String, Object>();
    data.put(type, content);
    data.put(TEXT, text);
    return new MimeBundle(data, Map.of());
  }
}
