package org.adversaria.kernel;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.SourceCodeAnalysis;
import org.adversaria.kernel.JavaShell.Result;

/** Runs a cell: its Java and its magics, in their order. */
final class CellRunner {

  /** A line that may be a magic; it is one where a statement could begin. */
  private static final Pattern MAGIC =
      Pattern.compile("^[ \\t]*%([A-Za-z]\\w*)[ \\t]*(.*)$", Pattern.MULTILINE);

  /** Comments may come before it. */
  private static final Pattern CELL_MAGIC =
      Pattern.compile("\\A(?:\\s|//.*\\n)*+%%([A-Za-z]\\w*)[ \\t]*(.*)(?:\\n|\\z)");

  private final JavaShell shell;
  private final Magics magics;
  private final SourceCodeAnalysis analysis;

  CellRunner(JavaShell shell, Magics magics) {
    this.shell = shell;
    this.magics = magics;
    this.analysis = shell.shell().sourceCodeAnalysis();
  }

  /**
   * Runs a cell up to its end or its first error.
   *
   * @param name what error messages call it
   * @param source the cell
   * @return the value of the last expression; empty if the cell ends with something else
   */
  Optional<Result> run(String name, String source) throws CellException {
    String code = source.replace('\r', ' ');
    Magics.Java java = (start, end) -> shell.run(name, code, start, end);
    Matcher whole = CELL_MAGIC.matcher(code);
    if (whole.lookingAt()) {
      return magics.run(
          whole.group(1), new Magics.Call(whole.group(2), whole.end(), code.length(), java));
    }
    Optional<Result> result = Optional.empty();
    int at = 0;
    Matcher line = MAGIC.matcher(code);
    while (line.find()) {
      if (line.start() < at || !isComplete(code.substring(at, line.start()))) {
        continue;
      }
      java.run(at, line.start());
      var call = new Magics.Call(line.group(2), line.start(2), line.end(2), java);
      result = magics.run(line.group(1), call);
      at = line.end();
    }
    boolean more = !code.substring(at).isBlank();
    return more ? java.run(at, code.length()) : result;
  }

  private boolean isComplete(String code) {
    String rest = code;
    while (true) {
      var info = analysis.analyzeCompletion(rest);
      switch (info.completeness()) {
        case EMPTY -> {
          return true;
        }
        case DEFINITELY_INCOMPLETE -> {
          return false;
        }
        default -> {
          if (info.remaining().isEmpty() || info.remaining().length() >= rest.length()) {
            return true;
          }
          rest = info.remaining();
        }
      }
    }
  }
}
