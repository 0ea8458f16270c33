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

  /**
   * Whether a type's tokens name what PyTorch would have to know and not only to expect: a class
   * that has objects, one of their interfaces, a tuple with such a field, or containers of
   * anything.
   */
  boolean namesObject(List<Token> tokens) {
    var name = new StringBuilder();
    boolean container = false;
    for (Token token : tokens) {
      boolean continued =
          token.is(".") || name.length() > 0 && name.charAt(name.length() - 1) == '.';
      if (!continued) {
        name.setLength(0);
      }
      name.append(token.text());
      container |= token.is("List") || token.is("Dict");
      if (container && token.is("Any") || isObject(name.toString(), new HashSet<>())) {
        return true;
      }
    }
    return false;
  }

  private boolean isObject(String name, Set<String> seen) {
    ScriptClass type = classes.get(name);
    if (type == null || !seen.add(name)) {
      return false;
    }
    return type.hasObjects()
        || type.isInterface()
        || type.attributes().values().stream().anyMatch(field -> hasObject(field, seen));
  }

  private boolean hasObject(ScriptType type, Set<String> seen) {
    return type.name().equals("Any")
        || isObject(type.name(), seen)
        || type.arguments().stream().anyMatch(argument -> hasObject(argument, seen));
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
