package org.adversaria.figures;

import java.util.List;

/** Checks that things and their names go together. */
final class NameCounts {

  private NameCounts() {}

  static void requireOneEach(String what, List<String> names, List<?> things) {
    if (things.isEmpty()) {
      throw new IllegalArgumentException("No " + what + " to draw");
    }
    requireCount(what, names, things.size());
  }

  static void requireCount(String what, List<String> names, long count) {
    if (names.size() != count) {
      throw new IllegalArgumentException(
          names.size() + " names for " + count + " " + what + ": " + names);
    }
  }
}
