package org.adversaria.kernel;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.adversaria.torch.Text;

/** Fetches artifacts with the Maven of this machine: its settings, mirrors and checksums hold. */
final class MavenArtifacts {

  private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0";

  private static final String ERROR = "[ERROR]";

  private MavenArtifacts() {}

  /**
   * The jars of artifacts and of all that they need at run time.
   *
   * @param coordinates each as GROUP:ARTIFACT:VERSION or GROUP:ARTIFACT:CLASSIFIER:VERSION
   * @throws IllegalArgumentException if coordinates have another form
   * @throws IOException if Maven is not there or does not find them
   */
  static List<Path> resolve(List<String> coordinates) throws IOException {
    String dependencies =
        coordinates.stream().map(MavenArtifacts::dependency).collect(Collectors.joining());
    Path folder = Files.createTempDirectory("adversaria-maven");
    try {
      Files.writeString(
          folder.resolve("pom.xml"),
          """
          <project xmlns="http://maven.apache.org/POM/4.0.0">
            <modelVersion>4.0.0</modelVersion>
            <groupId>notebook</groupId><artifactId>notebook</artifactId><version>1</version>
            <packaging>pom</packaging>
            <dependencies>%s</dependencies>
          </project>
          """
              .replace("%s", dependencies));
      Path list = folder.resolve("classpath.txt");
      run(
          folder,
          PLUGIN + ":build-classpath",
          "-DincludeScope=runtime",
          "-Dmdep.outputFile=" + list);
      return Arrays.stream(Files.readString(list).strip().split(File.pathSeparator))
          .filter(entry -> !entry.isEmpty())
          .map(Path::of)
          .toList();
    } finally {
      delete(folder);
    }
  }

  private static String dependency(String coordinates) {
    String[] parts = coordinates.split(":");
    boolean plain = Arrays.stream(parts).allMatch(part -> part.matches("[\\w.\\-]+"));
    if (!plain || parts.length < 3 || parts.length > 4) {
      throw new IllegalArgumentException(
          Text.format("%s is not GROUP:ARTIFACT:VERSION", coordinates));
    }
    String classifier = parts.length == 4 ? "<classifier>" + parts[2] + "</classifier>" : "";
    return Text.format(
        "<dependency><groupId>%s</groupId><artifactId>%s</artifactId>%s<version>%s</version>"
            + "</dependency>",
        parts[0], parts[1], classifier, parts[parts.length - 1]);
  }

  private static void run(Path folder, String... arguments) throws IOException {
    boolean windows = File.separatorChar == '\\';
    Path log = folder.resolve("maven.log");
    var command = Stream.of(windows ? "mvn.cmd" : "mvn", "-B", "-q", "-C");
    Process process;
    try {
      process =
          new ProcessBuilder(Stream.concat(command, Arrays.stream(arguments)).toList())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new IOException("Maven (the command mvn) could not be started: " + e.getMessage(), e);
    }
    process.getOutputStream().close();
    try {
      if (process.waitFor() != 0) {
        String said = Files.readString(log);
        String reason =
            said.lines()
                .filter(line -> line.contains(ERROR))
                .map(line -> line.substring(line.indexOf(ERROR) + ERROR.length()).strip())
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("it does not say why");
        throw new IOException("Maven did not find it: " + reason);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Maven was fetching", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
