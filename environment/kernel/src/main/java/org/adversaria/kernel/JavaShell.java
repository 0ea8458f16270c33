package org.adversaria.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.adversaria.notebook.MimeBundle;
import org.adversaria.notebook.Renderers;
import org.adversaria.torch.Text;

/**
 * Compiles and runs the Java of cells, one snippet (statement, expression or declaration) after the
 * other. For one thread at a time, but for {@link #interrupt}.
 */
final class JavaShell implements AutoCloseable {

  /** Where a snippet stands: its cell and its first character there. */
  record Place(String cell, int start, String code) {

    /** The line of a character of the snippet within the cell, from 1. */
    int line(int position) {
      return 1 + (int) code.substring(0, start + position).chars().filter(c -> c == '\n').count();
    }
  }

  /** The value of a cell's last expression, which may be null. */
  record Result(Object value) {}

  private final CellControl control = new CellControl();
  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final Map<String, Place> places = new HashMap<>();

  /** Declarations of the cell that runs which name something that is not declared. */
  private final List<DeclarationSnippet> waiting = new ArrayList<>();

  private Consumer<Path> whenAdded = entry -> {};

  /**
   * A shell with the JVM's class path, which is the compiler's default unless the variable
   * CLASSPATH says otherwise. As an option of the compiler it would hide what is added later.
   */
  JavaShell() {
    shell =
        JShell.builder()
            .executionEngine(control, Map.of())
            .compilerOptions("-Xlint:none", "-proc:none")
            .build();
    analysis = shell.sourceCodeAnalysis();
  }

  JShell shell() {
    return shell;
  }

  /** Ends the code that runs as soon as it lets itself be ended; from any thread. */
  void interrupt() {
    control.interrupt();
  }

  boolean interruptRequested() {
    return control.interruptRequested();
  }

  /** The forms of a value; the user's own renderers and texts may take long. */
  MimeBundle render(Object value) throws CellException {
    try {
      return call(() -> Renderers.render(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What takes long; an interrupt ends it as it ends a cell's code. */
  interface Task<T> {
    T run() throws IOException;
  }

  <T> T call(Task<T> task) throws CellException, IOException {
    try {
      T result = control.call(task::run);
      if (control.interruptRequested()) {
        throw CellErrors.interrupted(null, this);
      }
      return result;
    } catch (CellException | IOException | RuntimeException e) {
      if (control.interruptRequested()) {
        throw CellErrors.interrupted(null, this);
      }
      throw e;
    } catch (Exception e) { // it was interrupted before it began
      throw CellErrors.interrupted(null, this);
    }
  }

  /** Lets a new cell begin: an interrupt that came before is not for it. */
  void begin() {
    control.clearInterrupt();
  }

  /** Adds a jar or a folder of classes for the code that follows. */
  void addToClassPath(Path entry) {
    shell.addToClasspath(entry.toString());
    whenAdded.accept(entry);
  }

  /** Says who else has to know of what is added to the class path. */
  void onAdded(Consumer<Path> listener) {
    whenAdded = listener;
  }

  /**
   * Runs code up to its end or its first error.
   *
   * @param cell what the code is called in error messages, as {@code cell 3}
   * @param code the whole cell
   * @param start where in the cell to begin
   * @param end where in the cell to end
   * @return the value of the last expression; empty if the code ends with something else
   */
  Optional<Result> run(String cell, String code, int start, int end) throws CellException {
    Optional<Result> result = Optional.empty();
    waiting.clear();
    int at = begin(code, start, end);
    while (at < end) {
      String rest = code.substring(at, end);
      CompletionInfo info = analysis.analyzeCompletion(rest);
      if (info.completeness() == Completeness.EMPTY) {
        break;
      }
      int next = end - info.remaining().length();
      var place = new Place(cell, at, code);
      if (info.completeness() == Completeness.DEFINITELY_INCOMPLETE) {
        throw CellErrors.incomplete(place, rest);
      }
      String source = info.source() == null ? rest : info.source();
      result = snippet(source, place);
      at = begin(code, next > at ? next : end, end);
    }
    tellMissing();
    return result;
  }

  /** JShell counts a snippet's lines from its first character that is no space. */
  private static int begin(String code, int from, int end) {
    int at = from;
    while (at < end && Character.isWhitespace(code.charAt(at))) {
      at++;
    }
    return at;
  }

  private Optional<Result> snippet(String source, Place place) throws CellException {
    if (control.interruptRequested()) {
      throw CellErrors.interrupted(null, this);
    }
    control.reset();
    Optional<Result> result = Optional.empty();
    for (SnippetEvent event : shell.eval(source)) {
      if (event.causeSnippet() == null) { // the others are of earlier cells
        remember(event.snippet(), source, place);
      }
      if (control.interruptRequested()) {
        throw CellErrors.interrupted(event.exception(), this);
      }
      if (event.exception() != null) {
        throw CellErrors.thrown(event.exception(), control.thrown(), this);
      }
      switch (event.status()) {
        case REJECTED -> throw rejected(event.snippet(), source, place);
        case RECOVERABLE_DEFINED, RECOVERABLE_NOT_DEFINED ->
            waiting.add((DeclarationSnippet) event.snippet());
        default -> {}
      }
      if (event.causeSnippet() == null) {
        result = result(event.snippet());
      }
    }
    return result;
  }

  private Optional<Result> result(Snippet snippet) {
    return switch (snippet.subKind()) {
      case TEMP_VAR_EXPRESSION_SUBKIND, VAR_VALUE_SUBKIND, OTHER_EXPRESSION_SUBKIND ->
          Optional.of(new Result(control.value()));
      default -> Optional.empty();
    };
  }

  private void remember(Snippet snippet, String source, Place place) {
    places.put(snippet.id(), within(snippet, source, place));
  }

  /** The place of a snippet in the source that has it, whose own place is given. */
  private static Place within(Snippet snippet, String source, Place place) {
    int inside = Math.max(0, source.indexOf(snippet.source()));
    return new Place(place.cell(), place.start() + inside, place.code());
  }

  private CellException rejected(Snippet snippet, String source, Place place) {
    List<Diag> errors = shell.diagnostics(snippet).filter(Diag::isError).toList();
    return CellErrors.compilation(errors, within(snippet, source, place));
  }

  /**
   * Methods and classes may use methods and classes that a later cell declares; until then they
   * cannot run. A variable that is not there is taken for a mistake.
   */
  private void tellMissing() throws CellException {
    for (DeclarationSnippet snippet : waiting) {
      List<String> missing = missing(snippet);
      if (missing.isEmpty()) {
        continue;
      }
      Optional<String> variable =
          missing.stream().filter(name -> name.startsWith("variable ")).findFirst();
      if (variable.isPresent()) {
        throw CellErrors.undeclared(variable.get(), snippet.source(), places.get(snippet.id()));
      }
      System.err.println(
          Text.format(
              "%s cannot be used before %s is declared",
              snippet.name(), String.join(", ", missing)));
    }
  }

  /** Where a snippet stands; empty for those of no cell. */
  Optional<Place> place(String snippetId) {
    return Optional.ofNullable(places.get(snippetId));
  }

  /** The names of the declarations that an unresolved snippet waits for. */
  List<String> missing(DeclarationSnippet snippet) {
    var names = new ArrayList<String>();
    shell.unresolvedDependencies(snippet).forEach(names::add);
    return names;
  }

  @Override
  public void close() {
    shell.close();
  }
}
