package org.adversaria;

import static org.assertj.core.api.Assertions.assertThat;

import de.thetaphi.forbiddenapis.Checker;
import de.thetaphi.forbiddenapis.ForbiddenApiException;
import de.thetaphi.forbiddenapis.Logger;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds Java code that Maven does not compile to what the build holds the rest to: nothing depends
 * on a machine's default locale, charset or time zone.
 */
@Tag("slow")
class ForbiddenApisTest {

  private static final Path SIGNATURES = Path.of("src/forbidden-apis.txt");

  @TempDir private Path folder;

  @Test
  void adaptersOfOtherKernels() throws Exception {
    assertThat(violations(javaFiles(Path.of("../environment/startup")))).isEmpty();
  }

  @Test
  void benchmarks() throws Exception {
    assertThat(violations(javaFiles(Path.of("bench/java/org/adversaria/bench")))).isEmpty();
  }

  @Test
  void tellsOfDigitsOfTheDefaultLocale() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("Digits.java"),
            "class Digits { String text = \"%d\".formatted(1); java.util.Scanner s; }");
    assertThat(violations(List.of(file)))
        .anyMatch(line -> line.contains("java.lang.String#formatted"))
        .anyMatch(line -> line.contains("java.util.Scanner"));
  }

  private static List<Path> javaFiles(Path sources) throws IOException {
    try (Stream<Path> files = Files.list(sources)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private List<String> violations(List<Path> sources) throws Exception {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    compile(sources, classes);
    var errors = new ArrayList<String>();
    var checker =
        new Checker(
            new Errors(errors),
            ForbiddenApisTest.class.getClassLoader(),
            EnumSet.of(Checker.Option.FAIL_ON_VIOLATION));
    checker.addBundledSignatures("jdk-unsafe", "17");
    checker.parseSignaturesFile(SIGNATURES.toFile());
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        checker.addClassToCheck(file.toFile());
      }
    }
    try {
      checker.run();
      return List.of();
    } catch (ForbiddenApiException e) {
      return errors;
    }
  }

  private static void compile(List<Path> sources, Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    var files = compiler.getStandardFileManager(null, null, null);
    var options =
        List.of("-proc:none", "-nowarn", "--release", "17", "-d", classes.toString(), "-cp");
    var all = new ArrayList<>(options);
    all.add(System.getProperty("java.class.path"));
    boolean compiled =
        compiler
            .getTask(messages, files, null, all, null, files.getJavaFileObjectsFromPaths(sources))
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
  }

  /** Collects what the checker finds. */
  private record Errors(List<String> lines) implements Logger {

    @Override
    public void error(String message) {
      lines.add(message);
    }

    @Override
    public void warn(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void debug(String message) {}
  }
}
