package org.adversaria.spark;

import java.io.FileNotFoundException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * {@code objects://bucket/name}: objects in a folder of this machine, which processes share. As in
 * an object store an object is there when it is closed, and not before; nothing is appended to; and
 * a rename is a copy, which is for Spark's own files only. The bucket {@code closed} refuses every
 * object, and the others those whose name a file {@code refused} has.
 */
public final class TestObjectStore extends FileSystem {

  private static final String ROOT = "fs.objects.root";

  private final RawLocalFileSystem local = new RawLocalFileSystem();
  private URI uri;
  private java.nio.file.Path root;

  /** Settings of Spark by which sessions know the store. */
  static Map<String, String> settings(java.nio.file.Path root) {
    return Map.of(
        "spark.hadoop.fs.objects.impl",
        TestObjectStore.class.getName(),
        "spark.hadoop.fs.objects.impl.disable.cache",
        "true",
        "spark.hadoop." + ROOT,
        root.toString());
  }

  /** Where an object lies on this machine. */
  static java.nio.file.Path file(java.nio.file.Path root, String uri) {
    URI parsed = URI.create(uri);
    return root.resolve(parsed.getAuthority() + parsed.getPath());
  }

  /** Refuses objects of a name from now on; none of an empty name. */
  static void refuse(java.nio.file.Path root, String name) throws IOException {
    Files.writeString(root.resolve("refused"), name);
  }

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    uri = URI.create(name.getScheme() + "://" + name.getAuthority());
    root = java.nio.file.Path.of(conf.get(ROOT));
    local.initialize(URI.create("file:///"), conf);
  }

  @Override
  public String getScheme() {
    return "objects";
  }

  @Override
  public URI getUri() {
    return uri;
  }

  private java.nio.file.Path file(Path path) {
    return file(root, path.makeQualified(uri, getWorkingDirectory()).toString());
  }

  private Path localPath(Path path) {
    return new Path(file(path).toUri());
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return local.open(localPath(path), bufferSize);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    java.nio.file.Path file = file(path);
    requireAllowed(file);
    if (!overwrite && Files.exists(file)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    java.nio.file.Path upload = Files.createTempFile(root, "upload", "");
    return new FSDataOutputStream(
        new FilterOutputStream(Files.newOutputStream(upload)) {
          private boolean closed;

          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
          }

          @Override
          public void close() throws IOException {
            if (!closed) {
              closed = true;
              super.close();
              Files.createDirectories(file.getParent());
              Files.move(upload, file, StandardCopyOption.ATOMIC_MOVE);
            }
          }
        },
        statistics);
  }

  private void requireAllowed(java.nio.file.Path file) throws IOException {
    java.nio.file.Path refused = root.resolve("refused");
    boolean named =
        Files.exists(refused) && Files.readString(refused).equals(file.getFileName().toString());
    if (uri.getAuthority().equals("closed") || named) {
      throw new AccessDeniedException(file.getFileName().toString(), null, "403 Forbidden");
    }
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("An object store appends nothing");
  }

  @Override
  public boolean rename(Path source, Path target) throws IOException {
    if (!source.toString().contains(".parquet/")) {
      throw new UnsupportedOperationException("An object store renames nothing");
    }
    copy(file(source), file(target));
    return delete(source, true);
  }

  private static void copy(java.nio.file.Path source, java.nio.file.Path target)
      throws IOException {
    Files.createDirectories(target.getParent());
    try (var paths = Files.walk(source)) {
      for (java.nio.file.Path path : paths.toList()) {
        Files.copy(path, target.resolve(source.relativize(path).toString()));
      }
    }
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return local.delete(localPath(path), recursive);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    FileStatus itself = getFileStatus(path);
    return itself.isFile()
        ? new FileStatus[] {itself}
        : Arrays.stream(local.listStatus(localPath(path)))
            .map(each -> status(each, new Path(path, each.getPath().getName())))
            .toArray(FileStatus[]::new);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws FileNotFoundException, IOException {
    return status(local.getFileStatus(localPath(path)), path);
  }

  private FileStatus status(FileStatus of, Path path) {
    return new FileStatus(
        of.getLen(),
        of.isDirectory(),
        1,
        of.getBlockSize(),
        of.getModificationTime(),
        path.makeQualified(uri, getWorkingDirectory()));
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return local.mkdirs(localPath(path));
  }

  @Override
  public void setWorkingDirectory(Path path) {
    throw new UnsupportedOperationException("Objects have no working directory");
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri.toString() + "/");
  }
}
