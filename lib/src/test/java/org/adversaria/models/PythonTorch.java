package org.adversaria.models;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs a test's Python program, where the machine has a Python with PyTorch. */
final class PythonTorch {

  private PythonTorch() {}

  /** The lines it prints; the test is skipped where no Python can import torch. */
  static List<String> run(String program, String... arguments)
      throws IOException, InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      if (exits(python, "-c", "import torch") == 0) {
        var command =
            new ArrayList<>(List.of(python, Path.of("src/test/python", program).toString()));
        command.addAll(List.of(arguments));
        Process process =
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        if (process.waitFor() != 0) {
          throw new IOException(program + " ended with status " + process.exitValue());
        }
        return lines;
      }
    }
    Assumptions.abort("No Python here can import torch");
    return List.of();
  }

  private static int exits(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(2, TimeUnit.MINUTES) ? process.exitValue() : 1;
    } catch (IOException e) {
      return 1;
    }
  }
}
