package org.adversaria.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.adversaria.torch.Text;

/**
 * Opens images by path: a folder, a tar archive or a StyleGAN zip.
 *
 * <p>Folders {@code train} and {@code test} (or {@code val}) are the two parts of a data set;
 * without them there is the training part only.
 */
final class ImagePath {

  private static final String TAR = "\\.(tar|tar\\.gz|tgz)$";
  private static final String TRAIN = "train";
  private static final List<String> HELD_OUT = List.of("test", "val");

  private ImagePath() {}

  static ImageData open(Path path, Split split) {
    String file = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    String lower = file.toLowerCase(Locale.ROOT);
    if (Files.isDirectory(path)) {
      String part = partFolder(path, foldersIn(path), split).orElse("");
      return ImageFiles.folder(split.suffix(file), path.resolve(part), ImageFiles.AS_THEY_ARE);
    }
    if (lower.endsWith(".zip")) {
      partFolder(path, Set.of(), split);
      return StyleGanZip.read(path);
    }
    if (lower.matches(".*" + TAR)) {
      return tar(path, split);
    }
    throw new DataException(
        path + " is not a folder of images, nor a file .tar, .tar.gz, .tgz or StyleGAN's .zip");
  }

  /** The name of a data set that is a tar archive. */
  static String nameOfTar(Path archive) {
    return archive.getFileName().toString().replaceFirst("(?i)" + TAR, "");
  }

  private static Set<String> foldersIn(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(ImageFiles::isVisibleFolder)
          .map(path -> path.getFileName().toString())
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new DataException(folder + " cannot be read (" + Unpacked.reason(e) + ")", e);
    }
  }

  /**
   * The folder of a part; empty if the folders are classes.
   *
   * @throws DataException if the data set has no such part
   */
  private static Optional<String> partFolder(Path source, Set<String> folders, Split split) {
    var others = new TreeSet<>(folders);
    others.removeAll(HELD_OUT);
    boolean divided = others.equals(Set.of(TRAIN));
    if (split == Split.TRAIN) {
      return divided ? Optional.of(TRAIN) : Optional.empty();
    }
    return Optional.of(
        HELD_OUT.stream()
            .filter(part -> divided && folders.contains(part))
            .findFirst()
            .orElseThrow(
                () ->
                    new DataException(
                        Text.format(
                            """
                            %s has no test part: only a folder or tar archive that holds the folders \
                            train and test (or val) has one""",
                            source))));
  }

  private static ImageData tar(Path archive, Split split) {
    List<String> paths = ImageFiles.imagesOfTar(archive);
    String commonFolder = commonFolder(paths);
    Set<String> folders =
        paths.stream()
            .flatMap(path -> folderBelow(commonFolder, path).stream())
            .collect(Collectors.toSet());
    String root =
        commonFolder + partFolder(archive, folders, split).map(part -> part + "/").orElse("");
    List<String> partPaths = paths.stream().filter(path -> path.startsWith(root)).toList();
    List<String> flat =
        partPaths.stream().filter(path -> folderBelow(root, path).isEmpty()).toList();
    if (!flat.isEmpty() && flat.size() < partPaths.size()) {
      throw new DataException(
          Text.format(
              """
              %s has folders and images beside each other, such as %s; put every image into the \
              folder of its class, or all of them into one folder""",
              archive, flat.get(0)));
    }
    return ImageFiles.tar(
        split.suffix(nameOfTar(archive)),
        archive,
        path ->
            path.startsWith(root)
                ? Optional.of(folderBelow(root, path).orElse(ImageFiles.UNLABELLED))
                : Optional.empty());
  }

  /** The first folder of a path below the root. */
  private static Optional<String> folderBelow(String root, String path) {
    int end = path.indexOf('/', root.length());
    return end < 0 ? Optional.empty() : Optional.of(path.substring(root.length(), end));
  }

  /** The common folder of all paths, with a slash at its end; empty for the top. */
  private static String commonFolder(List<String> paths) {
    String common = paths.get(0);
    for (String path : paths) {
      int mismatch = Arrays.mismatch(common.toCharArray(), path.toCharArray());
      common = mismatch < 0 ? common : common.substring(0, mismatch);
    }
    return common.substring(0, common.lastIndexOf('/') + 1);
  }
}
