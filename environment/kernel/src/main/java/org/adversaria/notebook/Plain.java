package org.adversaria.notebook;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.regex.Pattern;
import java.util.stream.BaseStream;

/** The texts of small values. */
final class Plain {

  private static final int MOST_CAUSES = 10;
  private static final Pattern WRAPPER = Pattern.compile("\\bREPL\\.\\$JShell\\$\\d+[A-Z]*[.$]");

  private Plain() {}

  /** An exception and its causes, without the places in the code. */
  static String throwable(Throwable throwable) {
    var text = new StringBuilder(throwable.toString());
    Throwable cause = throwable.getCause();
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      text.append("\ncaused by ").append(cause);
      cause = cause.getCause();
    }
    return text.toString();
  }

  /**
   * A value by its own toString, without the classes that JShell wraps cells in; of a lambda, which
   * has no name, what it can be used as.
   */
  static String object(Object value) {
    Class<?> type = value.getClass();
    if (type.isHidden() && type.isSynthetic() && type.getInterfaces().length > 0) {
      return "a function: " + type.getInterfaces()[0].getSimpleName();
    }
    String text = value.toString();
    return text == null ? "null" : withoutWrappers(text);
  }

  /**
   * A text in which what cells declare has its own name, without that of JShell's wrapper.
   *
   * @param text such as the message of an exception
   * @return the same with {@code Part} in place of {@code REPL.$JShell$12$Part}
   */
  static String withoutWrappers(String text) {
    return WRAPPER.matcher(text).replaceAll("");
  }

  /** A stream can be read once only, which is left to the cell. */
  static String stream(BaseStream<?, ?> stream) {
    return (stream.isParallel() ? "a parallel stream" : "a stream")
        + ", not read: collect it, as with .toList() or .toArray()";
  }

  static String iterator(Iterator<?> iterator) {
    return "an iterator, not read: take its elements with .next(), or forEachRemaining(...)";
  }

  static String spliterator(Spliterator<?> spliterator) {
    return "a spliterator, not read: take its elements with .forEachRemaining(...)";
  }
}
