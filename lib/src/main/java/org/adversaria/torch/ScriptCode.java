package org.adversaria.torch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.adversaria.torch.ScriptTokens.Kind;
import org.adversaria.torch.ScriptTokens.Statement;
import org.adversaria.torch.ScriptTokens.Token;

/**
 * Examines the code of a TorchScript file: classes and functions as PyTorch writes them, whose
 * names {@link ScriptNames} examines.
 */
final class ScriptCode {

  private static final Set<String> BASES =
      Set.of("", "Module", "NamedTuple", "Interface", "ModuleInterface", "Enum");

  /** A file of code: the name of its definitions before their own, and its statements. */
  private record Source(ScriptEntry entry, String qualifier, List<Statement> statements) {}

  private final List<Source> sources = new ArrayList<>();
  private final ScriptDefinitions definitions = new ScriptDefinitions();

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
    new Walk(source, true).run();
    sources.add(source);
  }

  /** Examines all files, after the last was added. */
  void examine() {
    sources.forEach(source -> new Walk(source, false).run());
  }

  /** The classes by their full names. */
  Map<String, ScriptClass> classes() {
    return definitions.classes();
  }

  /** Reads a type in a pickle, a text such as {@code Dict[str, Tensor]}; null if it is none. */
  ScriptType type(ScriptEntry entry, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    List<Statement> statements = ScriptTokens.statements(entry, bytes);
    ScriptType type = statements.size() == 1 ? ScriptType.of(statements.get(0).tokens()) : null;
    return type != null && definitions.isKnown(type) ? type : null;
  }

  /** Walks over a file's statements, to collect its definitions or to examine it. */
  private final class Walk {
    private final ScriptEntry entry;
    private final Source source;
    private final boolean collects;
    private ScriptClass type;
    private int typeIndent;
    private int functionIndent = -1;
    private ScriptScope scope = new ScriptScope(null);

    private Walk(Source source, boolean collects) {
      this.source = source;
      this.collects = collects;
      entry = source.entry;
    }

    private void run() {
      for (int i = 0; i < source.statements.size(); i++) {
        Statement statement = source.statements.get(i);
        if (functionIndent >= 0 && statement.indent() <= functionIndent) {
          functionIndent = -1;
          scope = new ScriptScope(null);
        }
        if (type != null && statement.indent() <= typeIndent) {
          type = null;
        }
        statement(statement, i);
      }
    }

    private void statement(Statement statement, int index) {
      Token first = statement.tokens().get(0);
      if (first.is("class")) {
        declareClass(statement);
      } else if (first.is("def")) {
        declareFunction(statement, index);
      } else if (first.is("import")) {
        requireOwnImport(statement);
      } else if (first.is("global")) {
        throw entry.refused(first.line(), "'global' is not among the words that are read");
      } else if (functionIndent >= 0) {
        examine(statement.tokens(), 0);
      } else if (type != null) {
        declareAttribute(statement);
      } else {
        requireVersion(statement);
      }
    }

    private void examine(List<Token> tokens, int start) {
      if (!collects) {
        new ScriptNames(entry, definitions, scope).examine(tokens, start);
      }
    }

    private void declareClass(Statement statement) {
      List<Token> tokens = statement.tokens();
      boolean plain = tokens.size() == 3;
      boolean based = tokens.size() == 6 && tokens.get(2).is("(") && tokens.get(4).is(")");
      String base = based ? tokens.get(3).text() : "";
      boolean read =
          statement.indent() == 0
              && (plain || based)
              && tokens.get(1).isName()
              && BASES.contains(base)
              && tokens.get(tokens.size() - 1).is(":");
      if (!read) {
        throw entry.refused(statement.line(), "a class is nested, or of a base that is not read");
      }
      String name = source.qualifier + "." + tokens.get(1).text();
      typeIndent = statement.indent();
      type = collects ? new ScriptClass(name, base) : classes().get(name);
      if (collects && classes().put(name, type) != null) {
        throw entry.damaged(
            Text.format("line %d: there are two classes %s", statement.line(), name));
      }
    }

    private void declareFunction(Statement statement, int index) {
      List<Token> tokens = statement.tokens();
      boolean nested = functionIndent >= 0 || type == null && statement.indent() > 0;
      if (nested
          || tokens.size() < 5
          || !tokens.get(1).isName()
          || !tokens.get(2).is("(")
          || !tokens.get(tokens.size() - 1).is(":")) {
        throw entry.refused(
            statement.line(), "a function is nested in another, or has its body in the same line");
      }
      functionIndent = statement.indent();
      if (!collects) {
        scope = ScriptScope.of(type, statement, body(index));
        examine(tokens, 2);
      } else if (type == null) {
        definitions.functions().add(source.qualifier + "." + tokens.get(1).text());
      } else {
        declareMethod(statement, tokens.get(1).text());
      }
    }

    private List<Statement> body(int index) {
      int end = index + 1;
      while (end < source.statements.size()
          && source.statements.get(end).indent() > functionIndent) {
        end++;
      }
      return source.statements.subList(index + 1, end);
    }

    /**
     * {@code def __setstate__(self: Type, state: Type) -> NoneType:} runs when a file is loaded.
     */
    private void declareMethod(Statement statement, String name) {
      type.methods().add(name);
      definitions.members().add(name);
      if (name.equals("__setstate__")) {
        List<Token> tokens = statement.tokens();
        int end = ScriptTokens.end(tokens, 2);
        int colon = end;
        while (colon > 2 && !tokens.get(colon).is(":")) {
          colon--;
        }
        ScriptType state = ScriptType.of(tokens.subList(colon + 1, end));
        if (state == null) {
          throw entry.refused(statement.line(), "the type of the state is not read");
        }
        type.setState(state);
      }
    }

    private void requireOwnImport(Statement statement) {
      List<Token> tokens = statement.tokens();
      boolean own = statement.indent() == 0 && ScriptTokens.is(tokens, 1, ScriptDefinitions.ROOT);
      for (int i = 1; i < tokens.size(); i++) {
        own &= i % 2 == 1 ? tokens.get(i).isName() : tokens.get(i).is(".");
      }
      if (!own) {
        throw entry.refused(statement.line(), "an import of other code than the file's own");
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
        throw entry.refused(
            statement.line(),
            Text.format(
                "'%s' stands outside of classes and functions",
                ScriptEntry.printable(tokens.get(0).text())));
      }
    }

    /** {@code name : Type}, {@code name : Final[int] = 1}, {@code __parameters__ = ["name", ]}. */
    private void declareAttribute(Statement statement) {
      List<Token> tokens = statement.tokens();
      Token first = tokens.get(0);
      boolean annotation =
          tokens.size() > 5
              && first.is("__annotations__")
              && tokens.get(2).kind() == Kind.STRING
              && tokens.get(4).is("=");
      if (annotation) {
        attribute(statement, tokens.get(2).text(), tokens.subList(5, tokens.size()));
      } else if (first.isName() && ScriptTokens.is(tokens, 1, ":")) {
        typed(statement, first.text(), tokens.subList(2, tokens.size()));
      } else if (first.isName() && ScriptTokens.is(tokens, 1, "=")) {
        constant(statement, first.text(), tokens.subList(2, tokens.size()));
      } else if (!first.is("pass")) {
        throw entry.refused(
            statement.line(), "a statement in a class is neither an attribute nor a function");
      }
    }

    private void typed(Statement statement, String name, List<Token> tokens) {
      int equals = 0;
      while (equals < tokens.size() && !tokens.get(equals).is("=")) {
        equals++;
      }
      if (equals == tokens.size()) {
        attribute(statement, name, tokens);
      } else if (type.base().equals("NamedTuple")) {
        throw entry.refused(
            statement.line(), "a default of a NamedTuple, which PyTorch does not write");
      } else {
        examine(tokens, 0);
        constant(statement, name, tokens.subList(equals + 1, tokens.size()));
      }
    }

    private void attribute(Statement statement, String name, List<Token> tokens) {
      ScriptType read = ScriptType.of(tokens);
      if (read == null) {
        throw entry.refused(
            statement.line(),
            Text.format("the type of '%s' is not read", ScriptEntry.printable(name)));
      }
      examine(tokens, 0);
      definitions.members().add(name);
      if (collects && type.attributes().put(name, read) != null) {
        throw entry.damaged(
            Text.format(
                "line %d: there are two attributes '%s'",
                statement.line(), ScriptEntry.printable(name)));
      }
    }

    private void constant(Statement statement, String name, List<Token> value) {
      boolean computed =
          value.stream()
              .anyMatch(token -> token.isName() && !ScriptScope.WORDS.contains(token.text()));
      if (computed) {
        throw entry.refused(
            statement.line(),
            Text.format("the value of '%s' in a class is computed", ScriptEntry.printable(name)));
      }
      if (!name.startsWith("__")) {
        definitions.members().add(name);
      }
    }
  }
}
