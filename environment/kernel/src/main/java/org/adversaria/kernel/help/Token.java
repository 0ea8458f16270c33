package org.adversaria.kernel.help;

import java.util.ArrayList;
import java.util.List;

/**
 * A token of Java, or a comment.
 *
 * @param kind what it is
 * @param text its text
 * @param start where it begins
 * @param end where it ends
 * @param closed false for a string, a character or a comment that the code's end, or the line's,
 *     cuts off
 */
record Token(Kind kind, String text, int start, int end, boolean closed) {

  enum Kind {
    WORD,
    NUMBER,
    QUOTED,
    COMMENT,
    SYMBOL
  }

  private static final String TEXT_BLOCK = "\"\"\"";

  boolean is(String symbol) {
    return text.equals(symbol);
  }

  boolean isWord() {
    return kind == Kind.WORD;
  }

  /** Every token of the code, comments too; code of any kind is accepted. */
  static List<Token> of(String code) {
    var tokens = new ArrayList<Token>();
    int at = 0;
    while (at < code.length()) {
      if (Character.isWhitespace(code.charAt(at))) {
        at++;
      } else {
        Token token = at(code, at);
        tokens.add(token);
        at = token.end();
      }
    }
    return tokens;
  }

  private static Token at(String code, int start) {
    char first = code.charAt(start);
    if (code.startsWith("//", start)) {
      int line = code.indexOf('\n', start);
      return make(Kind.COMMENT, code, start, line < 0 ? code.length() : line, line >= 0);
    }
    if (code.startsWith("/*", start)) {
      int close = code.indexOf("*/", start + 2);
      return make(Kind.COMMENT, code, start, close < 0 ? code.length() : close + 2, close >= 0);
    }
    if (code.startsWith(TEXT_BLOCK, start)) {
      return quoted(code, start, TEXT_BLOCK);
    }
    if (first == '"' || first == '\'') {
      return quoted(code, start, String.valueOf(first));
    }
    if (Character.isJavaIdentifierStart(first)) {
      return make(Kind.WORD, code, start, wordEnd(code, start), true);
    }
    if (Character.isDigit(first)) {
      return make(Kind.NUMBER, code, start, numberEnd(code, start), true);
    }
    boolean pair = code.startsWith("->", start) || code.startsWith("::", start);
    return make(Kind.SYMBOL, code, start, start + (pair ? 2 : 1), true);
  }

  private static Token quoted(String code, int start, String quote) {
    int at = start + quote.length();
    while (at < code.length()) {
      if (code.startsWith(quote, at)) {
        return make(Kind.QUOTED, code, start, at + quote.length(), true);
      }
      if (code.charAt(at) == '\n' && quote.length() == 1) {
        return make(Kind.QUOTED, code, start, at, false);
      }
      at += code.charAt(at) == '\\' ? 2 : 1;
    }
    return make(Kind.QUOTED, code, start, code.length(), false);
  }

  private static Token make(Kind kind, String code, int start, int end, boolean closed) {
    return new Token(kind, code.substring(start, end), start, end, closed);
  }

  /** Where the identifier that begins at the index, or goes on there, ends. */
  static int wordEnd(String code, int start) {
    int end = start;
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Where the identifier that ends at the index begins. */
  static int wordStart(String code, int end) {
    int start = end;
    while (start > 0 && Character.isJavaIdentifierPart(code.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static int numberEnd(String code, int start) {
    int end = start;
    while (end < code.length()) {
      char next = code.charAt(end);
      boolean fraction =
          next == '.' && end + 1 < code.length() && Character.isDigit(code.charAt(end + 1));
      if (!fraction && !Character.isLetterOrDigit(next) && next != '_') {
        break;
      }
      end++;
    }
    return end;
  }
}
