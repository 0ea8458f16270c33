package org.adversaria.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShellException;
import jdk.jshell.UnresolvedReferenceException;
import org.adversaria.torch.Text;

/**
 * Errors of cells in the words of a reader: places are lines of the cell; of a stack trace the
 * cell's own frames come first, and those of the library's insides and of JShell are folded.
 */
final class CellErrors {

  private static final String RED = "\u001b[31m";
  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  /** What JShell puts before the names that cells declare. */
  private static final Pattern WRAPPER = Pattern.compile("\\bREPL\\.\\$JShell\\$\\d+[A-Z]*[.$]");

  private static final int MOST_FRAMES = 12;
  private static final int MOST_CAUSES = 10;
  private static final int MOST_DIAGNOSTICS = 10;
  private static final int LONGEST_MESSAGE = 10_000;

  private CellErrors() {}

  // ---- what does not compile ----------------------------------------------------------------

  static CellException incomplete(JavaShell.Place place, String rest) {
    int end = rest.stripTrailing().length();
    int start = rest.length() - rest.stripLeading().length();
    var lines = new ArrayList<String>();
    String message = "The code ends before it is complete: a bracket, a quote or a part is missing";
    lines.add(head("Incomplete", message));
    lines.add(
        Text.format(
            "%s, from line %d: the statement that begins there", place.cell(), place.line(start)));
    mark(lines, place, end, end + 1);
    return new CellException("Incomplete", message, lines);
  }

  static CellException compilation(List<Diag> errors, JavaShell.Place place) {
    var lines = new ArrayList<String>();
    String first = "";
    for (Diag error : errors.subList(0, Math.min(MOST_DIAGNOSTICS, errors.size()))) {
      String message = message(error);
      if (first.isEmpty()) {
        first = message.lines().findFirst().orElse("");
      }
      lines.add(head("CompilationError", message));
      int from = (int) Math.max(0, position(error));
      int to = (int) Math.max(from + 1, error.getEndPosition());
      lines.add(Text.format("%s, line %d:", place.cell(), place.line(from)));
      mark(lines, place, from, to);
    }
    return new CellException("CompilationError", first, lines);
  }

  /** A variable that is not there; JShell keeps the code and does not say where in it. */
  static CellException undeclared(String variable, String source, JavaShell.Place place) {
    String name = variable.substring(variable.indexOf(' ') + 1);
    Matcher use = Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(source);
    int from = use.find() ? use.start() : 0;
    String message = "cannot find symbol: " + variable;
    var lines = new ArrayList<String>();
    lines.add(head("CompilationError", message));
    lines.add(Text.format("%s, line %d:", place.cell(), place.line(from)));
    mark(lines, place, from, from + name.length());
    return new CellException("CompilationError", message, lines);
  }

  /** JShell's wrapper around a cell's code has no name, so its place says nothing. */
  private static String message(Diag error) {
    return error
        .getMessage(Locale.ENGLISH)
        .lines()
        .filter(line -> !line.strip().equals("location: class"))
        .collect(Collectors.joining("\n"))
        .strip();
  }

  private static long position(Diag error) {
    return error.getStartPosition() >= 0 ? error.getStartPosition() : error.getPosition();
  }

  /** The line of the cell, and carets below the part between two places in the snippet. */
  private static void mark(List<String> lines, JavaShell.Place place, int from, int to) {
    String code = place.code();
    int start = Math.min(code.length(), place.start() + from);
    int end = Math.min(code.length(), place.start() + to);
    int lineStart = code.lastIndexOf('\n', start - 1) + 1;
    int lineEnd = code.indexOf('\n', start);
    if (lineEnd < 0) {
      lineEnd = code.length();
    }
    String line = code.substring(lineStart, lineEnd).replace("\r", "");
    String before = code.substring(lineStart, start).replaceAll("[^\t]", " ");
    int width = Math.max(1, Math.min(end, lineEnd) - start);
    String number = Text.format("%4d | ", place.line(from));
    lines.add(number + line);
    lines.add(" ".repeat(4) + " | " + before + RED + "^".repeat(width) + PLAIN);
  }

  // ---- what is thrown -----------------------------------------------------------------------

  static CellException interrupted(JShellException place, JavaShell shell) {
    var lines = new ArrayList<String>();
    String message = "The cell was interrupted";
    lines.add(head("Interrupted", message));
    if (place instanceof EvalException) {
      ownFrames(place.getStackTrace(), shell).stream().limit(3).forEach(lines::add);
    }
    return new CellException("Interrupted", message, lines);
  }

