package org.adversaria.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Whether notebooks are set up: what {@code environment/setup.sh} left behind. */
final class NotebookCheck {

  /** The folder {@code environment}; its scripts name it. */
  static final String PROPERTY = "adversaria.environment";

  private static final String NAME = "notebooks";
  private static final String SET_UP = "Run environment/setup.sh, which does what is missing";
  private static final String VERSIONS =
      "import importlib.metadata as m\n"
          + "print(', '.join(n + ' ' + m.version(n) for n in ('jupyter_client', 'nbconvert')))";
  private static final long PATIENCE_SECONDS = 3;

  private final Surroundings here;

  NotebookCheck(Surroundings here) {
    this.here = here;
  }

  Finding examine() throws IOException {
    Optional<String> environment = here.property(PROPERTY);
    if (environment.isEmpty()) {
      return Finding.ok(NAME, "not looked at; environment/adversaria.sh doctor looks at them");
    }
    Path folder = Path.of(environment.get()).resolve(".local");
    Path kernel = folder.resolve("jupyter/kernels/java/kernel.json");
    if (!Files.exists(kernel) || !Files.exists(folder.resolve("python"))) {
      return Finding.warning(NAME, "not set up", SET_UP + "; the command line needs none");
    }
    JsonNode description = new ObjectMapper().readTree(kernel.toFile());
    Optional<String> missing = missing(description.path("argv"));
    if (missing.isPresent()) {
      return Finding.warning(
          NAME, "the kernel wants " + missing.get() + ", which is not there", SET_UP);
    }
    String python = Files.readString(folder.resolve("python")).strip();
    String value = description.path("display_name").asText() + ", " + python;
    try {
      return Finding.ok(NAME, value + ": " + versions(python));
    } catch (IOException e) {
      return Finding.warning(NAME, value + ": " + e.getMessage(), SET_UP);
    }
  }

  /** The first thing that the kernel's command line names and that is not there. */
  private static Optional<String> missing(JsonNode command) throws IOException {
    for (JsonNode node : command) {
      String word = node.asText();
      if (word.endsWith("/bin/java") && !Files.exists(Path.of(word))) {
        return Optional.of(word);
      }
      if (word.startsWith("@")) {
        Path arguments = Path.of(word.substring(1));
        return Files.exists(arguments)
            ? missingOfClassPath(Files.readAllLines(arguments))
            : Optional.of(arguments.toString());
      }
    }
    return Optional.empty();
  }

  /** The lines are java's arguments, each in quotes with escapes as in JSON. */
  private static Optional<String> missingOfClassPath(List<String> lines) throws IOException {
    var json = new ObjectMapper();
    for (int i = 1; i < lines.size(); i++) {
      if (json.readValue(lines.get(i - 1), String.class).equals("-cp")) {
        String classPath = json.readValue(lines.get(i), String.class);
        return Arrays.stream(classPath.split(File.pathSeparator))
            .filter(entry -> !Files.exists(Path.of(entry)))
            .findFirst();
      }
    }
    return Optional.empty();
  }

  private static String versions(String python) throws IOException {
    Process process =
        new ProcessBuilder(python, "-c", VERSIONS)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("it does not answer");
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.exitValue() != 0) {
        throw new IOException("it has no Jupyter");
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("it was interrupted", e);
    } finally {
      process.destroy();
    }
  }
}
