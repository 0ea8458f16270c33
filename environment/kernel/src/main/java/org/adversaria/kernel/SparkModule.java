package org.adversaria.kernel;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.adversaria.torch.Text;

/**
 * The project's module for Apache Spark. A kernel gets its many jars only where a cell asks for
 * them.
 *
 * @param root the project's folder
 */
record SparkModule(Path root) {

  private static final String SETUP = "environment/setup.sh";

  /**
   * Builds the module where it is missing or out of date. What the build says goes to the cell.
   *
   * @throws IOException if it cannot be built
   */
  void build() throws IOException {
    Process process;
    try {
      process =
          new ProcessBuilder("bash", SETUP, "--spark", "--quiet")
              .directory(root.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new IOException(
          Text.format("%s --spark could not be started: %s", root.resolve(SETUP), e.getMessage()),
          e);
    }
    // A thread of this one's cell, so that the lines appear below it; it ends with the process.
    var lines = new Thread(() -> tell(process), "setup");
    lines.start();
    try {
      lines.join();
      if (process.waitFor() != 0) {
        throw new IOException("the module for Spark could not be built, see above");
      }
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the module for Spark was built", e);
    }
  }

  private static void tell(Process process) {
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      said.lines().forEach(System.out::println);
    } catch (IOException | UncheckedIOException e) {
      // The process was stopped in the middle of a line.
    }
  }

  /** The module's jar. */
  Path jar() throws IOException {
    Path target = root.resolve("lib/spark/target");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "adversaria-spark-*.jar")) {
      for (Path jar : jars) {
        if (!jar.toString().endsWith("-assembly.jar")) {
          return jar;
        }
      }
    }
    throw new IOException("there is no adversaria-spark-VERSION.jar in " + target);
  }

  /**
   * What the module needs beyond a class path.
   *
   * @param classPath the JVM's, whose versions stay
   */
  List<Path> needs(String classPath) throws IOException {
    Path list = root.resolve("lib/spark/target/classpath.txt");
    Set<String> there =
        entries(classPath)
            .map(SparkModule::artifact)
            .collect(Collectors.toCollection(HashSet::new));
    return entries(Files.readString(list).strip())
        .filter(entry -> there.add(artifact(entry)))
        .toList();
  }

  private static Stream<Path> entries(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator)).map(Path::of);
  }

  /** A jar's name without its version. */
  private static String artifact(Path jar) {
    return jar.getFileName().toString().replaceFirst("-\\d.*", "");
  }
}
