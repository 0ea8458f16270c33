package org.adversaria.kernel;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;
import jdk.jshell.spi.ExecutionControl.InternalException;

/**
 * Loads the classes that JShell makes of cells, and the jars that a notebook adds. Everything else
 * comes from the kernel's own class path.
 */
final class CellLoader implements LoaderDelegate {

  private final Map<String, byte[]> made = new ConcurrentHashMap<>();
  private final Loader loader = new Loader();

  @Override
  public void load(ClassBytecodes[] classes) throws ClassInstallException {
    boolean[] loaded = new boolean[classes.length];
    try {
      classesRedefined(classes);
      for (int i = 0; i < classes.length; i++) {
        // The methods are asked for so that what does not link is told now.
        loader.loadClass(classes[i].name()).getDeclaredMethods();
        loaded[i] = true;
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new ClassInstallException("load: " + e, loaded);
    }
  }

  @Override
  public void classesRedefined(ClassBytecodes[] classes) {
    for (ClassBytecodes one : classes) {
      made.put(one.name(), CellClasses.guarded(one.bytecodes()));
    }
  }

  @Override
  public Class<?> findClass(String name) throws ClassNotFoundException {
    return loader.loadClass(name);
  }

  @Override
  public void addToClasspath(String path) throws InternalException {
    try {
      for (String entry : path.split(File.pathSeparator)) {
        loader.addURL(Path.of(entry).toUri().toURL());
      }
    } catch (MalformedURLException e) {
      throw new InternalException(e.getMessage());
    }
  }

  /** Also the context loader of the thread that runs cells, for services that look there. */
  ClassLoader classLoader() {
    return loader;
  }

  private final class Loader extends URLClassLoader {

    Loader() {
      super("cells", new URL[0], CellLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] content = made.remove(name);
      if (content == null) {
        return super.findClass(name);
      }
      return defineClass(name, content, 0, content.length, (CodeSource) null);
    }

    @Override
    protected void addURL(URL url) {
      super.addURL(url);
    }
  }
}
