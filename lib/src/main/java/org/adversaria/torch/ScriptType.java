package org.adversaria.torch;

import java.util.ArrayList;
import java.util.List;
import org.adversaria.torch.ScriptTokens.Token;

/**
 * A type in the code of a TorchScript file.
 *
 * @param name such as {@code Tensor}, {@code List} or {@code __torch__.Network}
 * @param arguments those in brackets
 */
record ScriptType(String name, List<ScriptType> arguments) {

  private static final int MAXIMAL_DEPTH = 20;

  /** Reads a type from a part of a statement; null if it is none. */
  static ScriptType of(List<Token> tokens) {
    var parser = new Parser(tokens);
    ScriptType type = parser.type(0);
    return type != null && parser.position == tokens.size() ? type : null;
  }

  private static final class Parser {
    private final List<Token> tokens;
    private int position;

    private Parser(List<Token> tokens) {
      this.tokens = tokens;
    }

    private ScriptType type(int depth) {
      if (depth > MAXIMAL_DEPTH || position >= tokens.size() || !tokens.get(position).isName()) {
        return null;
      }
      var name = new StringBuilder(tokens.get(position++).text());
      while (next(".") && position < tokens.size() && tokens.get(position).isName()) {
        name.append('.').append(tokens.get(position++).text());
      }
      var arguments = new ArrayList<ScriptType>();
      if (next("[") && !arguments(depth, arguments)) {
        return null;
      }
      return new ScriptType(name.toString(), arguments);
    }

    private boolean arguments(int depth, List<ScriptType> arguments) {
      // The type of the empty tuple is Tuple[()].
      if (next("(")) {
        return next(")") && next("]");
      }
      while (!next("]")) {
        ScriptType argument = type(depth + 1);
        if (argument == null
            || !next(",") && (position >= tokens.size() || !tokens.get(position).is("]"))) {
          return false;
        }
        arguments.add(argument);
      }
      return true;
    }

    private boolean next(String sign) {
      boolean found = position < tokens.size() && tokens.get(position).is(sign);
      position += found ? 1 : 0;
      return found;
    }
  }
}
