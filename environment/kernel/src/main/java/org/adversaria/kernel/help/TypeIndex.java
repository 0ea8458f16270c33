package org.adversaria.kernel.help;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.zip.ZipFile;

/** The packages and top-level types of the class path and of the JDK's exported packages. */
final class TypeIndex {

  private static final String CLASS = ".class";

  private final TreeMap<String, SortedSet<String>> packages = new TreeMap<>();

  /** The module of a package of the JDK. */
  private final Map<String, String> modules = new HashMap<>();

  /** What was found out of a type: whether another package may use it. */
  private final Map<String, Boolean> known = new HashMap<>();

  /** Lists what is there; an entry that cannot be read has nothing. */
  TypeIndex(List<Path> classPath) {
    for (ModuleReference reference : ModuleFinder.ofSystem().findAll()) {
      for (ModuleDescriptor.Exports exports : reference.descriptor().exports()) {
        if (!exports.isQualified()) {
          modules.put(exports.source(), reference.descriptor().name());
          packages.put(exports.source(), new TreeSet<>());
        }
      }
    }
    classPath.forEach(this::add);
  }

  /** Adds an entry of the class path. */
  void add(Path entry) {
    try {
      if (Files.isDirectory(entry)) {
        addFolder(entry);
      } else if (Files.isRegularFile(entry)) {
        try (ZipFile archive = new ZipFile(entry.toFile())) {
          archive.stream().forEach(file -> addFile(file.getName()));
        }
      }
    } catch (IOException e) {
      // javac, too, passes over an entry of the class path that it cannot read.
      return;
    }
  }

  private void addFolder(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            addFile(
                folder
                    .relativize(file)
                    .toString()
                    .replace(file.getFileSystem().getSeparator(), "/"));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void addFile(String name) {
    int slash = name.lastIndexOf('/');
    boolean type =
        name.endsWith(CLASS)
            && slash > 0
            && name.indexOf('$') < 0
            && name.indexOf('-') < 0
            && !name.startsWith("META-INF/");
    if (type) {
      String owner = name.substring(0, slash).replace('/', '.');
      packages
          .computeIfAbsent(owner, key -> new TreeSet<>())
          .add(name.substring(slash + 1, name.length() - CLASS.length()));
    }
  }

  /** Whether there is a package of that name, or one below it. */
  boolean hasPackage(String name) {
    String below = packages.ceilingKey(name + ".");
    return packages.containsKey(name) || below != null && below.startsWith(name + ".");
  }

  /** The last parts of the names of the packages right below one; below none for the empty name. */
  SortedSet<String> packagesIn(String owner) {
    String prefix = owner.isEmpty() ? "" : owner + ".";
    var names = new TreeSet<String>();
    for (String name : packages.tailMap(prefix).keySet()) {
      if (!name.startsWith(prefix)) {
        break;
      }
      int dot = name.indexOf('.', prefix.length());
      names.add(name.substring(prefix.length(), dot < 0 ? name.length() : dot));
    }
    return names;
  }

  /** The simple names of a package's types. */
  SortedSet<String> typesIn(String owner) {
    String module = modules.get(owner);
    SortedSet<String> types = packages.getOrDefault(owner, Collections.emptySortedSet());
    if (module == null || !types.isEmpty()) {
      return types;
    }
    Path folder =
        FileSystems.getFileSystem(URI.create("jrt:/"))
            .getPath("modules", module, owner.replace('.', '/'));
    try (var files = Files.newDirectoryStream(folder, "*" + CLASS)) {
      for (Path file : files) {
        addFile(owner.replace('.', '/') + "/" + file.getFileName());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return types;
  }

  /** The module that has the package; the unnamed one for the class path. */
  String moduleOf(String owner) {
    return modules.getOrDefault(owner, "");
  }

  /** Whether the JDK has the type, by its full name. */
  boolean isJdk(String type) {
    return modules.containsKey(type.substring(0, type.lastIndexOf('.')));
  }

  /** The full names of the types whose simple names begin so, the JDK's first. */
  List<String> typesWith(String prefix) {
    var found = new ArrayList<String>();
    for (String owner : packages.keySet()) {
      if (!modules.containsKey(owner) || owner.startsWith("java.") || owner.startsWith("javax.")) {
        for (String type : typesIn(owner).tailSet(prefix)) {
          if (!type.startsWith(prefix)) {
            break;
          }
          found.add(owner + "." + type);
        }
      }
    }
    found.sort(Comparator.comparing(type -> !isJdk(type)));
    return found;
  }

  /** Whether other packages may use the type; asked once of each type. */
  boolean isPublic(String qualified, Predicate<String> compiler) {
    Boolean answer = known.get(qualified);
    if (answer == null) {
      answer = compiler.test(qualified);
      known.put(qualified, answer);
    }
    return answer;
  }
}
