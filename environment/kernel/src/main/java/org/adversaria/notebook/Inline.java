package org.adversaria.notebook;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Function;
import org.adversaria.torch.Text;

/**
 * Writes values on one line, as {@code {a=1, b=[2, 3]}}. What is too long, too deep or contains
 * itself is cut, with a note.
 */
final class Inline {

  /** A map counts twice: its entries are values too. */
  private static final int DEEPEST = 12;

  private static final int MOST_ELEMENTS = 100;
  private static final int MOST_NESTED_ELEMENTS = 30;
  private static final int LONGEST = 8_000;
  private static final int LONGEST_LEAF = 200;

  private final StringBuilder out = new StringBuilder();
  private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private Inline() {}

  /** The value's text on one line. */
  static String of(Object value) {
    var inline = new Inline();
    inline.value(value);
    return inline.out.toString();
  }

  /** Writes a value that is part of another. */
  void value(Object value) {
    if (value == null) {
      out.append("null");
    } else if (open.contains(value)) {
      out.append("(itself)");
    } else if (open.size() >= DEEPEST) {
      out.append("...");
    } else {
      int start = out.length();
      open.add(value);
      try {
        write(value);
      } catch (Exception | StackOverflowError | LinkageError failure) {
        out.setLength(start);
        leaf("(" + Renderers.failed(value, failure) + ")");
      } finally {
        open.remove(value);
      }
    }
  }

  private void write(Object value) {
    Function<Object, MimeBundle> registered = Renderers.registered(value);
    if (value instanceof MimeBundle || registered != null) {
      leaf(String.valueOf(Renderers.render(value).data().get(MimeBundle.TEXT)));
    } else {
      BuiltIn.of(value).inline(value, this);
    }
  }

  /** Writes a text as it is. */
  void raw(String text) {
    out.append(text);
  }

  /** Writes a text without its line breaks, the end cut off where it is long. */
  void leaf(String text) {
    out.append(line(text, LONGEST_LEAF));
  }

  /** A text without its line breaks, the end cut off where it is longer than the limit. */
  static String line(String text, int limit) {
    boolean whole = text.length() <= limit;
    String start = whole ? text : text.substring(0, LongText.boundary(text, limit));
    String line = start.replaceAll("\\s*\\R\\s*", " ");
    return whole ? line : line + Text.format("... (%,d characters)", text.length());
  }

  /** Writes elements with commas between them, and how many are left out. */
  void elements(String before, Iterator<?> elements, long size, String after) {
    out.append(before);
    int most = open.size() > 2 ? MOST_NESTED_ELEMENTS : MOST_ELEMENTS;
    for (int i = 0; elements.hasNext(); i++) {
      if (i > 0) {
        out.append(", ");
      }
      if (i == most || out.length() > LONGEST) {
        out.append(Text.format("... %,d more", size - i));
        break;
      }
      value(elements.next());
    }
    out.append(after);
  }
}
