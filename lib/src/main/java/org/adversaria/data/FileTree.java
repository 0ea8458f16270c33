package org.adversaria.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.adversaria.torch.Text;

/**
 * The files of a folder or an archive, with all that is below.
 *
 * <p>Paths have slashes and begin below the root.
 */
interface FileTree extends AutoCloseable {

  /**
   * An image file.
   *
   * @param path below the root
   * @param length in bytes
   */
  record Entry(String path, long length) {}

  /**
   * What is there.
   *
   * @param images the files that are images by their names, in the order of their paths
   * @param labels the paths of files named {@code dataset.json}
   * @param leftOut all others
   */
  record Listing(List<Entry> images, List<String> labels, LeftOutFiles leftOut) {}

  /**
   * The files at a path.
   *
   * @throws DataException if it is neither a folder nor an archive that is known
   */
  static FileTree of(Path path) {
    String lower = nameOf(path).toLowerCase(Locale.ROOT);
    if (Files.isDirectory(path)) {
      return new FolderTree(path);
    }
    if (lower.endsWith(ZipTree.SUFFIX)) {
      return ZipTree.of(path);
    }
    if (lower.matches(".*" + TarTree.SUFFIX)) {
      return new TarTree(path);
    }
    throw new DataException(
        path + " is not a folder of images, nor a file .tar, .tar.gz, .tgz or .zip of images");
  }

  /** The name of a data set that lies at a path. */
  static String nameOf(Path path) {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }

  /** The folder or archive. */
  Path root();

  /** The name of the data set: that of the folder or archive, without suffix. */
  String name();

  /** Whether a folder that holds everything else is the archive's own, and no class. */
  boolean isArchive();

  /** A file as messages name it. */
  String shown(String path);

  /** Finds all files. */
  Listing list();

  /** Opens a file. */
  InputStream open(String path) throws IOException;

  /**
   * Hands images to a decoder, until one fails.
   *
   * @param images some of those listed
   * @param decoder takes them
   * @return the indices into {@code images}, in the order in which the decoder was given them
   */
  int[] decode(List<Entry> images, Decoder<?> decoder);

  @Override
  void close();

  /** Fails if the names of the files take more memory than there is. */
  static void requireMemory(Path root, int count, long bytes) {
    if (bytes > Limit.MEMORY.value()) {
      throw Limit.outOfMemory(
          Text.format("%s has more than %d images, whose names take %d bytes", root, count, bytes));
    }
  }
}
