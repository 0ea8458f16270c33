package org.adversaria.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.adversaria.torch.Text;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Reads image files by class, from a folder or a tar archive.
 *
 * <p>Images are sorted by path and decoded on all processors. If one is in colour, all are stored
 * in colour.
 */
final class ImageFiles {

  /** The value of {@code side} for images without resizing, which must have one size. */
  static final int AS_THEY_ARE = 0;

  /** The class name of images without classes. */
  static final String UNLABELLED = "unlabelled";

  private static final Set<String> SUFFIXES = Set.of("png", "jpg", "jpeg", "gif", "bmp");

  /** What stands in place of bytes that are not in a name's encoding. */
  private static final char UNDECODED = '\ufffd';

  private static final char UNDECODED_IN_TAR = '?';

  /** What the name of an entry takes in memory, about, beside its characters. */
  private static final long NAME = 100;

  private ImageFiles() {}

  /** A picture of a data set: what messages name, and its class. */
  record Labelled(String source, int label) {}

  /** A picture of an archive, with its position among the archive's pictures. */
  private record Found(String className, String source, int position) {}

  /**
   * Reads {@code FOLDER/CLASS/**}, classes in alphabetical order, or the images of a folder without
   * folders as one class.
   */
  static ImageBytes folder(String name, Path folder, int side) {
    List<Path> classes = classFolders(folder);
    List<String> names =
        classes.equals(List.of(folder))
            ? List.of(UNLABELLED)
            : classes.stream().map(path -> className(path.toString(), nameOf(path))).toList();
    List<List<Path>> images = classes.stream().map(ImageFiles::imagesBelow).toList();
    var files = new ArrayList<Labelled>();
    long count = images.stream().mapToLong(List::size).sum();
    try (var decoder = new Decoder(folder.toString(), side, count)) {
      boolean all = true;
      for (int label = 0; label < images.size() && all; label++) {
        all = addAll(images.get(label), label, decoder, files);
      }
      return assemble(name, folder, files, decoder.pictures(), names);
    }
  }

  /** Adds the pictures of a class; false if one has failed. */
  static boolean addAll(List<Path> images, int label, Decoder decoder, List<Labelled> files) {
    for (Path file : images) {
      String source = Text.visible(file.toString());
      long length = size(file);
      files.add(new Labelled(source, label));
      if (!decoder.add(source, length, () -> content(file, length))) {
        return false;
      }
    }
    return true;
  }

