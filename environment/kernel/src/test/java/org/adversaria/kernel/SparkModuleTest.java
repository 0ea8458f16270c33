package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SparkModuleTest {

  @TempDir private Path root;

  /** A project whose set-up is a few lines of shell. */
  private SparkModule project(String setup) throws IOException {
    Files.createDirectories(root.resolve("environment"));
    Files.writeString(root.resolve("environment/setup.sh"), setup);
    return new SparkModule(root);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whatTheSetUpSaysIsPrinted() throws IOException {
    SparkModule module = project("echo \"asked for $*\"; echo to error >&2");
    PrintStream out = System.out;
    var said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      module.build();
    } finally {
      System.setOut(out);
    }
    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("asked for --spark --quiet", "to error");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFailedSetUpIsAnError() throws IOException {
    SparkModule module = project("exit 3");
    assertThatThrownBy(module::build)
        .isInstanceOf(IOException.class)
        .hasMessage("the module for Spark could not be built, see above");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  @DisabledOnOs(OS.WINDOWS)
  void anInterruptEndsTheSetUp() throws IOException {
    SparkModule module = project("sleep 600");
    Thread.currentThread().interrupt();
    assertThatThrownBy(module::build).hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void jarsThatTheKernelHasInAnyVersionAreLeftOut() throws IOException {
    Path target = Files.createDirectories(root.resolve("lib/spark/target"));
    Files.createFile(target.resolve("adversaria-spark-2.0-assembly.jar"));
    Path jar = Files.createFile(target.resolve("adversaria-spark-2.0.jar"));
    Files.writeString(
        target.resolve("classpath.txt"),
        String.join(
            File.pathSeparator,
            "/m/guava-33.0.0-jre.jar",
            "/m/spark-core_2.13-4.1.3.jar",
            "/m/a.jar\n"));
    var module = new SparkModule(root);
    assertThat(module.jar()).isEqualTo(jar);
    assertThat(module.needs("/k/guava-32.1.2-jre.jar" + File.pathSeparator + "/k/classes"))
        .containsExactly(Path.of("/m/spark-core_2.13-4.1.3.jar"), Path.of("/m/a.jar"));
  }
}
