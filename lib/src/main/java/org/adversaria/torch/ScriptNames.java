package org.adversaria.torch;

import java.util.List;
import java.util.Set;
import org.adversaria.torch.ScriptTokens.Kind;
import org.adversaria.torch.ScriptTokens.Token;

/**
 * Examines the names in a statement of a TorchScript file: each has to be an operator that only
 * computes, see {@link ScriptOperators}, or one that the file defines.
 *
 * <p>A name after a dot is an operator wherever the value has no member of that name. As the types
 * of values are not known here, members that have the name of another operator of PyTorch may only
 * follow {@code self}, whose class is known.
 */
final class ScriptNames {

  /** PyTorch believes the type of a cast; it checks the values of these types at every use. */
  private static final Set<String> CASTS =
      Set.of("Tensor", "List", "Dict", "Optional", "int", "float", "bool", "str", "number");

  private final ScriptEntry entry;
  private final ScriptDefinitions definitions;
  private final ScriptScope scope;

  ScriptNames(ScriptEntry entry, ScriptDefinitions definitions, ScriptScope scope) {
    this.entry = entry;
    this.definitions = definitions;
    this.scope = scope;
  }

  /** Examines the tokens from an index. */
  void examine(List<Token> tokens, int start) {
    for (int i = start; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.kind() == Kind.STRING) {
        requirePlain(tokens, i);
      } else if (token.isName() && i > start && tokens.get(i - 1).is(".")) {
        requireMember(tokens, i, token.text(), i - 2);
      } else if (token.is("for") && i > 0) {
        throw entry.refused(token.line(), "a comprehension, which PyTorch does not write");
      } else if (token.isName() && !ScriptScope.WORDS.contains(token.text())) {
        i = name(tokens, i);
      }
    }
    requireTypedElements(tokens);
  }

  /** Types may be written as strings; those of PyTorch's own classes are refused. */
  private void requirePlain(List<Token> tokens, int index) {
    Token token = tokens.get(index);
    String text = token.text();
    boolean joined = index > 0 && tokens.get(index - 1).kind() == Kind.STRING;
    if (joined
        || text.startsWith("torch.classes")
        || text.startsWith("torch.cuda.Stream")
        || text.startsWith("torch.cuda.Event")
        || text.startsWith("__torch__.torch.classes")) {
      throw entry.refused(
          token.line(),
          Text.format(
              "'%s', a custom class of PyTorch or joined strings", ScriptEntry.printable(text)));
    }
  }

  /** Examines a name that follows no dot; returns the index of the last token it covers. */
  private int name(List<Token> tokens, int index) {
    Token token = tokens.get(index);
    switch (token.text()) {
      case "torch":
        return requireOperator(tokens, index, 1);
      case "ops":
        return requireOperator(tokens, index, 2);
      case "CONSTANTS":
        return requireConstant(tokens, index);
      case ScriptDefinitions.ROOT:
        return requireOwn(tokens, index);
      default:
        requireName(tokens, index);
        return index;
    }
  }

  private void requireName(List<Token> tokens, int index) {
    Token token = tokens.get(index);
    boolean argument =
        ScriptTokens.is(tokens, index + 1, "=")
            && (ScriptTokens.is(tokens, index - 1, "(") || ScriptTokens.is(tokens, index - 1, ","));
    if (ScriptTokens.is(tokens, index + 1, "(")) {
      requireFunction(tokens, index);
    } else if (!argument
        && !scope.isVariable(token.text())
        && !ScriptOperators.isValue(token.text())) {
      throw notAdmitted(token, token.text());
    }
  }

  private void requireFunction(List<Token> tokens, int index) {
    Token token = tokens.get(index);
    if (!scope.isFunction(token.text()) && !ScriptOperators.isFunction(token.text())) {
      throw notAdmitted(token, token.text());
    }
    int end = ScriptTokens.end(tokens, index + 1);
    int comma = ScriptTokens.first(",", tokens, index + 2, end);
    switch (token.text()) {
      case "getattr" -> requireAttribute(tokens, index, end);
      case "unchecked_cast" -> requireCast(tokens.subList(index + 2, comma));
      case "annotate" ->
          requireElement(token, tokens.subList(index + 2, comma), tokens.subList(comma, end));
      default -> {}
    }
  }

  /** {@code getattr(value, "name")}. */
  private void requireAttribute(List<Token> tokens, int index, int end) {
    Token name = tokens.get(end - 1);
    if (name.kind() != Kind.STRING || !ScriptTokens.is(tokens, end - 2, ",")) {
      throw entry.refused(name.line(), "'getattr' of a name that is no literal");
    }
    boolean single = end - index == 5;
    requireMember(tokens, end - 1, name.text(), single ? end - 3 : -1);
  }

  private void requireCast(List<Token> type) {
    for (Token token : type) {
      if (token.kind() == Kind.STRING || token.isName() && !CASTS.contains(token.text())) {
        throw entry.refused(
            token.line(),
            Text.format("'unchecked_cast' to '%s'", ScriptEntry.printable(token.text())));
      }
    }
  }

  /**
   * An element of a module of modules has, for PyTorch, the type that is expected where it stands,
   * which nothing checks.
   */
  private void requireTypedElements(List<Token> tokens) {
    if (tokens.get(0).is("return")) {
      requireElement(tokens.get(0), scope.result(), tokens);
      return;
    }
    int colon = ScriptTokens.first(":", tokens, 0, tokens.size());
    if (colon < tokens.size()) {
      int equals = ScriptTokens.first("=", tokens, colon, tokens.size());
      requireElement(
          tokens.get(0), tokens.subList(colon, equals), tokens.subList(equals, tokens.size()));
    }
  }

  private void requireElement(Token place, List<Token> type, List<Token> value) {
    if (definitions.namesObject(type) && value.stream().anyMatch(token -> token.is("["))) {
      throw entry.refused(place.line(), "an object of a class that is taken out of a container");
    }
  }

  /** {@code torch.name(} or {@code ops.space.name(}. */
  private int requireOperator(List<Token> tokens, int index, int parts) {
    var name = new StringBuilder(tokens.get(index).text());
    int end = index;
    while (ScriptTokens.is(tokens, end + 1, ".")
        && end + 2 < tokens.size()
        && tokens.get(end + 2).isName()) {
      end += 2;
      name.append('.').append(tokens.get(end).text());
    }
    boolean complete = end == index + 2 * parts && ScriptTokens.is(tokens, end + 1, "(");
    if (!complete || !ScriptOperators.computes(name.toString())) {
      throw notAdmitted(tokens.get(index), name.toString());
    }
    return end;
  }

  private int requireConstant(List<Token> tokens, int index) {
    boolean constant =
        ScriptTokens.is(tokens, index + 1, ".")
            && index + 2 < tokens.size()
            && tokens.get(index + 2).text().matches("c[0-9]{1,9}");
    if (!constant) {
      throw notAdmitted(tokens.get(index), "CONSTANTS");
    }
    return index + 2;
  }

  /** {@code __torch__.module.Name}, a class or function of the file; {@code .__new__} makes one. */
  private int requireOwn(List<Token> tokens, int index) {
    int end = definitions.end(tokens, index);
    if (end < 0) {
      var name = new StringBuilder(ScriptDefinitions.ROOT);
      for (int i = index + 1;
          i < tokens.size() && (tokens.get(i).is(".") || tokens.get(i - 1).is("."));
          i++) {
        name.append(tokens.get(i).text());
      }
      throw notAdmitted(tokens.get(index), name.toString());
    }
    boolean creation =
        ScriptTokens.is(tokens, end + 1, ".") && ScriptTokens.is(tokens, end + 2, "__new__");
    return creation ? end + 2 : end;
  }

  /** Examines a name after a dot; last is the index of the token before the dot. */
  private void requireMember(List<Token> tokens, int index, String name, int last) {
    boolean computes = scope.isOwn(tokens, last, name) || ScriptOperators.isMethod(name);
    boolean member = definitions.members().contains(name) && !ScriptOperators.isRefused(name);
    if (!computes && !member) {
      throw notAdmitted(tokens.get(index), "." + name);
    }
  }

  private RuntimeException notAdmitted(Token token, String name) {
    return entry.refused(
        token.line(),
        Text.format(
            "'%s' is not among the operators that only compute", ScriptEntry.printable(name)));
  }
}
