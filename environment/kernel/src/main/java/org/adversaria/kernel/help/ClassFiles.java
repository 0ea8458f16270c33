package org.adversaria.kernel.help;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;

/**
 * The class files that cells use. Every completion is a compilation of its own, and each lists
 * every imported package; this remembers the lists, which are two thirds of its time otherwise.
 */
final class ClassFiles extends ForwardingJavaFileManager<StandardJavaFileManager> {

  private record Key(Location location, String owner, Set<JavaFileObject.Kind> kinds) {}

  private final Map<Key, List<JavaFileObject>> lists = new HashMap<>();
  private final Map<JavaFileObject, String> names = new HashMap<>();

  ClassFiles(StandardJavaFileManager files, List<Path> classPath) throws IOException {
    super(files);
    setClassPath(classPath);
  }

  /** Changes what cells use, and forgets the lists. */
  void setClassPath(List<Path> classPath) throws IOException {
    fileManager.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
    lists.clear();
    names.clear();
  }

  @Override
  public Iterable<JavaFileObject> list(
      Location location, String owner, Set<JavaFileObject.Kind> kinds, boolean recurse)
      throws IOException {
    if (recurse) {
      return super.list(location, owner, kinds, true);
    }
    var key = new Key(location, owner, Set.copyOf(kinds));
    List<JavaFileObject> list = lists.get(key);
    if (list == null) {
      list = new ArrayList<>();
      for (JavaFileObject file : super.list(location, owner, kinds, false)) {
        list.add(file);
        names.put(file, super.inferBinaryName(location, file));
      }
      lists.put(key, list);
    }
    return list;
  }

  @Override
  public String inferBinaryName(Location location, JavaFileObject file) {
    String name = names.get(file);
    return name != null ? name : super.inferBinaryName(location, file);
  }

  /** No class of the class path takes part in the compilation. */
  @Override
  public ClassLoader getClassLoader(Location location) {
    return ClassLoader.getPlatformClassLoader();
  }
}
