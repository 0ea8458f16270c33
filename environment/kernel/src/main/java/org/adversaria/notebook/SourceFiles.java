package org.adversaria.notebook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The texts of classes' source files, in folders and archives, which are opened when needed. */
public final class SourceFiles implements AutoCloseable {

  /** The system property that lists where sources lie; the kernel's specification sets it. */
  public static final String PROPERTY = "adversaria.kernel.sources";

  private final List<Path> roots;
  private final Map<Path, ZipFile> archives = new LinkedHashMap<>();

  /**
   * Nothing is opened yet.
   *
   * @param roots folders, jars and zip files in the order in which they are searched; those that
   *     are not there are passed over
   */
  public SourceFiles(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /**
   * Reads the file that declares a top-level type.
   *
   * @param module the type's module, which is a folder in the JDK's archive; empty for the class
   *     path
   * @param type the type's full name
   * @return the text; empty if no root has it
   */
  public Optional<String> read(String module, String type) {
    String file = type.replace('.', '/') + ".java";
    for (Path root : roots) {
      try {
        if (Files.isDirectory(root)) {
          Path path = root.resolve(file);
          if (Files.isRegularFile(path)) {
            return Optional.of(Files.readString(path));
          }
        } else if (Files.isRegularFile(root)) {
          ZipFile archive = archive(root);
          ZipEntry entry = archive.getEntry(module.isEmpty() ? file : module + "/" + file);
          if (entry != null) {
            try (InputStream stream = archive.getInputStream(entry)) {
              return Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            }
          }
        }
      } catch (IOException e) {
        // Another root may have the file; without any the caller says so.
        continue;
      }
    }
    return Optional.empty();
  }

  private ZipFile archive(Path root) throws IOException {
    ZipFile archive = archives.get(root);
    if (archive == null) {
      archive = new ZipFile(root.toFile());
      archives.put(root, archive);
    }
    return archive;
  }

  @Override
  public void close() throws IOException {
    for (ZipFile archive : archives.values()) {
      archive.close();
    }
    archives.clear();
  }
}
