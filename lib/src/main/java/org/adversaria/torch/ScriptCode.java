package org.adversaria.torch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.adversaria.torch.ScriptTokens.Kind;
import org.adversaria.torch.ScriptTokens.Statement;
import org.adversaria.torch.ScriptTokens.Token;

/**
 * Examines the code of a TorchScript file: each name in it has to be an operator that only
 * computes, see {@link ScriptOperators}, or one that the file itself defines.
 *
 * <p>A name after a dot is an operator wherever the value has no member of that name. As the types
 * of values are not known here, members that have the name of another operator of PyTorch may only
 * follow {@code self}, whose class is known.
 */
final class ScriptCode {

  private static final String ROOT = "__torch__";
  private static final Set<String> BASES =
      Set.of("", "Module", "NamedTuple", "Interface", "ModuleInterface", "Enum");
  private static final Set<String> WORDS =
      Set.of(
          "and",
          "as",
          "assert",
          "break",
          "continue",
          "del",
          "elif",
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
  private static final Set<String> CASTS =
      Set.of("Tensor", "List", "Dict", "Optional", "int", "float", "bool", "str", "number");

  /** A file of code: the name of its definitions before their own, and its statements. */
  private record Source(ScriptEntry entry, String qualifier, List<Statement> statements) {}

  private final List<Source> sources = new ArrayList<>();
  private final Map<String, ScriptClass> classes = new LinkedHashMap<>();
  private final Set<String> functions = new HashSet<>();
  private final Set<String> members = new HashSet<>();

  /** Adds a file; its path is that below the folder of code, without the ending. */
  void add(ScriptEntry entry, String path, byte[] code) {
    String qualifier = path.replace('/', '.');
    if (!path.matches("__torch__(/[A-Za-z_][A-Za-z0-9_]*)*")
        || qualifier.startsWith("__torch__.torch.classes")) {
      throw entry.refused("code of this name is not read");
    }
    // PyTorch gives attributes of these classes other types than their code says.
    if (qualifier.contains(".quantized.") || qualifier.endsWith(".quantized")) {
      throw entry.refused("quantized networks are not read");
    }
    var source = new Source(entry, qualifier, ScriptTokens.statements(entry, code));
    new Scopes(source).run(true);
    sources.add(source);
  }

  /** Examines all files, after the last was added. */
  void examine() {
    sources.forEach(source -> new Scopes(source).run(false));
  }

  /** The classes by their full names. */
  Map<String, ScriptClass> classes() {
    return classes;
  }

  /** Examines a type in a pickle, a text such as {@code Dict[str, Tensor]}; null if it is none. */
  ScriptType type(ScriptEntry entry, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    List<Statement> statements = ScriptTokens.statements(entry, bytes);
    if (statements.size() != 1) {
      return null;
    }
    ScriptType type = ScriptType.of(statements.get(0).tokens());
    return type != null && isKnown(type) ? type : null;
  }

  private boolean isKnown(ScriptType type) {
    boolean known =
        type.name().startsWith(ROOT + ".")
            ? classes.containsKey(type.name())
            : ScriptOperators.isValue(type.name()) || type.name().equals("None");
    return known && type.arguments().stream().allMatch(this::isKnown);
  }

  /** Walks over a file's statements and knows the class and the function of each. */
  private final class Scopes {
    private final Source source;
    private boolean declaring;
    private ScriptClass type;
    private int typeIndent;
    private int functionIndent = -1;
    private Set<String> variables = Set.of();
    private Set<String> aliases = Set.of();
    private boolean selfIsBound;

    private Scopes(Source source) {
      this.source = source;
    }

    /** Collects the definitions, or examines the code. */
    private void run(boolean collect) {
      declaring = collect;
      List<Statement> statements = source.statements;
      for (int i = 0; i < statements.size(); i++) {
        Statement statement = statements.get(i);
        if (functionIndent >= 0 && statement.indent() <= functionIndent) {
          functionIndent = -1;
          variables = Set.of();
          aliases = Set.of();
          selfIsBound = true;
        }
        if (type != null && statement.indent() <= typeIndent) {
          type = null;
        }
        statement(statement, i);
      }
    }

    private void statement(Statement statement, int index) {
      String first = statement.tokens().get(0).text();
      switch (statement.tokens().get(0).isName() ? first : "") {
        case "class" -> declareClass(statement);
        case "def" -> declareFunction(statement, index);
        case "import" -> requireOwnImport(statement);
        case "global", "lambda", "yield", "async", "await", "nonlocal" ->
            throw source.entry.refused(
                statement.line(), Text.format("'%s' is not among the words that are read", first));
        default -> {
          if (functionIndent >= 0) {
            body(statement);
          } else if (type != null) {
            declareAttribute(statement);
          } else {
            requireVersion(statement);
          }
        }
      }
    }

    private void declareClass(Statement statement) {
      List<Token> tokens = statement.tokens();
      boolean plain = tokens.size() == 3 && tokens.get(2).is(":");
      boolean based =
          tokens.size() == 6
              && tokens.get(2).is("(")
              && tokens.get(3).isName()
              && tokens.get(4).is(")")
              && tokens.get(5).is(":");
      String base = based ? tokens.get(3).text() : "";
      if (statement.indent() > 0
          || !plain && !based
          || !tokens.get(1).isName()
          || !BASES.contains(base)) {
        throw source.entry.refused(
            statement.line(), "a class is nested, or of a base that is not read");
      }
      String name = source.qualifier + "." + tokens.get(1).text();
      typeIndent = statement.indent();
      type = declaring ? new ScriptClass(name, base) : classes.get(name);
      if (declaring && classes.put(name, type) != null) {
        throw source.entry.damaged(
            Text.format("line %d: there are two classes %s", statement.line(), name));
      }
    }

    private void declareFunction(Statement statement, int index) {
      List<Token> tokens = statement.tokens();
      boolean nested = functionIndent >= 0 || type == null && statement.indent() > 0;
      if (nested
          || tokens.size() < 5
          || !tokens.get(1).isName()
          || !tokens.get(tokens.size() - 1).is(":")) {
        throw source.entry.refused(
            statement.line(), "a function is nested in another, or has its body in the same line");
      }
      functionIndent = statement.indent();
      if (declaring) {
        String name = tokens.get(1).text();
        if (type == null) {
          functions.add(source.qualifier + "." + name);
        } else {
          member(name);
        }
        return;
      }
      bind(statement, index);
      examine(statement.tokens(), 2);
    }

    private void member(String name) {
      type.members().add(name);
      members.add(name);
    }

    /** Collects the names that a function binds, and those it binds to functions of the file. */
    private void bind(Statement head, int index) {
      variables = new HashSet<>();
      aliases = new HashSet<>();
      selfIsBound = !(type != null && head.tokens().get(3).is("self"));
      parameters(head.tokens());
      List<Statement> statements = source.statements;
      for (int i = index + 1;
          i < statements.size() && statements.get(i).indent() > functionIndent;
          i++) {
        targets(statements.get(i).tokens());
      }
    }

    private void parameters(List<Token> tokens) {
      int depth = 0;
      for (int i = 2; i < tokens.size(); i++) {
        Token before = tokens.get(i - 1);
        if (depth == 1 && tokens.get(i).isName() && (before.is("(") || before.is(","))) {
          variables.add(tokens.get(i).text());
        }
        depth += depth(tokens.get(i));
        if (depth == 0) {
          return;
        }
      }
    }

    /** The names before the sign of equality, after {@code for} and after {@code as}. */
    private void targets(List<Token> tokens) {
      for (int i = 1; i < tokens.size(); i++) {
        if (tokens.get(i - 1).is("as") && tokens.get(i).isName()) {
          target(tokens.get(i).text());
        }
      }
      int i = tokens.get(0).is("for") ? 1 : 0;
      while (isTarget(tokens, i)) {
        target(tokens.get(i).text());
        alias(tokens, i);
        i += is(tokens, i + 1, ",") ? 2 : 1;
      }
    }

    private boolean isTarget(List<Token> tokens, int index) {
      return index < tokens.size()
          && tokens.get(index).isName()
          && !WORDS.contains(tokens.get(index).text())
          && (is(tokens, index + 1, ",")
              || is(tokens, index + 1, "=")
              || is(tokens, index + 1, ":")
              || is(tokens, index + 1, "in"));
    }

    private void target(String name) {
      variables.add(name);
      selfIsBound |= name.equals("self");
    }

    /** {@code _0 = __torch__.module.function}. */
    private void alias(List<Token> tokens, int index) {
      if (index != 0 || tokens.size() < 4 || !tokens.get(1).is("=") || !tokens.get(2).is(ROOT)) {
        return;
      }
      boolean dotted = true;
      for (int i = 3; i < tokens.size(); i++) {
        dotted &= i % 2 == 1 ? tokens.get(i).is(".") : tokens.get(i).isName();
      }
      if (dotted) {
        aliases.add(tokens.get(0).text());
      }
    }

    private void requireOwnImport(Statement statement) {
      List<Token> tokens = statement.tokens();
      boolean own = statement.indent() == 0 && tokens.size() > 1 && tokens.get(1).is(ROOT);
      for (int i = 1; i < tokens.size(); i++) {
        own &= i % 2 == 1 ? tokens.get(i).isName() : tokens.get(i).is(".");
      }
      if (!own) {
        throw source.entry.refused(
            statement.line(),
            "an import of other code than the file's own is not among what is read");
      }
    }

    /** Old files begin with {@code op_version_set = 1}. */
    private void requireVersion(Statement statement) {
      List<Token> tokens = statement.tokens();
      boolean version =
          tokens.size() == 3
              && tokens.get(0).is("op_version_set")
              && tokens.get(1).is("=")
              && tokens.get(2).kind() == Kind.NUMBER;
      if (!version) {
        throw source.entry.refused(
            statement.line(),
            Text.format(
                "'%s' stands outside of classes and functions",
                ScriptEntry.printable(tokens.get(0).text())));
      }
    }

    /** {@code name : Type}, {@code name : Final[int] = 1}, {@code __parameters__ = ["name", ]}. */
    private void declareAttribute(Statement statement) {
      List<Token> tokens = statement.tokens();
      Token name = tokens.get(0);
      boolean annotation =
          tokens.size() > 5
              && name.is("__annotations__")
              && tokens.get(1).is("[")
              && tokens.get(2).kind() == Kind.STRING
              && tokens.get(3).is("]")
              && tokens.get(4).is("=");
      boolean typed = tokens.size() > 2 && name.isName() && tokens.get(1).is(":");
      boolean list = tokens.size() > 3 && name.isName() && tokens.get(1).is("=");
      if (annotation) {
        attribute(statement, tokens.get(2).text(), tokens.subList(5, tokens.size()));
      } else if (typed) {
        attribute(statement, name.text(), tokens.subList(2, tokens.size()));
      } else if (list) {
        constant(statement, name.text(), tokens.subList(2, tokens.size()));
      } else if (!name.is("pass")) {
        throw source.entry.refused(
            statement.line(), "a statement in a class is neither an attribute nor a function");
      }
    }

    private void constant(Statement statement, String name, List<Token> value) {
      if (declaring) {
        if (!name.startsWith("__")) {
          member(name);
        }
        return;
      }
      if (value.stream().anyMatch(token -> token.isName() && !WORDS.contains(token.text()))) {
        throw source.entry.refused(
            statement.line(), Text.format("the value of '%s' in a class is computed", name));
      }
    }

    private void attribute(Statement statement, String name, List<Token> tokens) {
      int equals = 0;
      while (equals < tokens.size() && !tokens.get(equals).is("=")) {
        equals++;
      }
      ScriptType read = ScriptType.of(tokens.subList(0, equals));
      if (read == null) {
        throw source.entry.refused(
            statement.line(),
            Text.format("the type of '%s' is not read", ScriptEntry.printable(name)));
      }
      if (!declaring) {
        examine(tokens, 0);
      } else {
        member(name);
        if (equals == tokens.size() && type.attributes().put(name, read) != null) {
          throw source.entry.damaged(
              Text.format(
                  "line %d: there are two attributes '%s'",
                  statement.line(), ScriptEntry.printable(name)));
        }
      }
    }

    private void body(Statement statement) {
      if (!declaring) {
        examine(statement.tokens(), 0);
      }
    }

    /** Examines every name of a statement. */
    private void examine(List<Token> tokens, int start) {
      for (int i = start; i < tokens.size(); i++) {
        Token token = tokens.get(i);
        if (token.kind() == Kind.STRING) {
          string(tokens, i);
        } else if (token.isName() && i > start && tokens.get(i - 1).is(".")) {
          requireMember(tokens, i, token.text(), i - 2);
        } else if (token.is("for") && i > 0) {
          throw source.entry.refused(token.line(), "a comprehension, which PyTorch does not write");
        } else if (token.isName() && !WORDS.contains(token.text())) {
          i = name(tokens, i);
        }
      }
    }

    /** Types may be written as strings; those of PyTorch's own classes are refused. */
    private void string(List<Token> tokens, int index) {
      Token token = tokens.get(index);
      String text = token.text();
      boolean joined = index > 0 && tokens.get(index - 1).kind() == Kind.STRING;
      if (joined
          || text.startsWith("torch.classes")
          || text.startsWith("torch.cuda.Stream")
          || text.startsWith("torch.cuda.Event")
          || text.startsWith("__torch__.torch.classes")) {
        throw source.entry.refused(
            token.line(),
            Text.format(
                "'%s', a custom class of PyTorch or joined strings", ScriptEntry.printable(text)));
      }
    }

    /** Examines a name that follows no dot; returns the index of the last token it covers. */
    private int name(List<Token> tokens, int index) {
      Token token = tokens.get(index);
      String text = token.text();
      switch (text) {
        case "torch":
          return requireOperator(tokens, index, 1);
        case "ops":
          return requireOperator(tokens, index, 2);
        case "CONSTANTS":
          return requireConstant(tokens, index);
        case ROOT:
          return requireOwn(tokens, index);
        default:
      }
      boolean call = is(tokens, index + 1, "(");
      boolean keyword =
          is(tokens, index + 1, "=")
              && index > 0
              && (is(tokens, index - 1, "(") || is(tokens, index - 1, ","));
      if (keyword) {
        return index;
      }
      if (call) {
        requireFunction(tokens, index);
      } else if (!variables.contains(text) && !ScriptOperators.isValue(text)) {
        throw notAdmitted(token, text);
      }
      return index;
    }

    private void requireFunction(List<Token> tokens, int index) {
      Token token = tokens.get(index);
      if (!aliases.contains(token.text()) && !ScriptOperators.isFunction(token.text())) {
        throw notAdmitted(token, token.text());
      }
      if (token.is("getattr")) {
        requireAttribute(tokens, index);
      } else if (token.is("unchecked_cast")) {
        requireCast(tokens, index);
      }
    }

    /** {@code getattr(value, "name")}. */
    private void requireAttribute(List<Token> tokens, int index) {
      int end = end(tokens, index + 1);
      boolean literal =
          end - index >= 5
              && tokens.get(end - 1).kind() == Kind.STRING
              && tokens.get(end - 2).is(",");
      if (!literal) {
        throw source.entry.refused(
            tokens.get(index).line(), "'getattr' of a name that is no literal");
      }
      requireMember(tokens, end - 1, tokens.get(end - 1).text(), end - 3);
    }

    /** PyTorch believes the type of a cast: only types whose values it checks at every use. */
    private void requireCast(List<Token> tokens, int index) {
      int end = end(tokens, index + 1);
      for (int i = index + 2;
          i < end && !(is(tokens, i, ",") && i > index + 2 && balanced(tokens, index + 2, i));
          i++) {
        Token token = tokens.get(i);
        if (token.kind() == Kind.STRING || token.isName() && !CASTS.contains(token.text())) {
          throw source.entry.refused(
              token.line(),
              Text.format("'unchecked_cast' to '%s'", ScriptEntry.printable(token.text())));
        }
      }
    }

    /** {@code torch.name(} or {@code ops.space.name(}. */
    private int requireOperator(List<Token> tokens, int index, int parts) {
      var name = new StringBuilder(tokens.get(index).text());
      int end = index;
      while (is(tokens, end + 1, ".") && end + 2 < tokens.size() && tokens.get(end + 2).isName()) {
        end += 2;
        name.append('.').append(tokens.get(end).text());
      }
      boolean complete = end == index + 2 * parts && is(tokens, end + 1, "(");
      if (!complete || !ScriptOperators.computes(name.toString())) {
        throw notAdmitted(tokens.get(index), name.toString());
      }
      return end;
    }

    private int requireConstant(List<Token> tokens, int index) {
      boolean constant =
          is(tokens, index + 1, ".")
              && index + 2 < tokens.size()
              && tokens.get(index + 2).text().matches("c[0-9]{1,9}");
      if (!constant) {
        throw notAdmitted(tokens.get(index), "CONSTANTS");
      }
      return index + 2;
    }

    /** {@code __torch__.module.Name}, a class or function of the file. */
    private int requireOwn(List<Token> tokens, int index) {
      var name = new StringBuilder(ROOT);
      int end = index;
      while (is(tokens, end + 1, ".") && end + 2 < tokens.size() && tokens.get(end + 2).isName()) {
        end += 2;
        name.append('.').append(tokens.get(end).text());
        String qualified = name.toString();
        if (classes.containsKey(qualified) || functions.contains(qualified)) {
          return end;
        }
      }
      throw notAdmitted(tokens.get(index), name.toString());
    }

    /** Examines a name after a dot; before is the index of the token before the dot. */
    private void requireMember(List<Token> tokens, int index, String name, int before) {
      boolean own = isSelf(tokens, before) && type.members().contains(name);
      if (own || ScriptOperators.isMethod(name)) {
        return;
      }
      if (!members.contains(name) || ScriptOperators.isRefused(name)) {
        throw notAdmitted(tokens.get(index), "." + name);
      }
    }

    /** Whether the value whose last token is at an index is {@code self} or {@code (self)}. */
    private boolean isSelf(List<Token> tokens, int last) {
      boolean bracketed = is(tokens, last, ")") && is(tokens, last - 2, "(");
      int index = bracketed ? last - 1 : last;
      if (type == null || selfIsBound || !is(tokens, index, "self")) {
        return false;
      }
      Token before =
          index - (bracketed ? 2 : 1) < 0 ? null : tokens.get(index - (bracketed ? 2 : 1));
      return before == null
          || before.kind() == Kind.SIGN && !before.is(".") && !before.is(")") && !before.is("]")
          || WORDS.contains(before.text());
    }

    private TorchScriptException notAdmitted(Token token, String name) {
      return source.entry.refused(
          token.line(),
          Text.format(
              "'%s' is not among the operators that only compute", ScriptEntry.printable(name)));
    }
  }

  private static boolean is(List<Token> tokens, int index, String sign) {
    return index >= 0 && index < tokens.size() && tokens.get(index).is(sign);
  }

  private static int depth(Token token) {
    if (token.is("(") || token.is("[") || token.is("{")) {
      return 1;
    }
    return token.is(")") || token.is("]") || token.is("}") ? -1 : 0;
  }

  private static boolean balanced(List<Token> tokens, int start, int end) {
    return tokens.subList(start, end).stream().mapToInt(ScriptCode::depth).sum() == 0;
  }

  /** The index of the bracket that closes the one at an index. */
  private static int end(List<Token> tokens, int open) {
    int depth = 0;
    for (int i = open; i < tokens.size(); i++) {
      depth += depth(tokens.get(i));
      if (depth == 0) {
        return i;
      }
    }
    return tokens.size() - 1;
  }
}
