package org.adversaria.kernel.help;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import org.adversaria.notebook.SourceFiles;

/** Sources of classes, in folders and archives; each file is parsed when it is asked for. */
final class Sources implements AutoCloseable {

  /** A parsed file. */
  record Unit(DocTrees trees, CompilationUnitTree tree) {}

  private static final int KEPT = 8;

  private final JavaCompiler compiler;
  private final JavaFileManager files;
  private final SourceFiles sources;
  private final Map<String, Optional<Unit>> units = new LinkedHashMap<>();

  /** Nothing is opened yet; roots that are not there are passed over. */
  Sources(JavaCompiler compiler, JavaFileManager files, List<Path> roots) {
    this.compiler = compiler;
    this.files = files;
    List<Path> all = new ArrayList<>(roots);
    all.add(Path.of(System.getProperty("java.home"), "lib", "src.zip"));
    sources = new SourceFiles(all);
  }

  /**
   * The file that declares a top-level type.
   *
   * @param module the type's module; empty for the class path
   * @param name the type's full name
   */
  Optional<Unit> unit(String module, String name) {
    Optional<Unit> unit = units.get(name);
    if (unit == null) {
      if (units.size() >= KEPT) {
        units.remove(units.keySet().iterator().next());
      }
      unit = sources.read(module, name).map(text -> parse(name, text));
      units.put(name, unit);
    }
    return unit;
  }

  private Unit parse(String name, String text) {
    var input = List.of(new TextSource(name, text));
    var task =
        (JavacTask)
            compiler.getTask(
                Writer.nullWriter(), files, problem -> {}, List.of("-proc:none"), null, input);
    try {
      return new Unit(DocTrees.instance(task), task.parse().iterator().next());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    sources.close();
  }
}
