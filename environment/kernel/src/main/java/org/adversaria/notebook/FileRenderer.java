package org.adversaria.notebook;

import java.io.File;

/** Files as {@link PathRenderer} shows their paths. */
final class FileRenderer implements Renderer<File> {

  private final PathRenderer paths = new PathRenderer();

  @Override
  public MimeBundle render(File file) {
    return paths.render(file.toPath());
  }
}
