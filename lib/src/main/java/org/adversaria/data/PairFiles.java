package org.adversaria.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.adversaria.data.FileTree.Entry;
import org.adversaria.torch.Text;

/** Reads the files of {@link ImagePairs}. */
final class PairFiles {

  /** The files that a message names at most. */
  private static final int NAMED = 5;

  private PairFiles() {}

  static ImagePairs folders(Path folderA, Path folderB, int resolution) {
    Datasets.requireResolution(resolution);
    Map<String, Entry> filesA = byPath(folderA);
    Map<String, Entry> filesB = byPath(folderB);
    requirePartners(folderA, filesA, folderB, filesB);
    return ImagePairs.of(images(folderA, filesA, resolution), images(folderB, filesB, resolution));
  }

  static ImagePairs sideBySide(Path folder, int resolution) {
    Datasets.requireResolution(resolution);
    List<Entry> files = ImageFiles.imagesBelow(folder);
    List<Picture> both = decoded(folder, files, p -> p.resized(resolution, 2 * resolution));
    List<Picture> left = new ArrayList<>(both.size());
    List<Picture> right = new ArrayList<>(both.size());
    for (int i = 0; i < both.size(); i++) {
      left.add(both.get(i).crop(0, 0, resolution, resolution));
      right.add(both.get(i).crop(0, resolution, resolution, resolution));
      both.set(i, null);
    }
    return ImagePairs.of(
        assembled(FileTree.nameOf(folder) + "-a", folder, files, left),
        assembled(FileTree.nameOf(folder) + "-b", folder, files, right));
  }

  /** Files by their path without suffix. */
  private static Map<String, Entry> byPath(Path folder) {
    var files = new TreeMap<String, Entry>();
    for (Entry file : ImageFiles.imagesBelow(folder)) {
      String path = file.path();
      Entry other = files.put(path.substring(0, path.lastIndexOf('.')), file);
      if (other != null) {
        var tree = new FolderTree(folder);
        throw new DataException(
            Text.format(
                "%s and %s differ in their suffix only, so that their partner is not known; remove one",
                tree.shown(other.path()), tree.shown(file.path())));
      }
    }
    return files;
  }

  private static void requirePartners(
      Path folderA, Map<String, Entry> filesA, Path folderB, Map<String, Entry> filesB) {
    String alone =
        alone(folderA, filesA, folderB, filesB) + alone(folderB, filesB, folderA, filesA);
    if (!alone.isEmpty()) {
      throw new DataException(
          "Images pair by their names, suffixes aside, but"
              + alone
              + " rename or remove them, or train on ImagePairs.unpaired");
    }
  }

  /** The images without partner; empty if there are none. */
  private static String alone(
      Path folder, Map<String, Entry> files, Path otherFolder, Map<String, Entry> others) {
    var names = new TreeSet<>(files.keySet());
    names.removeAll(others.keySet());
    if (names.isEmpty()) {
      return "";
    }
    List<String> some =
        names.stream()
            .limit(NAMED)
            .map(name -> folder.resolve(files.get(name).path()).toString())
            .toList();
    String more = names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "";
    return Text.format(
        " %s has no partner of %s%s;",
        Text.visible(otherFolder.toString()), Text.visible(String.join(", ", some)), more);
  }

  private static ImageData images(Path folder, Map<String, Entry> files, int resolution) {
    List<Entry> entries = List.copyOf(files.values());
    List<Picture> pictures = decoded(folder, entries, p -> p.resized(resolution, resolution));
    return assembled(FileTree.nameOf(folder), folder, entries, pictures);
  }

  private static List<Picture> decoded(
      Path folder, List<Entry> files, UnaryOperator<Picture> change) {
    try (var decoder =
        new Decoder<Picture>(
            folder.toString(), files.size(), (file, picture) -> change.apply(picture))) {
      new FolderTree(folder).decode(files, decoder);
      return decoder.results();
    }
  }

  private static ImageData assembled(
      String name, Path folder, List<Entry> files, List<Picture> pictures) {
    var tree = new FolderTree(folder);
    return ImageFiles.assemble(
        name,
        folder,
        files.stream().map(file -> tree.shown(file.path())).toList(),
        pictures,
        new int[files.size()],
        List.of(Layout.UNLABELLED));
  }
}
