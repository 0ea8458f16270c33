package org.adversaria.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.adversaria.torch.Text;

/** Tells image files from others by their names, and counts the others by reason. */
final class LeftOutFiles {

  static final String LABELS = "dataset.json";

  private static final Set<String> SUFFIXES =
      Set.of("png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff");

  private static final Set<String> OTHER_PICTURES =
      Set.of(
          "heic", "heif", "avif", "jxl", "jp2", "psd", "svg", "ico", "tga", "ppm", "pgm", "pbm",
          "exr", "hdr", "dng", "cr2", "cr3", "nef", "arw", "raf", "orf", "rw2");

  private static final String HIDDEN = "hidden";
  private static final String OTHER_FORMAT =
      "pictures of formats that are not read; convert them to PNG";
  private static final String NO_IMAGE = "no images by their names";

  /** The files of one reason that are named. */
  private static final int NAMED = 20;

  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private final Map<String, List<String>> names = new LinkedHashMap<>();

  /** The suffixes of image files, for messages. */
  static String suffixes() {
    return String.join(", ", new TreeSet<>(SUFFIXES));
  }

  /** Whether a part of a path is hidden, or one of macOS's copies of file attributes. */
  static boolean isHidden(String path) {
    return Stream.of(path.split("/"))
        .anyMatch(part -> part.startsWith(".") && !part.equals(".") || part.equals("__MACOSX"));
  }

  /** The suffix of a file's name, in lower case; the whole name where there is none. */
  private static String suffix(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1);
    return file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  static boolean isImage(String path) {
    return SUFFIXES.contains(suffix(path));
  }

  static boolean isLabels(String path) {
    return path.substring(path.lastIndexOf('/') + 1).equals(LABELS);
  }

  /** Counts a file that is no image by its name, or is hidden. */
  void addByName(String path) {
    if (isHidden(path)) {
      add(HIDDEN, path);
    } else {
      add(OTHER_PICTURES.contains(suffix(path)) ? OTHER_FORMAT : NO_IMAGE, path);
    }
  }

  void add(String why, String path) {
    counts.merge(why, 1, Integer::sum);
    List<String> some = names.computeIfAbsent(why, reason -> new ArrayList<>());
    if (some.size() < NAMED) {
      some.add(Text.visible(path));
    }
  }

  List<ImageReport.LeftOut> byReason() {
    return counts.entrySet().stream()
        .map(
            reason ->
                new ImageReport.LeftOut(
                    reason.getKey(),
                    reason.getValue(),
                    names.get(reason.getKey()).stream().sorted().toList()))
        .toList();
  }

  /** A sentence for each reason. */
  List<String> notes(String source) {
    return byReason().stream()
        .map(
            group ->
                Text.format(
                    "%s: %d left out, %s (%s)",
                    source, group.files(), group.why(), Notes.some(group.such(), group.files())))
        .toList();
  }
}