  /**
   * The error of an exception.
   *
   * @param told what JShell makes of it, with places in snippets
   * @param real the exception itself; null where JShell threw it
   */
  static CellException thrown(JShellException told, Throwable real, JavaShell shell) {
    if (told instanceof UnresolvedReferenceException unresolved) {
      return unresolved(unresolved, shell);
    }
    var lines = new ArrayList<String>();
    Throwable exception = real;
    Throwable translated = told;
    for (int depth = 0; depth < MOST_CAUSES && translated != null; depth++) {
      String name = name(exception, translated);
      String message = message(exception, translated);
      lines.add((depth == 0 ? "" : "Caused by: ") + head(name, message));
      frames(lines, translated.getStackTrace(), shell);
      suppressed(lines, exception);
      translated = translated.getCause();
      exception = cause(exception);
    }
    advice(real).ifPresent(lines::add);
    return new CellException(simpleName(name(real, told)), message(real, told), lines);
  }

  /** What no cell's code has thrown. */
  static CellException unexpected(Throwable e) {
    var lines = new ArrayList<String>();
    String name = e.getClass().getName();
    if (isOfDepth(e)) {
      String message = "The code is nested too deeply for the compiler; make several parts of it";
      lines.add(head("CompilationError", message));
      return new CellException("CompilationError", message, lines);
    }
    lines.add(head(name, message(e, e)));
    for (StackTraceElement frame : e.getStackTrace()) {
      if (lines.size() <= MOST_FRAMES) {
        lines.add(DIM + "    at " + frame + PLAIN);
      }
    }
    advice(e).ifPresent(lines::add);
    return new CellException(simpleName(name), message(e, e), lines);
  }

  /** JShell wraps a StackOverflowError of its compiler, and keeps only its text. */
  private static boolean isOfDepth(Throwable e) {
    return e instanceof StackOverflowError
        || e instanceof InternalError && message(e).contains(StackOverflowError.class.getName());
  }

  private static CellException unresolved(UnresolvedReferenceException e, JavaShell shell) {
    String message =
        Text.format(
            "%s cannot be used before %s is declared",
            e.getSnippet().name(), String.join(", ", shell.missing(e.getSnippet())));
    var lines = new ArrayList<String>();
    lines.add(head("Undeclared", message));
    lines.addAll(ownFrames(e.getStackTrace(), shell));
    return new CellException("Undeclared", message, lines);
  }

  private static String name(Throwable real, Throwable told) {
    if (real instanceof CellGuard.ExitedCell) {
      return "SystemExit";
    }
    if (told instanceof EvalException evaluated) {
      return readable(evaluated.getExceptionClassName());
    }
    return readable((real == null ? told : real).getClass().getName());
  }

  private static String message(Throwable real, Throwable told) {
    String message = message(real == null ? told : real);
    if (message.length() > LONGEST_MESSAGE) {
      int end = message.offsetByCodePoints(0, LONGEST_MESSAGE / 2);
      message = Text.format("%s ... (%d characters)", message.substring(0, end), message.length());
    }
    return message.equals("null") ? "" : readable(message);
  }

  /**
   * The message of an exception, empty for none; that of a cell's own exception may itself fail.
   */
  static String message(Throwable e) {
    try {
      String message = e.getMessage();
      return message == null ? "" : message;
    } catch (Throwable failure) {
      return "getMessage() failed: " + failure.getClass().getName();
    }
  }

  /** The cause of an exception, null for none; a cell's own exception may fail to say it. */
  static Throwable cause(Throwable e) {
    try {
      return e == null ? null : e.getCause();
    } catch (Throwable failure) {
      return null;
    }
  }

  /** Where these come from JShell does not translate. */
  private static void suppressed(List<String> lines, Throwable e) {
    Throwable[] suppressed = e == null ? new Throwable[0] : e.getSuppressed();
    for (int i = 0; i < Math.min(MOST_CAUSES, suppressed.length); i++) {
      String name = name(suppressed[i], suppressed[i]);
      lines.add("Suppressed: " + head(name, message(suppressed[i], suppressed[i])));
    }
  }

  private static String readable(String text) {
    return WRAPPER.matcher(text).replaceAll("");
  }

