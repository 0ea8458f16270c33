package org.adversaria.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.adversaria.torch.Text;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads image files by class: from a folder, a tar archive, or a StyleGAN zip.
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
  private static final String LABELS = "dataset.json";

  private ImageFiles() {}

  /** An image file not yet decoded. */
  private record Encoded(String source, int label, Content content) {}

  /** The source of an image file's bytes. */
  private interface Content {
    byte[] read() throws IOException;
  }

  /**
   * Reads {@code FOLDER/CLASS/**}, classes in alphabetical order, or the images of a folder without
   * folders as one class.
   */
  static ImageBytes folder(String name, Path folder, int side) {
    var files = new ArrayList<Encoded>();
    List<Path> classes = classFolders(folder);
    for (int label = 0; label < classes.size(); label++) {
      for (Path file : imagesBelow(classes.get(label))) {
        files.add(new Encoded(file.toString(), label, () -> Files.readAllBytes(file)));
      }
    }
    List<String> names =
        classes.equals(List.of(folder))
            ? List.of(UNLABELLED)
            : classes.stream().map(path -> path.getFileName().toString()).toList();
    return decode(name, folder, files, names, side);
  }

  /** The class folders; the folder itself if it has none. */
  private static List<Path> classFolders(Path folder) {
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
                folder, image.get().getFileName()));
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
    return Files.isDirectory(path) && !path.getFileName().toString().startsWith(".");
  }

  private static List<Path> imagesBelow(Path folder) {
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
    Map<String, List<Encoded>> byClass = new TreeMap<>();
    try (var tar = new TarArchiveInputStream(Unpacked.open(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String path = path(entry);
        Optional<String> className = isImage(entry) ? classOfPath.apply(path) : Optional.empty();
        if (className.isPresent()) {
          byte[] bytes = tar.readNBytes(Math.toIntExact(entry.getSize()));
          byClass
              .computeIfAbsent(className.get(), key -> new ArrayList<>())
              .add(new Encoded(archive + "!" + path, 0, () -> bytes));
        }
      }
    } catch (IOException e) {
      throw Unpacked.unreadable(archive, e);
    }
    List<String> classes = List.copyOf(byClass.keySet());
    var files = new ArrayList<Encoded>();
    for (int label = 0; label < classes.size(); label++) {
      for (Encoded file : sorted(byClass.get(classes.get(label)))) {
        files.add(new Encoded(file.source, label, file.content));
      }
    }
    return decode(name, archive, files, classes, AS_THEY_ARE);
  }

  /** The paths of all images of a tar archive. */
  static List<String> imagesOfTar(Path archive) {
    var paths = new ArrayList<String>();
    try (var tar = new TarArchiveInputStream(Unpacked.open(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (isImage(entry)) {
          paths.add(path(entry));
        }
      }
    } catch (IOException e) {
      throw Unpacked.unreadable(archive, e);
    }
    return requireImages(archive, paths);
  }

  private static boolean isImage(TarArchiveEntry entry) {
    return entry.isFile() && isImage(entry.getName()) && isVisible(path(entry));
  }

  private static String path(TarArchiveEntry entry) {
    return entry.getName().replaceFirst("^\\./", "");
  }

  private static List<Encoded> sorted(List<Encoded> files) {
    return files.stream().sorted(Comparator.comparing(Encoded::source)).toList();
  }

  /** Reads a zip of images with {@code dataset.json}, the format of StyleGAN's data tool. */
  static ImageBytes styleGanZip(Path archive) {
    try (var zip = new ZipFile(archive.toFile())) {
      List<? extends ZipEntry> entries =
          zip.stream()
              .filter(entry -> !entry.isDirectory() && isImage(entry.getName()))
              .sorted(Comparator.comparing(ZipEntry::getName))
              .toList();
      Map<String, Integer> labels = styleGanLabels(archive, zip);
      var files = new ArrayList<Encoded>();
      for (ZipEntry entry : entries) {
        int label = labels.isEmpty() ? 0 : labelOf(entry, labels, archive);
        files.add(new Encoded(archive + "!" + entry.getName(), label, () -> content(zip, entry)));
      }
      requireFiles(archive, labels, entries);
      int classes = 1 + labels.values().stream().mapToInt(Integer::intValue).max().orElse(0);
      List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
      String name = archive.getFileName().toString().replaceFirst("\\.zip$", "");
      return decode(name, archive, files, names, AS_THEY_ARE);
    } catch (IOException e) {
      throw Unpacked.unreadable(archive, e);
    }
  }

  private static byte[] content(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  /** The labels by path; empty for an unlabelled data set. */
  private static Map<String, Integer> styleGanLabels(Path archive, ZipFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(LABELS);
    if (entry == null) {
      return Map.of();
    }
    JsonNode labels = new ObjectMapper().readTree(content(zip, entry)).path("labels");
    Map<String, Integer> byPath = new LinkedHashMap<>();
    if (labels.isNull() || labels.isMissingNode()) {
      return byPath;
    }
    for (JsonNode pair : labels) {
      boolean valid = pair.size() == 2 && pair.get(0).isTextual() && pair.get(1).canConvertToInt();
      if (!valid || !pair.get(1).isIntegralNumber() || pair.get(1).intValue() < 0) {
        throw new DataException(
            archive
                + "!"
                + LABELS
                + " has the label entry "
                + pair
                + "; each must read [\"path.png\", number] with a whole number from 0");
      }
      byPath.put(pair.get(0).textValue(), pair.get(1).intValue());
    }
    return byPath;
  }

  private static int labelOf(ZipEntry entry, Map<String, Integer> labels, Path archive) {
    Integer label = labels.get(entry.getName());
    if (label == null) {
      throw new DataException(
          Text.format(
              "%s!%s has no label in %s, which has %d; label every image or set \"labels\" to null",
              archive, entry.getName(), LABELS, labels.size()));
    }
    return label;
  }

  private static void requireFiles(
      Path archive, Map<String, Integer> labels, List<? extends ZipEntry> entries) {
    Set<String> unknown = new TreeSet<>(labels.keySet());
    entries.forEach(entry -> unknown.remove(entry.getName()));
    if (!unknown.isEmpty()) {
      throw new DataException(
          Text.format(
              "%s!%s labels %d images that the archive does not have, first %s; make the archive again",
              archive, LABELS, unknown.size(), unknown.iterator().next()));
    }
  }

  /** Whether no part of a path is hidden. */
  private static boolean isVisible(String path) {
    return Stream.of(path.split("[/\\\\]")).noneMatch(part -> part.startsWith("."));
  }

  private static boolean isImage(String path) {
    String file = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    String suffix = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !file.startsWith(".") && SUFFIXES.contains(suffix);
  }

  private static ImageBytes decode(
      String name, Path source, List<Encoded> files, List<String> classNames, int side) {
    requireImages(source, files);
    List<Picture> pictures = files.parallelStream().map(file -> picture(file, side)).toList();
    Picture first = pictures.get(0);
    for (int i = 1; i < pictures.size(); i++) {
      requireSize(files.get(0), first, files.get(i), pictures.get(i));
    }
    boolean color = pictures.stream().anyMatch(picture -> picture.channels() == 3);
    return new ImageBytes(
        name,
        color ? 3 : 1,
        first.height(),
        first.width(),
        classNames,
        pictures.stream()
            .map(picture -> color ? picture.toColor().bytes() : picture.bytes())
            .toArray(byte[][]::new),
        files.stream().mapToInt(Encoded::label).toArray());
  }

  private static <T> List<T> requireImages(Path source, List<T> images) {
    if (images.isEmpty()) {
      throw new DataException(
          source + " holds no image (" + suffixes() + ") where one is looked for");
    }
    return images;
  }

  private static String suffixes() {
    return String.join(", ", new TreeSet<>(SUFFIXES));
  }

  private static Picture picture(Encoded file, int side) {
    try {
      Picture picture = Picture.decode(file.source, file.content.read());
      return side == AS_THEY_ARE ? picture : picture.square(side);
    } catch (IOException e) {
      throw new DataException(
          file.source + " cannot be read (" + Unpacked.reason(e) + "); replace or remove it", e);
    }
  }

  private static void requireSize(Encoded firstFile, Picture first, Encoded file, Picture picture) {
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
