package org.adversaria.notebook;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.stream.BaseStream;

/** The texts of small values. */
final class Plain {

  private static final int MOST_CAUSES = 10;

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
