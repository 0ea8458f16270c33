package org.adversaria.torch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits the code of a TorchScript file into statements and tokens as PyTorch's lexer does. What
 * PyTorch never writes and the two might read differently is refused: tabs, continued lines,
 * strings of three quotes, numbers next to names, type comments.
 */
final class ScriptTokens {

  /** The kinds of tokens. */
  enum Kind {
    NAME,
    NUMBER,
    STRING,
    SIGN
  }

  /**
   * A token.
   *
   * @param kind of the token
   * @param text of the token; of a string its value
   * @param line from 1
   */
  record Token(Kind kind, String text, int line) {

    boolean is(String sign) {
      return kind != Kind.STRING && text.equals(sign);
    }

    boolean isName() {
      return kind == Kind.NAME;
    }

    /** How much deeper in brackets the next token is. */
    int depth() {
      if (is("(") || is("[") || is("{")) {
        return 1;
      }
      return is(")") || is("]") || is("}") ? -1 : 0;
    }
  }

  /**
   * A logical line.
   *
   * @param indent its spaces
   * @param tokens at least one
   */
  record Statement(int indent, List<Token> tokens) {

    int line() {
      return tokens.get(0).line;
    }
  }

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern NUMBER =
      Pattern.compile("([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?j?");
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-3][0-7]{2})");
  private static final String SIGNS = "+-*/%@()[]:,={}><.?!&^|~";
  private static final int MAXIMAL_DEPTH = 100;

  /**
   * PyTorch reads and compiles what stands within each other by recursion, which ends the process
   * where the stack does. Its own code stays far below; 1,000 sums in a row are too many.
   */
  private static final int MAXIMAL_NESTING = 300;

  private static final int MAXIMAL_INDENT = 100;

  /** Signs and words that put what is before, or after, them one deeper. */
  private static final String NESTING_SIGNS = "([{.+-*/%@<>=!&^|~";

  private static final Set<String> NESTING_WORDS = Set.of("not", "and", "or", "in", "if", "else");

  private final ScriptEntry entry;
  private final String code;
  private final List<Statement> statements = new ArrayList<>();
  private List<Token> tokens = new ArrayList<>();
  private int indent;
  private int line = 1;
  private int position;
  private int depth;
  private int nesting;

  /** The nesting at each open bracket, the innermost first. */
  private final Deque<Integer> brackets = new ArrayDeque<>();

  private ScriptTokens(ScriptEntry entry, byte[] code) {
    this.entry = entry;
    // Bytes as PyTorch sees them; only strings and comments may have other than ASCII.
    this.code = new String(code, StandardCharsets.ISO_8859_1);
  }

  /** The statements of a file of code. */
  static List<Statement> statements(ScriptEntry entry, byte[] code) {
    var lexer = new ScriptTokens(entry, code);
    if (lexer.code.chars().anyMatch(c -> c < ' ' && c != '\n' || c == 127)) {
      throw entry.refused("its code has tabs or other control characters");
    }
    while (lexer.position < lexer.code.length()) {
      lexer.next();
    }
    lexer.endStatement();
    if (lexer.depth != 0) {
      throw entry.damaged("its code ends within brackets");
    }
    return lexer.statements;
  }

  /** Whether there is a token at an index, and it is a sign or name. */
  static boolean is(List<Token> tokens, int index, String text) {
    return index >= 0 && index < tokens.size() && tokens.get(index).is(text);
  }

  /** The index of the bracket that closes the one at an index. */
  static int end(List<Token> tokens, int open) {
    int depth = 0;
    for (int i = open; i < tokens.size(); i++) {
      depth += tokens.get(i).depth();
      if (depth == 0) {
        return i;
      }
    }
    return tokens.size() - 1;
  }

  /** The index of the first sign outside of brackets in a range; its end if there is none. */
  static int first(String sign, List<Token> tokens, int start, int end) {
    int depth = 0;
    for (int i = start; i < end; i++) {
      if (depth == 0 && tokens.get(i).is(sign)) {
        return i;
      }
      depth += tokens.get(i).depth();
    }
    return end;
  }

  private void next() {
    char c = code.charAt(position);
    if (c == '\n') {
      position++;
      line++;
      if (depth == 0) {
        endStatement();
      }
    } else if (c == ' ') {
      position++;
    } else if (c == '#') {
      comment();
    } else if (c == '"' || c == '\'') {
      string();
    } else if (c >= '0' && c <= '9' || c == '.' && match(NUMBER) != null) {
      number();
    } else if (match(NAME) != null) {
      name(match(NAME));
    } else {
      sign(c);
    }
  }

  private void endStatement() {
    nesting = 0;
    if (!tokens.isEmpty()) {
      if (indent > MAXIMAL_INDENT) {
        throw entry.refused(line, Text.format("more than %d spaces before it", MAXIMAL_INDENT));
      }
      if (tokens.get(0).is("elif")) {
        throw entry.refused(line, "'elif', which PyTorch does not write");
      }
      statements.add(new Statement(indent, List.copyOf(tokens)));
      tokens = new ArrayList<>();
    }
  }

  private void comment() {
    if (code.startsWith("# type:", position)) {
      throw entry.refused(line, "a comment with types, which PyTorch does not write, is not read");
    }
    int end = code.indexOf('\n', position);
    position = end < 0 ? code.length() : end;
  }

  private void string() {
    char quote = code.charAt(position);
    if (code.startsWith(String.valueOf(quote).repeat(3), position)) {
      throw entry.refused(line, "a string of three quotes, which PyTorch does not write");
    }
    var value = new StringBuilder();
    int at = position + 1;
    while (at < code.length() && code.charAt(at) != quote && code.charAt(at) != '\n') {
      int length = code.charAt(at) == '\\' ? escape(at, value) : 1;
      if (length == 1) {
        value.append(code.charAt(at));
      }
      at += length;
    }
    if (at >= code.length() || code.charAt(at) != quote) {
      throw entry.damaged(Text.format("line %d has a string without an end", line));
    }
    add(Kind.STRING, value.toString(), at + 1 - position);
  }

  /** Decodes a backslash and what follows it; returns their length. */
  private int escape(int at, StringBuilder value) {
    char c = at + 1 < code.length() ? code.charAt(at + 1) : '\n';
    int letter = "\\'\"abfnvt".indexOf(c);
    if (letter >= 0) {
      value.append("\\'\"\u0007\b\f\n\u000b\t".charAt(letter));
      return 2;
    }
    Matcher octal = OCTAL.matcher(code).region(at, code.length());
    if (!octal.lookingAt()) {
      throw entry.refused(line, "a string with an escape that PyTorch does not write");
    }
    value.append((char) Integer.parseInt(octal.group(1), 8));
    return 4;
  }

  private void number() {
    String text = match(NUMBER);
    int end = position + text.length();
    if (end < code.length()
        && (Character.isLetterOrDigit(code.charAt(end)) || "_.".indexOf(code.charAt(end)) >= 0)) {
      throw entry.refused(line, Text.format("a number next to a name, after '%s'", text));
    }
    add(Kind.NUMBER, text, text.length());
  }

  private void name(String name) {
    String before = tokens.isEmpty() ? "" : tokens.get(tokens.size() - 1).text;
    // PyTorch reads 'is nothing' as 'is not' and 'hing'.
    boolean split =
        before.equals("is") && name.startsWith("not") && !name.equals("not")
            || before.equals("not") && name.startsWith("in") && !name.equals("in");
    if (split) {
      throw entry.refused(
          line, Text.format("'%s %s', which PyTorch would read as other words", before, name));
    }
    add(Kind.NAME, name, name.length());
  }

  private void sign(char c) {
    if (SIGNS.indexOf(c) < 0) {
      throw entry.refused(line, Text.format("character %d, which PyTorch does not write", (int) c));
    }
    if ("([{".indexOf(c) >= 0 && ++depth > MAXIMAL_DEPTH) {
      throw entry.refused(line, Text.format("more than %d nested brackets", MAXIMAL_DEPTH));
    }
    if (")]}".indexOf(c) >= 0 && --depth < 0) {
      throw entry.damaged(Text.format("line %d closes a bracket that is not open", line));
    }
    add(Kind.SIGN, String.valueOf(c), 1);
  }

  private void add(Kind kind, String text, int length) {
    if (tokens.isEmpty()) {
      indent = position - 1 - code.lastIndexOf('\n', position);
    }
    tokens.add(new Token(kind, text, line));
    position += length;
    nest(tokens.get(tokens.size() - 1));
  }

  /** Counts how deep a token stands; what commas and colons part is as deep as its bracket. */
  private void nest(Token token) {
    if (token.kind == Kind.SIGN && NESTING_SIGNS.contains(token.text)
        || token.isName() && NESTING_WORDS.contains(token.text)) {
      nesting++;
    }
    if (token.depth() > 0) {
      brackets.push(nesting);
    } else if (token.depth() < 0) {
      nesting = brackets.pop();
    } else if (token.is(",") || token.is(":")) {
      nesting = brackets.isEmpty() ? 0 : brackets.peek();
    }
    if (nesting > MAXIMAL_NESTING) {
      throw entry.refused(
          line, Text.format("more than %d operators within each other", MAXIMAL_NESTING));
    }
  }

  private String match(Pattern pattern) {
    Matcher matcher = pattern.matcher(code).region(position, code.length());
    return matcher.lookingAt() ? matcher.group() : null;
  }
}
