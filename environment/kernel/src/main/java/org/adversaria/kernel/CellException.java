package org.adversaria.kernel;

import java.util.List;

/** Why a cell ended early, as the notebook shows it. */
final class CellException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final List<String> lines;

  /**
   * An error for the reader.
   *
   * @param name the kind of error: a class's name, {@code CompilationError}, {@code Interrupted}
   * @param message what went wrong, in one line
   * @param lines all that is shown, with ANSI colours
   */
  CellException(String name, String message, List<String> lines) {
    super(message);
    this.name = name;
    this.lines = List.copyOf(lines);
  }

  String name() {
    return name;
  }

  List<String> lines() {
    return lines;
  }
}
