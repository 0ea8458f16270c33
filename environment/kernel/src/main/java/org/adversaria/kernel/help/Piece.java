package org.adversaria.kernel.help;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A part of a cell that JShell evaluates by itself: an import, a declaration of a method or type,
 * or a statement.
 *
 * @param kind which of the three
 * @param start where it begins in the cell
 * @param end where it ends
 * @param modified whether {@code static} is among its leading modifiers
 * @param open what closes the brackets that it leaves open
 */
record Piece(Kind kind, int start, int end, boolean modified, String open) {

  enum Kind {
    IMPORT,
    MEMBER,
    STATEMENT
  }

  private static final Set<String> MODIFIERS =
      Set.of(
          "public",
          "protected",
          "private",
          "static",
          "final",
          "abstract",
          "default",
          "synchronized",
          "native",
          "strictfp",
          "sealed");

  private static final Set<String> TYPES = Set.of("class", "interface", "enum");

  /** Words before a bracket or a name that begin no type. */
  private static final Set<String> STATEMENTS =
      Set.of(
          "return",
          "throw",
          "new",
          "assert",
          "else",
          "case",
          "yield",
          "break",
          "continue",
          "do",
          "if",
          "for",
          "while",
          "switch",
          "try",
          "catch",
          "finally",
          "instanceof",
          "package",
          "import",
          "this",
          "super",
          "true",
          "false",
          "null",
          "goto");

  /** Words that go on with the statement before a closed block. */
  private static final Set<String> CONTINUING = Set.of("else", "catch", "finally", "instanceof");

  /** Splits code into its pieces; comments belong to the piece that follows. */
  static List<Piece> of(String code) {
    List<Token> all = Token.of(code);
    List<Token> tokens = all.stream().filter(t -> t.kind() != Token.Kind.COMMENT).toList();
    var pieces = new ArrayList<Piece>();
    int first = 0;
    int from = 0;
    var open = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.kind() == Token.Kind.SYMBOL) {
        bracket(token.text(), open);
      }
      boolean last = i == tokens.size() - 1;
      if (last || open.isEmpty() && ends(tokens, first, i)) {
        int end = last ? code.length() : token.end();
        pieces.add(piece(tokens.subList(first, i + 1), from, end, open.toString()));
        first = i + 1;
        from = end;
      }
    }
    return pieces;
  }

  /** What closes the brackets that the code leaves open, innermost first. */
  static String closers(String code) {
    var open = new StringBuilder();
    for (Token token : Token.of(code)) {
      if (token.kind() == Token.Kind.SYMBOL) {
        bracket(token.text(), open);
      }
    }
    return open.toString();
  }

  private static void bracket(String symbol, StringBuilder open) {
    switch (symbol) {
      case "(" -> open.insert(0, ')');
      case "[" -> open.insert(0, ']');
      case "{" -> open.insert(0, '}');
      case ")", "]", "}" -> {
        int at = open.indexOf(symbol);
        if (at >= 0) {
          open.delete(0, at + 1);
        }
      }
      default -> {}
    }
  }

  private static boolean ends(List<Token> tokens, int first, int i) {
    Token token = tokens.get(i);
    if (token.is(";")) {
      return true;
    }
    if (!token.is("}")) {
      return false;
    }
    Token next = tokens.get(i + 1);
    if (next.isWord()) {
      boolean loop = next.is("while") && tokens.get(first).is("do");
      return !CONTINUING.contains(next.text()) && !loop;
    }
    return next.kind() != Token.Kind.SYMBOL || Set.of("@", "{", "<", "(").contains(next.text());
  }

  private static Piece piece(List<Token> tokens, int start, int end, String open) {
    if (tokens.get(0).is("import")) {
      return new Piece(Kind.IMPORT, start, end, false, open);
    }
    int at = afterModifiers(tokens);
    boolean modified = tokens.subList(0, at).stream().anyMatch(t -> t.is("static"));
    Kind kind = isMember(tokens, at) ? Kind.MEMBER : Kind.STATEMENT;
    return new Piece(kind, start, end, modified, open);
  }

  private static int afterModifiers(List<Token> tokens) {
    int at = 0;
    while (at < tokens.size()) {
      Token token = tokens.get(at);
      if (token.is("@") && at + 1 < tokens.size() && !tokens.get(at + 1).is("interface")) {
        at = afterName(tokens, at + 1);
        if (at < tokens.size() && tokens.get(at).is("(")) {
          at = afterBrackets(tokens, at, "(", ")");
        }
      } else if (MODIFIERS.contains(token.text())) {
        at++;
      } else if (token.is("non") && at + 2 < tokens.size() && tokens.get(at + 2).is("sealed")) {
        at += 3;
      } else {
        return at;
      }
    }
    return at;
  }

  private static boolean isMember(List<Token> tokens, int at) {
    if (at >= tokens.size()) {
      return false;
    }
    Token token = tokens.get(at);
    if (TYPES.contains(token.text()) || token.is("@")) {
      return true;
    }
    if (token.is("record") && at + 2 < tokens.size() && tokens.get(at + 1).isWord()) {
      return tokens.get(at + 2).is("(") || tokens.get(at + 2).is("<");
    }
    if (token.is("<")) {
      return true;
    }
    int name = afterType(tokens, at);
    return name > at
        && name + 1 < tokens.size()
        && tokens.get(name).isWord()
        && tokens.get(name + 1).is("(");
  }

  /** The index after the type that begins at the index; the same index if none does. */
  private static int afterType(List<Token> tokens, int start) {
    if (!tokens.get(start).isWord() || STATEMENTS.contains(tokens.get(start).text())) {
      return start;
    }
    int at = afterName(tokens, start);
    while (at < tokens.size() && tokens.get(at).is("<")) {
      at = afterBrackets(tokens, at, "<", ">");
      if (at < tokens.size() && tokens.get(at).is(".")) {
        at = afterName(tokens, at + 1);
      }
    }
    while (at + 1 < tokens.size() && tokens.get(at).is("[") && tokens.get(at + 1).is("]")) {
      at += 2;
    }
    return at;
  }

  private static int afterName(List<Token> tokens, int start) {
    int at = start + 1;
    while (at + 1 < tokens.size() && tokens.get(at).is(".") && tokens.get(at + 1).isWord()) {
      at += 2;
    }
    return Math.min(at, tokens.size());
  }

  private static int afterBrackets(List<Token> tokens, int start, String open, String close) {
    int depth = 0;
    for (int at = start; at < tokens.size(); at++) {
      if (tokens.get(at).is(open)) {
        depth++;
      } else if (tokens.get(at).is(close) && --depth == 0) {
        return at + 1;
      }
    }
    return tokens.size();
  }
}