  private static Optional<String> advice(Throwable real) {
    if (real instanceof OutOfMemoryError) {
      return Optional.of(
          "The kernel goes on. More heap: ADVERSARIA_JAVA_OPTIONS=-Xmx6g in the environment of"
              + " Jupyter or run.sh");
    }
    if (real instanceof StackOverflowError) {
      return Optional.of("The kernel goes on. A method calls itself without an end");
    }
    boolean ofInitialiser =
        real instanceof ExceptionInInitializerError
            || real instanceof NoClassDefFoundError && cause(real) != null;
    if (real instanceof LinkageError && !ofInitialiser) {
      return Optional.of("If a library was rebuilt or its jar replaced, restart the kernel");
    }
    return Optional.empty();
  }

  private static String head(String name, String message) {
    String text = message.isEmpty() ? "" : ": " + message;
    // Front ends draw bold red in a red too dark for the ground that a dark theme gives errors.
    return BOLD + name + PLAIN + text;
  }

  private static String simpleName(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static List<String> ownFrames(StackTraceElement[] frames, JavaShell shell) {
    var own = new ArrayList<String>();
    for (StackTraceElement frame : frames) {
      ownFrame(frame, shell).ifPresent(own::add);
    }
    return own;
  }

  private static Optional<String> ownFrame(StackTraceElement frame, JavaShell shell) {
    String file = frame.getFileName();
    if (file == null || !file.startsWith("#")) {
      return Optional.empty();
    }
    return shell
        .place(file.substring(1))
        .map(
            place -> {
              int line = place.line(0) + Math.max(0, frame.getLineNumber() - 1);
              String code = place.code().lines().skip(line - 1L).findFirst().orElse("").strip();
              String method = frame.getMethodName();
              boolean named = method != null && !method.isEmpty() && !method.contains("$");
              String in = named ? " in " + method : "";
              return Text.format("    %s, line %d%s:  %s", place.cell(), line, in, code);
            });
  }

  /** An exception that ended a thread which a cell has started. */
  static void tellUncaught(Thread thread, Throwable e) {
    if (e instanceof CellGuard.InterruptedCell) {
      return;
    }
    var lines = new ArrayList<String>();
    Throwable at = e;
    for (int depth = 0; depth < MOST_CAUSES && at != null; depth++) {
      String name = name(at, at);
      String place = depth == 0 ? "Exception in thread " + thread.getName() + ": " : "Caused by: ";
      String message = message(at, at);
      lines.add(place + name + (message.isEmpty() ? "" : ": " + message));
      int shown = 0;
      for (StackTraceElement frame : at.getStackTrace()) {
        boolean own = frame.getClassName().startsWith("REPL.");
        if ((own || !isInside(frame)) && shown++ < MOST_FRAMES) {
          lines.add(own ? "    in a cell" : "    at " + frame);
        }
      }
      at = cause(at);
    }
    System.err.println(String.join("\n", lines));
  }

  /** The cell's frames, then the nearest others; a run of equal ones and the rest are folded. */
  private static void frames(List<String> lines, StackTraceElement[] frames, JavaShell shell) {
    List<String> own = folded(ownFrames(frames, shell));
    lines.addAll(own.subList(0, Math.min(MOST_FRAMES, own.size())));
    if (own.size() > MOST_FRAMES) {
      lines.add(DIM + "    ... " + (own.size() - MOST_FRAMES) + " more of cells" + PLAIN);
    }
    int shown = 0;
    int hidden = 0;
    for (StackTraceElement frame : frames) {
      if (ownFrame(frame, shell).isPresent() || isInside(frame)) {
        continue;
      }
      if (shown < MOST_FRAMES / 2) {
        lines.add(DIM + "    at " + frame + PLAIN);
        shown++;
      } else {
        hidden++;
      }
    }
    if (hidden > 0) {
      lines.add(DIM + "    ... " + hidden + " more" + PLAIN);
    }
  }

  private static List<String> folded(List<String> frames) {
    var folded = new ArrayList<String>();
    int times = 1;
    for (int i = 0; i < frames.size(); i++) {
      boolean last = i + 1 == frames.size() || !frames.get(i + 1).equals(frames.get(i));
      if (!last) {
        times++;
        continue;
      }
      folded.add(frames.get(i) + (times > 1 ? "   (" + times + " times)" : ""));
      times = 1;
    }
    return folded;
  }

  /** How the kernel calls a cell tells a reader nothing. */
  private static boolean isInside(StackTraceElement frame) {
    String type = frame.getClassName();
    return type.startsWith("jdk.internal.")
        || type.startsWith("java.lang.reflect.")
        || type.startsWith("org.adversaria.kernel.")
        || type.startsWith("jdk.jshell.")
        || type.startsWith("java.util.concurrent.")
        || type.startsWith("REPL.")
        || type.equals("java.lang.Thread");
  }
}
