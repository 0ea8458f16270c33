package org.adversaria.torch;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.adversaria.torch.ScriptTokens.Token;

/** What the code of a TorchScript file defines. */
final class ScriptDefinitions {

  /** The root of all names that files define. */
  static final String ROOT = "__torch__";

  private final Map<String, ScriptClass> classes = new LinkedHashMap<>();
  private final Set<String> functions = new HashSet<>();
  private final Set<String> members = new HashSet<>();

  /** The classes by their full names. */
  Map<String, ScriptClass> classes() {
    return classes;
  }

  /** The full names of functions. */
  Set<String> functions() {
    return functions;
  }

  /** The names of attributes, constants and methods of all classes. */
  Set<String> members() {
    return members;
  }

  /** The index of the last token of the class or function that is named from an index; or -1. */
  int end(List<Token> tokens, int index) {
    var name = new StringBuilder(ROOT);
    for (int i = index + 2; i < tokens.size() && tokens.get(i).isName(); i += 2) {
      if (!tokens.get(i - 1).is(".")) {
        return -1;
      }
      name.append('.').append(tokens.get(i).text());
      if (classes.containsKey(name.toString()) || functions.contains(name.toString())) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a type's tokens name a class that has objects, or one of their interfaces. */
  boolean namesObject(List<Token> tokens) {
    var name = new StringBuilder();
    for (Token token : tokens) {
      boolean continued =
          token.is(".") || name.length() > 0 && name.charAt(name.length() - 1) == '.';
      if (!continued) {
        name.setLength(0);
      }
      name.append(token.text());
      ScriptClass type = classes.get(name.toString());
      if (type != null && (type.hasObjects() || type.isInterface())) {
        return true;
      }
    }
    return false;
  }

  /** Whether all names of a type are known. */
  boolean isKnown(ScriptType type) {
    boolean known =
        classes.containsKey(type.name())
            || ScriptOperators.isValue(type.name())
            || type.name().equals("None");
    return known && type.arguments().stream().allMatch(this::isKnown);
  }
}
