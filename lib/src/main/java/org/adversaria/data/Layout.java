package org.adversaria.data;

import java.io.IOException;
import java.io.InputStream;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.adversaria.data.FileTree.Entry;
import org.adversaria.data.FileTree.Listing;
import org.adversaria.torch.Text;

/**
 * Which images of a tree are those of a part, and their classes.
 *
 * @param kind how the images lie there, for people
 * @param images the images of the part, in the order of the data set
 * @param labels of these images
 * @param classNames the classes of all parts, in the order of the labels
 * @param parts the images of every part
 * @param notes what is not as everybody would expect
 */
record Layout(
    String kind,
    List<Entry> images,
    int[] labels,
    List<String> classNames,
    List<ImageReport.Count> parts,
    List<String> notes) {

  /** The class name of images without classes. */
  static final String UNLABELLED = "unlabelled";

  private static final String TRAIN = "train";
  private static final List<String> HELD_OUT = List.of("test", "val", "valid", "validation");

  /** What stands in place of bytes that are not in a name's encoding. */
  private static final char UNDECODED = '\ufffd';

  private static final char UNDECODED_IN_TAR = '?';

  /**
   * Finds the images of a part.
   *
   * @throws DataException if there is no such part or no image in it, labels and images do not
   *     match, or there are images beside folders
   */
  static Layout of(FileTree tree, Listing listing, Split split) {
    requireImages(tree.root(), listing.images());
    String root = rootOf(tree, listing);
    Optional<String> json = labelsOf(root, listing);
    var notes = new ArrayList<String>();
    if (json.isPresent()) {
      Optional<Layout> labelled = ofLabels(tree, listing, json.get(), split);
      if (labelled.isPresent()) {
        return labelled.get();
      }
      notes.add(
          Text.format(
              "%s has no \"labels\" and is passed over: the folders are the classes",
              tree.shown(json.get())));
    }
    Map<String, List<Entry>> folders = byFolder(root, listing.images());
    return isDivided(folders.keySet())
        ? ofParts(tree, root, folders, split, notes)
        : ofClasses(tree, root, folders, split, notes);
  }

  /** The images below a folder of an archive, by the folders below it. */
  static Layout below(FileTree tree, Listing listing, String prefix) {
    String root = prefix.isEmpty() ? "" : prefix + "/";
    List<Entry> images =
        listing.images().stream().filter(image -> image.path().startsWith(root)).toList();
    requireImages(tree.root(), images);
    return ofClasses(tree, root, byFolder(root, images), Split.TRAIN, List.of());
  }

  // ---- Folders ----------------------------------------------------------------------------------

  /** The folder that holds the data set: in an archive, the one in which everything lies. */
  private static String rootOf(FileTree tree, Listing listing) {
    String common = commonFolder(listing.images());
    for (String labels : listing.labels()) {
      String folder = folderOf(labels);
      if (common.startsWith(folder)) {
        return folder;
      }
    }
    if (tree.isArchive()) {
      return common;
    }
    // A folder of one class stays a class; one of parts or labels is looked into.
    Map<String, List<Entry>> below = byFolder(common, listing.images());
    return isDivided(below.keySet()) ? common : "";
  }

  private static Optional<String> labelsOf(String root, Listing listing) {
    return listing.labels().stream().filter(path -> folderOf(path).equals(root)).findFirst();
  }

  private static String folderOf(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  /** The common folder of all paths, with a slash at its end; empty for the top. */
  private static String commonFolder(List<Entry> images) {
    String first = images.get(0).path();
    String last = images.get(images.size() - 1).path();
    int common = 0;
    while (common < Math.min(first.length(), last.length())
        && first.charAt(common) == last.charAt(common)) {
      common++;
    }
    return first.substring(0, first.lastIndexOf('/', common - 1) + 1);
  }

  /** The images of each folder below the root; those beside the folders under the empty name. */
  private static Map<String, List<Entry>> byFolder(String root, List<Entry> images) {
    Map<String, List<Entry>> folders = new TreeMap<>();
    for (Entry image : images) {
      int end = image.path().indexOf('/', root.length());
      String folder = end < 0 ? "" : image.path().substring(root.length(), end);
      folders.computeIfAbsent(folder, name -> new ArrayList<>()).add(image);
    }
    return folders;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Whether folders are a training part and perhaps others. */
  private static boolean isDivided(Set<String> folders) {
    Set<String> names = folders.stream().map(Layout::lower).collect(Collectors.toSet());
    return names.size() == folders.size()
        && names.contains(TRAIN)
        && names.stream().allMatch(name -> name.equals(TRAIN) || HELD_OUT.contains(name));
  }

  // ---- Layouts ----------------------------------------------------------------------------------

  private static Layout ofClasses(
      FileTree tree,
      String root,
      Map<String, List<Entry>> folders,
      Split split,
      List<String> notes) {
    if (split == Split.TEST) {
      throw noTestPart(tree);
    }
    List<String> classes = classNames(tree, root, folders);
    var told = new ArrayList<>(notes);
    if (folders.keySet().stream().map(Layout::lower).anyMatch(TRAIN::equals)) {
      told.add(
          Text.format(
              "%s has folders beside train that are neither test nor val: all of them are classes",
              tree.root()));
    }
    return labelled(
        classes.isEmpty() ? "images without classes" : "a folder for each class",
        folders,
        classes,
        List.of(new ImageReport.Count(TRAIN, count(folders))),
        told);
  }

  private static Layout ofParts(
      FileTree tree,
      String root,
      Map<String, List<Entry>> folders,
      Split split,
      List<String> notes) {
    Map<String, Map<String, List<Entry>>> parts = new LinkedHashMap<>();
    folders.forEach((name, images) -> parts.put(name, byFolder(root + name + "/", images)));
    var classes = new TreeSet<String>();
    parts.forEach((name, below) -> classes.addAll(classNames(tree, root + name + "/", below)));
    String chosen = partOf(tree, parts.keySet(), split);
    Map<String, List<Entry>> images = parts.get(chosen);
    if (!classes.isEmpty() && images.containsKey("")) {
      throw new DataException(
          Text.format(
              "%s has class folders in another part, but %s has none; sort its images into them",
              tree.root(), tree.shown(root + chosen)));
    }
    List<ImageReport.Count> counts =
        parts.entrySet().stream()
            .map(part -> new ImageReport.Count(part.getKey(), count(part.getValue())))
            .sorted(Comparator.comparing(part -> !part.name().equals(chosen)))
            .toList();
    return labelled(
        classes.isEmpty() ? "parts without classes" : "parts, with a folder for each class",
        images,
        List.copyOf(classes),
        counts,
        notes);
  }

  private static String partOf(FileTree tree, Set<String> parts, Split split) {
    List<String> names = split == Split.TRAIN ? List.of(TRAIN) : HELD_OUT;
    return names.stream()
        .flatMap(name -> parts.stream().filter(part -> lower(part).equals(name)))
        .findFirst()
        .orElseThrow(() -> noTestPart(tree));
  }

  private static DataException noTestPart(FileTree tree) {
    return new DataException(
        Text.format(
            """
            %s has no test part: only a folder or archive that holds the folders train and test (or \
            val, valid, validation) has one""",
            tree.root()));
  }

  private static int count(Map<String, List<Entry>> folders) {
    return folders.values().stream().mapToInt(List::size).sum();
  }

  /** The folders as names of classes; none if there are no folders. */
  private static List<String> classNames(
      FileTree tree, String root, Map<String, List<Entry>> folders) {
    if (folders.containsKey("") && folders.size() > 1) {
      throw new DataException(
          Text.format(
              """
              %s has folders and images beside each other, such as %s; put every image into the \
              folder of its class, or all of them into one folder""",
              tree.root(), Text.visible(folders.get("").get(0).path())));
    }
    return folders.keySet().stream()
        .filter(name -> !name.isEmpty())
        .map(name -> className(tree, tree.shown(root + name), name))
        .toList();
  }

  /** Requires a class name that can be shown and written. */
  private static String className(FileTree tree, String source, String name) {
    String shown = tree instanceof TarTree ? name.replace(UNDECODED_IN_TAR, UNDECODED) : name;
    if (!Text.isVisible(shown) || shown.indexOf(UNDECODED) >= 0) {
      throw new DataException(
          Text.format(
              """
              %s has the class name '%s', which has control characters or is not in the encoding \
              of names (UTF-8 in archives, that of the locale in folders); rename it, or start Java under LC_ALL=C.UTF-8""",
              source, Text.visible(shown)));
    }
    return name;
  }

  /** A layout whose images are sorted by their classes. */
  private static Layout labelled(
      String kind,
      Map<String, List<Entry>> folders,
      List<String> classes,
      List<ImageReport.Count> parts,
      List<String> notes) {
    var images = new ArrayList<Entry>();
    var labels = IntStream.builder();
    folders.forEach(
        (name, files) -> {
          images.addAll(files);
          int label = Math.max(0, classes.indexOf(name));
          files.forEach(file -> labels.add(label));
        });
    return new Layout(
        kind,
        List.copyOf(images),
        labels.build().toArray(),
        classes.isEmpty() ? List.of(UNLABELLED) : classes,
        parts,
        List.copyOf(notes));
  }

  // ---- dataset.json -----------------------------------------------------------------------------

  /** The layout of StyleGAN's data tool; empty if the file is of another kind. */
  private static Optional<Layout> ofLabels(
      FileTree tree, Listing listing, String json, Split split) {
    String root = folderOf(json);
    List<String> paths =
        listing.images().stream().map(image -> image.path().substring(root.length())).toList();
    DatasetJson.Labels read;
    try (InputStream in = tree.open(json)) {
      read = DatasetJson.read(tree.shown(json), in, paths);
    } catch (IOException e) {
      throw new DataException(
          Text.format("%s cannot be read (%s)", tree.shown(json), Unpacked.reason(e)), e);
    }
    if (read.kind() == DatasetJson.Kind.OTHER) {
      return Optional.empty();
    }
    if (split == Split.TEST) {
      throw noTestPart(tree);
    }
    boolean labelled = read.kind() == DatasetJson.Kind.LABELLED;
    int classes = 1 + IntStream.of(read.labels()).max().orElse(0);
    return Optional.of(
        new Layout(
            "StyleGAN's layout, " + (labelled ? "labels" : "without labels") + " in dataset.json",
            listing.images(),
            labelled ? read.labels() : new int[paths.size()],
            labelled
                ? IntStream.range(0, classes).mapToObj(Integer::toString).toList()
                : List.of(UNLABELLED),
            List.of(new ImageReport.Count(TRAIN, paths.size())),
            List.of()));
  }

  // ---- Checks -----------------------------------------------------------------------------------

  private static void requireImages(Path source, List<Entry> images) {
    if (images.isEmpty()) {
      throw new DataException(
          Text.format(
              """
              %s holds no image (%s) where one is looked for; put images into it, or one folder for \
              each class with its images inside""",
              source, LeftOutFiles.suffixes()));
    }
  }

  /** Fails if one of the sorted paths is there twice. */
  static void requireDifferent(Path archive, List<Entry> sorted) {
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).path().equals(sorted.get(i - 1).path())) {
        throw new DataException(
            Text.format(
                "%s has two entries '%s'; make the archive again", archive, sorted.get(i).path()));
      }
    }
  }
}
