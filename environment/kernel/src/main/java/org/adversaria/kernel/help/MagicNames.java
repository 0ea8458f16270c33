package org.adversaria.kernel.help;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines of a cell that are commands of the kernel. */
final class MagicNames {

  private static final Pattern BEGINNING = Pattern.compile("(?:^|\n)[ \t]*(%{1,2})(\\w*)$");

  private final List<String> names;
  private final Pattern line;

  MagicNames(List<String> names) {
    this.names = names.stream().sorted().toList();
    String alternatives = String.join("|", names.stream().map(Pattern::quote).toList());
    this.line = Pattern.compile("(?m)^[ \t]*%{1,2}(?:" + alternatives + ")(?!\\w)[^\n]*");
  }

  /** The command that is being written at the cell's end; null if none is. */
  Completions complete(String code) {
    Matcher matcher = BEGINNING.matcher(code);
    if (!matcher.find()) {
      return null;
    }
    var items =
        names.stream()
            .filter(name -> name.startsWith(matcher.group(2)))
            .map(name -> matcher.group(1) + name)
            .map(name -> new Completion(name, Completion.MAGIC, name))
            .toList();
    return new Completions(items, matcher.start(1), code.length());
  }

  /**
   * The cell with blanks in place of commands. Of the command at the cursor only the name is
   * blanked: what follows may be Java.
   */
  String blank(String code, int cursor) {
    if (names.isEmpty()) {
      return code;
    }
    var blanked = new StringBuilder(code);
    Matcher matcher = line.matcher(code);
    while (matcher.find()) {
      boolean here = matcher.start() <= cursor && cursor <= matcher.end();
      int end = here ? nameEnd(code, matcher.start()) : matcher.end();
      for (int i = matcher.start(); i < end; i++) {
        blanked.setCharAt(i, ' ');
      }
    }
    return blanked.toString();
  }

  private static int nameEnd(String code, int start) {
    int at = code.indexOf('%', start);
    while (code.charAt(at) == '%') {
      at++;
    }
    return Token.wordEnd(code, at);
  }
}
