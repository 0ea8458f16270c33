package org.adversaria.kernel.help;

import java.util.List;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Tells whether a cell is complete, snippet by snippet. */
final class CompletenessCheck {

  private static final String STEP = "  ";

  private CompletenessCheck() {}

  static Completeness of(SourceCodeAnalysis analysis, String code) {
    List<Token> tokens = Token.of(code);
    Token last = tokens.isEmpty() ? null : tokens.get(tokens.size() - 1);
    if (last != null
        && !last.closed()
        && (last.text().startsWith("\"\"\"") || last.text().startsWith("/*"))) {
      return new Completeness(Completeness.Status.INCOMPLETE, "");
    }
    String rest = code;
    while (!rest.isBlank()) {
      CompletionInfo info = analysis.analyzeCompletion(rest);
      switch (info.completeness()) {
        case COMPLETE, COMPLETE_WITH_SEMI, EMPTY -> {
          if (info.remaining().equals(rest)) {
            return answer(Completeness.Status.UNKNOWN);
          }
          rest = info.remaining();
        }
        case CONSIDERED_INCOMPLETE, DEFINITELY_INCOMPLETE -> {
          return new Completeness(Completeness.Status.INCOMPLETE, indent(code));
        }
        default -> {
          return answer(Completeness.Status.INVALID);
        }
      }
    }
    return answer(Completeness.Status.COMPLETE);
  }

  private static Completeness answer(Completeness.Status status) {
    return new Completeness(status, "");
  }

  /** The last line's indent, and a step more where that line opens what follows. */
  private static String indent(String code) {
    String written = code.stripTrailing();
    String line = written.substring(written.lastIndexOf('\n') + 1);
    String own = line.substring(0, line.length() - line.stripLeading().length());
    boolean opens = !Piece.closers(line).isEmpty() || Piece.closers(written).isEmpty();
    return opens ? own + STEP : own;
  }
}
