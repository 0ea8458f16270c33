package org.adversaria.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a disk.
 *
 * @param files bytes by path; the paths of directories end with a slash
 */
public record DiskImage(SortedMap<String, ByteBuffer> files) {

  /** Reads everything below a folder. */
  public static DiskImage of(Path folder) throws IOException {
    var files = new TreeMap<String, ByteBuffer>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(path -> !path.equals(folder)).toList()) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        if (Files.isDirectory(path)) {
          files.put(name + "/", ByteBuffer.allocate(0));
        } else {
          files.put(name, ByteBuffer.wrap(Files.readAllBytes(path)));
        }
      }
    }
    return new DiskImage(files);
  }

  /** A disk that certainly has these files on its medium. */
  Disk disk() {
    var disk = new Disk();
    var nodes = new HashMap<>(Map.of("", Disk.ROOT));
    files.forEach(
        (path, bytes) -> {
          boolean isDirectory = path.endsWith("/");
          String plain = isDirectory ? path.substring(0, path.length() - 1) : path;
          int slash = plain.lastIndexOf('/') + 1;
          int node = disk.nodes();
          nodes.put(path, node);
          int directory = nodes.get(plain.substring(0, slash));
          new Change.Create(plain, directory, plain.substring(slash), node, isDirectory)
              .applyTo(disk);
          if (!isDirectory) {
            new Change.Write(plain, node, 0, bytes.array()).applyTo(disk);
          }
        });
    disk.forceAll();
    return disk;
  }

  /** Writes everything below a folder, which may be missing. */
  public Path writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    // A directory comes before its entries.
    for (Map.Entry<String, ByteBuffer> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (file.getKey().endsWith("/")) {
        Files.createDirectory(path);
      } else {
        Files.write(path, file.getValue().array());
      }
    }
    return folder;
  }

  /** The text of a file; null where there is none. */
  public String text(String path) {
    ByteBuffer bytes = files.get(path);
    return bytes == null ? null : new String(bytes.array(), StandardCharsets.UTF_8);
  }
}
