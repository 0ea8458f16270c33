package org.adversaria.notebook;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.adversaria.torch.Text;

/** A class's source as it stands in the library, and parts of it. */
final class SourceCode {

  private static final String CONSTRUCTOR = "<init>";

  private final Class<?> type;
  private final String text;
  private final CompilationUnitTree unit;
  private final SourcePositions positions;
  private final ClassTree tree;

  private SourceCode(Class<?> type, String text) {
    this.type = type;
    this.text = text;
    JavacTask task = task(text);
    try {
      unit = task.parse().iterator().next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    positions = Trees.instance(task).getSourcePositions();
    tree = declaration();
  }

  /** The whole class. */
  static MimeBundle of(Class<?> type) {
    SourceCode code = find(type).orElseThrow(() -> missing(type));
    return code.bundle(List.of(code.tree));
  }

  /** All methods of a name: those that the class declares, else those of its nearest supertype. */
  static MimeBundle of(Class<?> type, String method) {
    SourceCode own = find(type).orElseThrow(() -> missing(type));
    Map<Class<?>, SourceCode> searched = new LinkedHashMap<>();
    for (Class<?> candidate : withSupertypes(type)) {
      SourceCode code = candidate == type ? own : find(candidate).orElse(null);
      if (code != null) {
        searched.put(candidate, code);
        List<Tree> found = code.methods(method);
        if (!found.isEmpty()) {
          return code.bundle(found);
        }
      }
    }
    throw new IllegalArgumentException(
        Text.format(
            "There is no method %s; %s",
            method,
            searched.entrySet().stream()
                .map(each -> each.getKey().getSimpleName() + " has " + each.getValue().names())
                .collect(Collectors.joining("; "))));
  }

  // ---- where sources are
  // -------------------------------------------------------------------------

  private static Optional<SourceCode> find(Class<?> type) {
    try (var files = new SourceFiles(roots(type))) {
      String module = type.getModule().isNamed() ? type.getModule().getName() : "";
      return files.read(module, outermost(type).getName()).map(text -> new SourceCode(type, text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Beside the class's own jar or folder first, then where the kernel was told to look. */
  private static List<Path> roots(Class<?> type) {
    List<Path> roots = new ArrayList<>();
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source != null && source.getLocation() != null) {
      try {
        roots.addAll(beside(Path.of(source.getLocation().toURI())));
      } catch (URISyntaxException | IllegalArgumentException e) {
        // Not from a file; the other roots remain.
        roots.clear();
      }
    }
    Arrays.stream(System.getProperty(SourceFiles.PROPERTY, "").split(File.pathSeparator))
        .filter(path -> !path.isEmpty())
        .map(Path::of)
        .forEach(roots::add);
    roots.add(Path.of(System.getProperty("java.home"), "lib", "src.zip"));
    return roots;
  }

  /** The sources jar of a jar, and the source tree of a Maven module whose target it lies in. */
  static List<Path> beside(Path classes) {
    List<Path> found = new ArrayList<>();
    String name = String.valueOf(classes.getFileName());
    if (name.endsWith(".jar")) {
      found.add(classes.resolveSibling(name.replaceAll("\\.jar$", "-sources.jar")));
    }
    Path target = classes.toAbsolutePath().getParent();
    if (target != null && target.endsWith("target")) {
      found.add(target.resolveSibling(Path.of("src", "main", "java")));
    }
    return found;
  }

  private static Class<?> outermost(Class<?> type) {
    Class<?> outermost = type;
    while (outermost.getEnclosingClass() != null) {
      outermost = outermost.getEnclosingClass();
    }
    return outermost;
  }

  private static IllegalArgumentException missing(Class<?> type) {
    return new IllegalArgumentException(
        Text.format(
            "There is no source of %s in any of %s",
            type.getTypeName(),
            roots(type).stream().map(Path::toString).collect(Collectors.joining(", "))));
  }

  /** Superclasses before interfaces. */
  private static Set<Class<?>> withSupertypes(Class<?> type) {
    Set<Class<?>> found = new LinkedHashSet<>();
    for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
      found.add(each);
    }
    Deque<Class<?>> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      for (Class<?> parent : open.remove().getInterfaces()) {
        if (found.add(parent)) {
          open.add(parent);
        }
      }
    }
    return found;
  }

  // ---- what a source has
  // -------------------------------------------------------------------------

  private static JavacTask task(String text) {
    var file =
        new SimpleJavaFileObject(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    return (JavacTask)
        ToolProvider.getSystemJavaCompiler()
            .getTask(
                Writer.nullWriter(),
                null,
                problem -> {},
                List.of("-proc:none"),
                null,
                List.of(file));
  }

  private ClassTree declaration() {
    Deque<String> names = new ArrayDeque<>();
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      names.push(each.getSimpleName());
    }
    List<? extends Tree> members = unit.getTypeDecls();
    ClassTree found = null;
    for (String name : names) {
      found =
          members.stream()
              .filter(member -> member instanceof ClassTree)
              .map(ClassTree.class::cast)
              .filter(member -> member.getSimpleName().contentEquals(name))
              .findFirst()
              .orElseThrow(() -> missing(type));
      members = found.getMembers();
    }
    return found;
  }

  private Stream<MethodTree> methods() {
    return tree.getMembers().stream()
        .filter(member -> member instanceof MethodTree)
        .map(MethodTree.class::cast);
  }

  /** The methods of a name; the class's simple name stands for its constructors. */
  private List<Tree> methods(String name) {
    return methods().filter(method -> nameOf(method).equals(name)).map(Tree.class::cast).toList();
  }

  private String nameOf(MethodTree method) {
    return method.getName().contentEquals(CONSTRUCTOR)
        ? type.getSimpleName()
        : method.getName().toString();
  }

  private String names() {
    String names = methods().map(this::nameOf).distinct().collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : names;
  }

  // ---- how it is shown
  // ---------------------------------------------------------------------------

  /** Front ends give Markdown's code the colours of their themes. */
  private MimeBundle bundle(List<? extends Tree> parts) {
    String code = parts.stream().map(this::text).collect(Collectors.joining("\n\n"));
    String where = parts.stream().map(this::lines).collect(Collectors.joining(" and "));
    String file = outermost(type).getSimpleName() + ".java, " + where;
    return MimeBundle.of(
        "text/markdown", "```java\n" + code + "\n```\n*" + file + "*", code + "\n// " + file);
  }

  /** A declaration with its Javadoc, moved to the left margin. */
  private String text(Tree part) {
    int start = text.lastIndexOf('\n', start(part)) + 1;
    return text.substring(start, end(part)).stripIndent();
  }

  private String lines(Tree part) {
    return Text.format("lines %d to %d", line(start(part)), line(end(part)));
  }

  private long line(int position) {
    return unit.getLineMap().getLineNumber(position);
  }

  private int start(Tree part) {
    int start = (int) positions.getStartPosition(unit, part);
    String before = text.substring(0, start).stripTrailing();
    return before.endsWith("*/") ? before.lastIndexOf("/*") : start;
  }

  private int end(Tree part) {
    return (int) positions.getEndPosition(unit, part);
  }
}
