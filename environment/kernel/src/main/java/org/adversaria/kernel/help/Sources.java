package org.adversaria.kernel.help;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;

/** Sources of classes, in folders and archives; each file is parsed when it is asked for. */
final class Sources implements AutoCloseable {

  /** A parsed file. */
  record Unit(DocTrees trees, CompilationUnitTree tree) {}

  private static final int KEPT = 8;

  private final JavaCompiler compiler;
  private final JavaFileManager files;
  private final List<Path> roots;
  private final Map<Path, ZipFile> archives = new LinkedHashMap<>();
  private final Map<String, Optional<Unit>> units = new LinkedHashMap<>();

  /** Nothing is opened yet; roots that are not there are passed over. */
  Sources(JavaCompiler compiler, JavaFileManager files, List<Path> roots) {
    this.compiler = compiler;
    this.files = files;
    this.roots = new ArrayList<>(roots);
    this.roots.add(Path.of(System.getProperty("java.home"), "lib", "src.zip"));
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
      unit = read(module, name.replace('.', '/') + ".java").map(text -> parse(name, text));
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

  private Optional<String> read(String module, String file) {
    for (Path root : roots) {
      try {
        if (Files.isDirectory(root)) {
          Path path = root.resolve(file);
          if (Files.isRegularFile(path)) {
            return Optional.of(Files.readString(path));
          }
        } else if (Files.isRegularFile(root)) {
          ZipFile archive = archive(root);
          ZipEntry entry = archive.getEntry(module.isEmpty() ? file : module + "/" + file);
          if (entry != null) {
            try (InputStream stream = archive.getInputStream(entry)) {
              return Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            }
          }
        }
      } catch (IOException e) {
        // Help without Javadoc is better than none; another root may have the file.
        continue;
      }
    }
    return Optional.empty();
  }

  private ZipFile archive(Path root) throws IOException {
    ZipFile archive = archives.get(root);
    if (archive == null) {
      archive = new ZipFile(root.toFile());
      archives.put(root, archive);
    }
    return archive;
  }

  @Override
  public void close() throws IOException {
    for (ZipFile archive : archives.values()) {
      archive.close();
    }
    archives.clear();
  }
}
