package org.adversaria.kernel;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Notices that jars of the class path were built again after this JVM has opened them. */
final class StaleJars {

  private final Map<Path, String> states = new LinkedHashMap<>();

  /**
   * Remembers the jars as they are.
   *
   * @param classPath the JVM's class path
   */
  StaleJars(String classPath) {
    for (String entry : classPath.split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      states.put(jar, state(jar));
    }
  }

  /** All entries of the class path, in its order. */
  List<Path> all() {
    return List.copyOf(states.keySet());
  }

  /** Those that are not what they were. */
  List<Path> changed() {
    var changed = new ArrayList<Path>();
    states.forEach(
        (jar, state) -> {
          if (!state.equals(state(jar))) {
            changed.add(jar);
          }
        });
    return changed;
  }

  private static String state(Path jar) {
    try {
      var attributes = Files.readAttributes(jar, BasicFileAttributes.class);
      return attributes.isDirectory()
          ? "folder"
          : attributes.size() + " " + attributes.lastModifiedTime();
    } catch (IOException e) {
      return "missing";
    }
  }
}
