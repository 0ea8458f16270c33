package org.adversaria.kernel.help;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import jdk.jshell.JShell;
import org.adversaria.notebook.MimeBundle;

/**
 * Help for the author of a cell: completions, signatures with Javadoc, and whether the cell is
 * complete.
 *
 * <p>Of the shell, {@link #complete} and {@link #inspect} read only which snippets are active, so
 * they may be called by any thread while another evaluates a cell; that cell's own declarations are
 * seen as soon as they are made. {@link #isComplete} uses the shell's parser and is for the thread
 * that evaluates. Calls from several threads wait for each other.
 *
 * <p>Indexes in a cell count {@code char}s, as {@link String} does.
 */
public final class CodeHelp implements AutoCloseable {

  private final JShell shell;
  private final List<Path> classPath;
  private final MagicNames magics;
  private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
  private final ClassFiles files;
  private final Sources sources;
  private TypeIndex index;

  /**
   * Help for one notebook. Nothing is read yet.
   *
   * @param shell evaluates the notebook's cells
   * @param classPath the jars and folders of classes that cells use
   * @param sources jars, zip files and folders of their sources; those that are not there are
   *     passed over. The JDK's own are found without being named
   * @param magics the names of the kernel's commands, without their percent signs
   * @throws UncheckedIOException if the compiler cannot take the class path
   */
  public CodeHelp(JShell shell, List<Path> classPath, List<Path> sources, List<String> magics) {
    this.shell = Objects.requireNonNull(shell);
    this.classPath = new ArrayList<>(classPath);
    this.magics = new MagicNames(magics);
    try {
      files = new ClassFiles(compiler.getStandardFileManager(null, null, null), classPath);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.sources = new Sources(compiler, files, sources);
  }

  /**
   * Adds to what cells use.
   *
   * @param entry a jar or a folder of classes
   */
  public synchronized void addToClassPath(Path entry) {
    classPath.add(entry);
    try {
      files.setClassPath(classPath);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (index != null) {
      index.add(entry);
    }
  }

  /**
   * Loads the compiler and reads the class path, so that the first completion is as fast as the
   * later ones. A kernel calls this once, in a background thread of low priority, after the default
   * imports are evaluated; cells may run meanwhile. It works in steps, lets other calls in between,
   * and returns early when the thread is interrupted.
   */
  public void warmUp() {
    List<String> steps =
        List.of("java.util.", "String text = \"\".to", "new Arr", "int n = List.of(1).");
    for (String code : steps) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      complete(code, code.length());
    }
  }

  /**
   * What may stand at a place in a cell: names that the notebook, the cell up to there and the
   * imports bring, members, packages, words of the language and commands. What has the type that is
   * expected there comes first, then what begins in the case as written; among these variables,
   * methods and types of the notebook before what is imported, members before those that every
   * object has. There is nothing inside a text or a comment.
   *
   * @param code the cell
   * @param cursor an index into it
   * @return the proposals, and what they replace
   */
  public synchronized Completions complete(String code, int cursor) {
    String written = code.substring(0, cursor);
    Completions commands = magics.complete(written);
    if (commands != null) {
      return commands;
    }
    written = magics.blank(written, cursor);
    int start = Token.wordStart(written, cursor);
    String prefix = written.substring(start);
    if (isInText(written) || !prefix.isEmpty() && Character.isDigit(prefix.charAt(0))) {
      return new Completions(List.of(), start, cursor);
    }
    var proposals = new Proposals(prefix, code.startsWith("(", cursor));
    String head = written.substring(0, start);
    List<Piece> pieces = Piece.of(head + Completer.PLACE);
    Piece last = pieces.get(pieces.size() - 1);
    if (last.kind() == Piece.Kind.IMPORT) {
      completeImport(head, last.start(), proposals, prefix);
    } else {
      Place place = analysis(head + Completer.PLACE + after(head), start);
      place.completer(proposals, prefix).complete(place.index());
    }
    return new Completions(proposals.sorted(), start, cursor);
  }

  private void completeImport(String head, int start, Proposals proposals, String prefix) {
    List<String> words =
        Token.of(head.substring(start)).stream()
            .filter(token -> token.kind() != Token.Kind.COMMENT)
            .map(Token::text)
            .toList();
    boolean isStatic = words.size() > 1 && words.get(1).equals("static");
    String name =
        String.join("", words.subList(Math.min(words.size(), isStatic ? 2 : 1), words.size()));
    String owner = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    analysis(head.substring(0, start), 0)
        .completer(proposals, prefix)
        .completeImport(owner, isStatic);
  }

  /**
   * What is known of the name at a place in a cell: the signatures and Javadoc of a method or
   * constructor with its overloads, the one that is called first; the declaration of a type; the
   * type of a variable. Within the brackets of a call it is the innermost call.
   *
   * @param code the cell
   * @param cursor an index into it
   * @param detailed whether every overload is told in full, not just the one that is called
   * @return HTML and plain text; empty if nothing is known
   */
  public synchronized Optional<MimeBundle> inspect(String code, int cursor, boolean detailed) {
    String cell = magics.blank(code, cursor);
    for (Token token : Token.of(cell)) {
      boolean inside = token.start() < cursor && cursor < token.end();
      if (token.kind() == Token.Kind.COMMENT && inside) {
        return Optional.empty();
      }
    }
    int start = Token.wordStart(cell, cursor);
    int end = Token.wordEnd(cell, cursor);
    String html = inspect(cell, start, end, cursor, detailed);
    if (html.isEmpty()) {
      // What follows in the cell can be in the way while a call is being written.
      html = inspect(cell.substring(0, end), start, end, cursor, detailed);
    }
    if (html.isEmpty() && start < end) {
      // A method's name before its brackets are written.
      html = inspect(cell.substring(0, end) + "()", start, end, cursor, detailed);
    }
    return html.isEmpty()
        ? Optional.empty()
        : Optional.of(MimeBundle.html(html, HtmlText.of(html)));
  }

  private String inspect(String cell, int start, int end, int cursor, boolean detailed) {
    Place place = analysis(cell, start);
    int offset = place.index() - start;
    return new Inspector(place.analysis(), sources, detailed)
        .inspect(cell.substring(start, end), start + offset, cursor + offset);
  }

  /** What makes of the name at the cursor something that parses where it stands. */
  private static String after(String head) {
    List<Token> tokens = Token.of(head);
    int at = tokens.size() - 1;
    while (at > 0 && tokens.get(at).is(".") && tokens.get(at - 1).isWord()) {
      at -= 2;
    }
    String before = at < 0 ? "" : tokens.get(at).text();
    String block = block(tokens);
    if (!block.isEmpty()) {
      return block;
    }
    return switch (before) {
      case "new" -> "()";
      case "case" -> ":";
      default -> "";
    };
  }

  /** The end of a try or switch in whose brackets the code ends: it parses with its block only. */
  private static String block(List<Token> tokens) {
    var brackets = new StringBuilder();
    int closed = 0;
    for (int at = tokens.size() - 1; at > 0; at--) {
      Token token = tokens.get(at);
      if (token.is(")") || token.is("}")) {
        closed++;
      } else if ((token.is("(") || token.is("{")) && closed > 0) {
        closed--;
      } else if (token.is("{")) {
        return "";
      } else if (token.is("(")) {
        brackets.append(')');
        if (tokens.get(at - 1).is("try") || tokens.get(at - 1).is("switch")) {
          return brackets + " {}";
        }
      }
    }
    return "";
  }

  private static boolean isInText(String written) {
    List<Token> tokens = Token.of(written);
    return !tokens.isEmpty() && !tokens.get(tokens.size() - 1).closed();
  }

  /**
   * Whether a cell can be executed as it stands. This is for the thread that evaluates.
   *
   * @param code the cell
   * @return the answer
   */
  public Completeness isComplete(String code) {
    return CompletenessCheck.of(shell.sourceCodeAnalysis(), magics.blank(code, -1));
  }

  private record Place(Analysis analysis, TypeIndex types, int index) {

    Completer completer(Proposals proposals, String prefix) {
      return new Completer(analysis, types, proposals, prefix);
    }
  }

  private Place analysis(String code, int cursor) {
    if (index == null) {
      index = new TypeIndex(classPath);
    }
    CellSource source = CellSource.of(shell, code, cursor);
    return new Place(Analysis.of(compiler, files, source), index, source.offset() + cursor);
  }

  /** Closes the archives that were read. */
  @Override
  public synchronized void close() {
    try {
      sources.close();
      files.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