  static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw Unpacked.unreadable(file, e);
    }
  }

  /** All bytes of a file. */
  static byte[] content(Path file, long length) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Unpacked.exactly(in, length, file.toString());
    }
  }

  private static String nameOf(Path path) {
    return path.getFileName().toString();
  }

  /**
   * Requires a class name that can be shown and written.
   *
   * @param source the folder or entry that has the name
   */
  private static String className(String source, String name) {
    if (!Text.isVisible(name) || name.indexOf(UNDECODED) >= 0) {
      throw new DataException(
          Text.format(
              """
              %s has the class name '%s', which has control characters or is not in the encoding \
              of names (UTF-8 in archives, that of the locale in folders); rename it, or start Java under LC_ALL=C.UTF-8""",
              Text.visible(source), Text.visible(name)));
    }
    return name;
  }

  /** The class folders; the folder itself if it has none. */
  private static List<Path> classFolders(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new DataException(
          folder
              + " is no folder; give a folder of images, or one that has one folder for each class");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> visible = entries.sorted().toList();
      List<Path> classes = visible.stream().filter(ImageFiles::isVisibleFolder).toList();
      Optional<Path> image = visible.stream().filter(ImageFiles::isImageFile).findFirst();
      if (image.isPresent() && !classes.isEmpty()) {
        throw new DataException(
            Text.format(
                """
                %s has folders and images beside each other, such as %s; put every image into the \
                folder of its class, or all of them into one folder""",
                folder, Text.visible(nameOf(image.get()))));
      }
      if (image.isEmpty() && classes.isEmpty()) {
        throw new DataException(
            Text.format(
                """
                %s holds no image (%s); put images into it, or one folder for each class with its \
                images inside""",
                folder, suffixes()));
      }
      return classes.isEmpty() ? List.of(folder) : classes;
    } catch (IOException e) {
      throw new DataException(
          Text.format(
              """
              %s cannot be read as a folder of images (%s); give a folder of images, or one that has \
              one folder for each class""",
              folder, Unpacked.reason(e)),
          e);
    }
  }

  static boolean isVisibleFolder(Path path) {
    return Files.isDirectory(path) && !nameOf(path).startsWith(".");
  }

  /** The images of a folder and of those below, without hidden ones, sorted; at least one. */
  static List<Path> imagesBelow(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> images =
          paths
              .filter(ImageFiles::isImageFile)
              .filter(path -> isVisible(folder.relativize(path).toString()))
              .sorted()
              .toList();
      if (images.isEmpty()) {
        throw new DataException(
            folder + " holds no image (" + suffixes() + "); add some or remove it");
      }
      return images;
    } catch (IOException | UncheckedIOException e) {
      throw new DataException(folder + " cannot be read (" + Unpacked.reason(e) + ")", e);
    }
  }

  private static boolean isImageFile(Path path) {
    return isImage(path.toString()) && Files.isRegularFile(path);
  }

  /** Reads the entries {@code PREFIX/CLASS/FILE} of a tar archive, gzipped or plain. */
  static ImageBytes tar(String name, Path archive, String prefix) {
    String start = prefix.isEmpty() ? "" : prefix + "/";
    return tar(
        name,
        archive,
        path -> {
          String[] parts =
              path.startsWith(start) ? path.substring(start.length()).split("/") : new String[0];
          return parts.length == 2 ? Optional.of(parts[0]) : Optional.empty();
        });
  }

  /** Reads those images of a tar archive whose path has a class. */
  static ImageBytes tar(String name, Path archive, Function<String, Optional<String>> classOfPath) {
    var found = new ArrayList<Found>();
    try (var entries = new TarEntries(archive);
        var decoder = new Decoder(archive.toString(), AS_THEY_ARE, 1)) {
      boolean all = true;
      for (TarArchiveEntry entry = entries.next(); entry != null && all; entry = entries.next()) {
        String path = path(entry);
        Optional<String> className = isImage(entry) ? classOfPath.apply(path) : Optional.empty();
        if (className.isPresent()) {
          String source = archive + "!" + path;
          long length = entry.getSize();
          String shown = className.get().replace(UNDECODED_IN_TAR, UNDECODED);
          found.add(new Found(className(source, shown), source, found.size()));
          all = decoder.addNow(source, length, () -> entries.content(source, length));
        }
      }
      return sorted(name, archive, found, decoder.pictures());
    }
  }

  /** A data set of the pictures of an archive, in the order of classes and paths. */
  private static ImageBytes sorted(
      String name, Path archive, List<Found> found, List<Picture> pictures) {
    found.sort(Comparator.comparing(Found::className).thenComparing(Found::source));
    requireDifferent(archive, found.stream().map(Found::source).toList());
    List<String> classes = found.stream().map(Found::className).distinct().toList();
    List<Labelled> files =
        found.stream()
            .map(f -> new Labelled(f.source, Collections.binarySearch(classes, f.className)))
            .toList();
    var sorted = new ArrayList<Picture>();
    found.forEach(f -> sorted.add(pictures.get(f.position)));
    pictures.clear();
    return assemble(name, archive, files, sorted, classes);
  }

  /** The paths of all images of a tar archive. */
  static List<String> imagesOfTar(Path archive) {
    var paths = new ArrayList<String>();
    long memory = 0;
    try (var entries = new TarEntries(archive)) {
      for (TarArchiveEntry entry = entries.next(); entry != null; entry = entries.next()) {
        if (isImage(entry)) {
          String path = path(entry);
          paths.add(path);
          memory += NAME + 2L * path.length();
          if (memory > Limit.MEMORY.value()) {
            throw Limit.outOfMemory(
                Text.format(
                    "%s has more than %d images, whose names take %d bytes",
                    archive, paths.size(), memory));
          }
        }
      }
    }
    return requireImages(archive, paths);
  }

  private static boolean isImage(TarArchiveEntry entry) {
    return TarEntries.isPlainFile(entry) && isImage(entry.getName()) && isVisible(path(entry));
  }

  private static String path(TarArchiveEntry entry) {
    return entry.getName().replaceFirst("^\\./", "");
  }

  /** Fails if one of the sorted paths is there twice. */
  static void requireDifferent(Path archive, List<String> sorted) {
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).equals(sorted.get(i - 1))) {
        throw new DataException(
            Text.format("%s has two entries '%s'; make the archive again", archive, sorted.get(i)));
      }
    }
  }

  /** Whether no part of a path is hidden. */
  private static boolean isVisible(String path) {
    return Stream.of(path.split("[/\\\\]")).noneMatch(part -> part.startsWith("."));
  }

  static boolean isImage(String path) {
    String file = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    String suffix = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !file.startsWith(".") && SUFFIXES.contains(suffix);
  }

  /** Makes a data set of pictures, which are released as they are converted. */
  static ImageBytes assemble(
      String name,
      Path source,
      List<Labelled> files,
      List<Picture> pictures,
      List<String> classNames) {
    requireImages(source, files);
    Picture first = pictures.get(0);
    for (int i = 1; i < pictures.size(); i++) {
      requireSize(files.get(0), first, files.get(i), pictures.get(i));
    }
    boolean color = pictures.stream().anyMatch(picture -> picture.channels() == 3);
    int channels = color ? 3 : 1;
    Limit.requireMemory(
        source.toString(), files.size(), (long) channels * first.height() * first.width());
    var images = new byte[files.size()][];
    for (int i = 0; i < images.length; i++) {
      images[i] = color ? pictures.get(i).toColor().bytes() : pictures.get(i).bytes();
      pictures.set(i, null);
    }
    return new ImageBytes(
        name,
        channels,
        first.height(),
        first.width(),
        classNames,
        images,
        files.stream().mapToInt(Labelled::label).toArray());
  }

  static <T> List<T> requireImages(Path source, List<T> images) {
    if (images.isEmpty()) {
      throw new DataException(
          source + " holds no image (" + suffixes() + ") where one is looked for");
    }
    return images;
  }

  private static String suffixes() {
    return String.join(", ", new TreeSet<>(SUFFIXES));
  }

  private static void requireSize(
      Labelled firstFile, Picture first, Labelled file, Picture picture) {
    if (picture.height() != first.height() || picture.width() != first.width()) {
      throw new DataException(
          Text.format(
              """
              %s has %dx%d pixels, but %s has %dx%d; all images must have one size. Scale them \
              first, or name a resolution: Datasets.imageFolder(folder, 64) crops and scales each \
              to 64x64""",
              file.source,
              picture.width(),
              picture.height(),
              firstFile.source,
              first.width(),
              first.height()));
    }
  }
}
