package org.adversaria.torch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.adversaria.torch.ScriptTokens.Kind;
import org.adversaria.torch.ScriptTokens.Statement;
import org.adversaria.torch.ScriptTokens.Token;

/** The names that a function of a TorchScript file binds. */
final class ScriptScope {

  /** The words of the language; none of them is a value's name. */
  static final Set<String> WORDS =
      Set.of(
          "and",
          "as",
          "assert",
          "break",
          "continue",
          "del",
          "else",
          "for",
          "if",
          "in",
          "is",
          "not",
          "or",
          "pass",
          "raise",
          "return",
          "while",
          "with",
          "True",
          "False",
          "None");

  private final ScriptClass type;
  private final Set<String> variables = new HashSet<>();
  private final Set<String> aliases = new HashSet<>();
  private boolean selfIsBound;
  private List<Token> result = List.of();

  /**
   * Creates a scope without names.
   *
   * @param type the class of which the function is a method; null if it is none
   */
  ScriptScope(ScriptClass type) {
    this.type = type;
    selfIsBound = type == null;
  }

  /** Collects the names of a function: its parameters and what its statements bind. */
  static ScriptScope of(ScriptClass type, Statement head, List<Statement> body) {
    var scope = new ScriptScope(type);
    List<Token> tokens = head.tokens();
    scope.parameters(tokens);
    body.forEach(statement -> scope.targets(statement.tokens()));
    return scope;
  }

  boolean isVariable(String name) {
    return variables.contains(name);
  }

  /** Whether a name stands for a function of the file. */
  boolean isFunction(String name) {
    return aliases.contains(name);
  }

  /** The type that the function returns. */
  List<Token> result() {
    return result;
  }

  private void parameters(List<Token> tokens) {
    int end = tokens.size() - 1;
    int depth = 0;
    for (int i = 2; i < end; i++) {
      Token before = tokens.get(i - 1);
      if (depth == 1 && tokens.get(i).isName() && (before.is("(") || before.is(","))) {
        variables.add(tokens.get(i).text());
        selfIsBound |= tokens.get(i).is("self") != (i == 3);
      }
      depth += tokens.get(i).depth();
      if (depth == 0) {
        result = tokens.subList(i + 1, end);
        return;
      }
    }
  }

  /** The names before the sign of equality, after {@code for} and after {@code as}. */
  private void targets(List<Token> tokens) {
    for (int i = 1; i < tokens.size(); i++) {
      if (tokens.get(i - 1).is("as") && tokens.get(i).isName()) {
        variables.add(tokens.get(i).text());
      }
    }
    int i = tokens.get(0).is("for") ? 1 : 0;
    while (isTarget(tokens, i)) {
      variables.add(tokens.get(i).text());
      i += ScriptTokens.is(tokens, i + 1, ",") ? 2 : 1;
    }
    if (isAlias(tokens)) {
      aliases.add(tokens.get(0).text());
    }
    for (int at = 0; at < tokens.size(); at++) {
      selfIsBound |= tokens.get(at).is("self") && mayBind(tokens, at);
    }
  }

  /** Whether self at an index is something else than the value before a dot or of getattr. */
  private static boolean mayBind(List<Token> tokens, int index) {
    boolean bracketed =
        ScriptTokens.is(tokens, index - 1, "(") && ScriptTokens.is(tokens, index + 1, ")");
    boolean dotted = ScriptTokens.is(tokens, bracketed ? index + 2 : index + 1, ".");
    boolean getattr =
        ScriptTokens.is(tokens, index - 1, "(") && ScriptTokens.is(tokens, index - 2, "getattr");
    return !dotted && !getattr && !ScriptTokens.is(tokens, index - 1, ".");
  }

  private static boolean isTarget(List<Token> tokens, int index) {
    return index < tokens.size()
        && tokens.get(index).isName()
        && !WORDS.contains(tokens.get(index).text())
        && (ScriptTokens.is(tokens, index + 1, ",")
            || ScriptTokens.is(tokens, index + 1, "=")
            || ScriptTokens.is(tokens, index + 1, ":")
            || ScriptTokens.is(tokens, index + 1, "in"));
  }

  /** {@code _0 = __torch__.module.function}. */
  private static boolean isAlias(List<Token> tokens) {
    boolean alias =
        tokens.size() >= 5
            && ScriptTokens.is(tokens, 1, "=")
            && ScriptTokens.is(tokens, 2, ScriptDefinitions.ROOT);
    for (int i = 3; alias && i < tokens.size(); i++) {
      alias = i % 2 == 1 ? tokens.get(i).is(".") : tokens.get(i).isName();
    }
    return alias;
  }

  /**
   * Whether a name after a dot is a member of the class: the value is {@code self} or {@code
   * (self)}.
   *
   * @param last the index of the value's last token
   */
  boolean isOwn(List<Token> tokens, int last, String member) {
    boolean bracketed =
        ScriptTokens.is(tokens, last, ")") && ScriptTokens.is(tokens, last - 2, "(");
    int index = bracketed ? last - 1 : last;
    int before = bracketed ? last - 3 : last - 1;
    return !selfIsBound
        && ScriptTokens.is(tokens, index, "self")
        && (before < 0 || !endsValue(tokens.get(before)))
        && type.owns(member);
  }

  /** Whether a bracket after a token would call it or take its element. */
  private static boolean endsValue(Token token) {
    return token.is(".")
        || token.is(")")
        || token.is("]")
        || token.kind() == Kind.STRING
        || token.isName() && !WORDS.contains(token.text());
  }
}
