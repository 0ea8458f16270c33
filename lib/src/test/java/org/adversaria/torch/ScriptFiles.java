package org.adversaria.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes TorchScript files for tests. */
public final class ScriptFiles {

  private ScriptFiles() {}

  /** Writes a file whose methods are these, as those of {@link TorchScript}. */
  public static Path write(Path file, String source) {
    try {
      return Files.write(file, TorchScript.archive(source));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
