package org.adversaria.kernel.help;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import org.adversaria.notebook.MimeBundle;

/** A shell with some imports, and help for it; a bar in a cell is the cursor. */
final class HelpShell implements AutoCloseable {

  private static final Path LIBRARY = Path.of("..", "..", "lib", "src", "main", "java");

  private final JShell shell;
  private final CodeHelp help;

  HelpShell() {
    String classPath = System.getProperty("java.class.path");
    shell =
        JShell.builder().executionEngine("local").compilerOptions("-classpath", classPath).build();
    List<Path> entries =
        Arrays.stream(classPath.split(Pattern.quote(File.pathSeparator))).map(Path::of).toList();
    help = new CodeHelp(shell, entries, List.of(LIBRARY), List.of("time", "timeit", "classpath"));
    for (String name : List.of("java.util.*", "java.util.stream.*", "org.adversaria.training.*")) {
      eval("import " + name + ";");
    }
    eval("import static java.lang.Math.*;");
    eval("var names = new ArrayList<String>();");
  }

  CodeHelp help() {
    return help;
  }

  void eval(String snippet) {
    shell
        .eval(snippet)
        .forEach(event -> assertThat(event.status()).as(snippet).isEqualTo(Snippet.Status.VALID));
  }

  Completions complete(String cell) {
    return help.complete(cell.replace("|", ""), cell.indexOf('|'));
  }

  List<String> texts(String cell) {
    return complete(cell).items().stream().map(Completion::text).toList();
  }

  /** The plain text about the place; empty if nothing is known. */
  String inspect(String cell) {
    return help.inspect(cell.replace("|", ""), cell.indexOf('|'), false)
        .map(bundle -> (String) bundle.data().get(MimeBundle.TEXT))
        .orElse("");
  }

  @Override
  public void close() {
    help.close();
    shell.close();
  }
}
