package org.adversaria.notebook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file that holds a picture as that picture, another path as its text. */
final class PathRenderer implements Renderer<Path> {

  private static final long LARGEST = 50_000_000;
  private static final int START = 8;

  @Override
  public MimeBundle render(Path path) {
    return picture(path).orElseGet(() -> MimeBundle.text(text(path)));
  }

  private static Optional<MimeBundle> picture(Path path) {
    try {
      if (!Files.isRegularFile(path) || Files.size(path) > LARGEST || !startsAsPicture(path)) {
        return Optional.empty();
      }
      return BytesRenderer.picture(Files.readAllBytes(path), String.valueOf(path.getFileName()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path.toAbsolutePath(), e);
    }
  }

  private static boolean startsAsPicture(Path path) throws IOException {
    if (!Files.isReadable(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return Pictures.type(in.readNBytes(START)).isPresent();
    }
  }

  /** A name that promises a picture is told to be missing; other paths need not exist. */
  private static String text(Path path) {
    boolean promised = path.toString().matches("(?i).*\\.(png|jpe?g|gif)");
    return promised && !Files.exists(path) ? path + " (no such file)" : path.toString();
  }
}
