package org.adversaria.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.adversaria.torch.Text;

/** Reads the files of {@link ImagePairs}. */
final class PairFiles {

  /** The files that a message names at most. */
  private static final int NAMED = 5;

  private PairFiles() {}

  static ImagePairs folders(Path folderA, Path folderB, int resolution) {
    Datasets.requireResolution(resolution);
    Map<String, Path> filesA = byPath(folderA);
    Map<String, Path> filesB = byPath(folderB);
    requirePartners(folderA, filesA, folderB, filesB);
    return ImagePairs.of(images(folderA, filesA, resolution), images(folderB, filesB, resolution));
  }

  static ImagePairs sideBySide(Path folder, int resolution) {
    Datasets.requireResolution(resolution);
    List<Path> files = ImageFiles.imagesBelow(folder);
    List<Picture> both = decoded(folder, files, p -> p.resized(resolution, 2 * resolution));
    List<Picture> left = new ArrayList<>(both.size());
    List<Picture> right = new ArrayList<>(both.size());
    for (int i = 0; i < both.size(); i++) {
      left.add(both.get(i).crop(0, 0, resolution, resolution));
      right.add(both.get(i).crop(0, resolution, resolution, resolution));
      both.set(i, null);
    }
    return ImagePairs.of(
        assembled(Datasets.nameOf(folder) + "-a", folder, files, left),
        assembled(Datasets.nameOf(folder) + "-b", folder, files, right));
  }

  /** Files by their path below the folder, with slashes and without suffix. */
  private static Map<String, Path> byPath(Path folder) {
    var files = new TreeMap<String, Path>();
    for (Path file : ImageFiles.imagesBelow(folder)) {
      String path = folder.relativize(file).toString().replace('\\', '/');
      Path other = files.put(path.substring(0, path.lastIndexOf('.')), file);
      if (other != null) {
        throw new DataException(
            Text.format(
                "%s and %s differ in their suffix only, so that their partner is not known; remove one",
                Text.visible(other.toString()), Text.visible(file.toString())));
      }
    }
    return files;
  }

  private static void requirePartners(
      Path folderA, Map<String, Path> filesA, Path folderB, Map<String, Path> filesB) {
    String alone = alone(filesA, folderB, filesB) + alone(filesB, folderA, filesA);
    if (!alone.isEmpty()) {
      throw new DataException(
          "Images pair by their names, suffixes aside, but"
              + alone
              + " rename or remove them, or train on ImagePairs.unpaired");
    }
  }

  /** The images without partner; empty if there are none. */
  private static String alone(Map<String, Path> files, Path otherFolder, Map<String, Path> others) {
    var names = new TreeSet<>(files.keySet());
    names.removeAll(others.keySet());
    if (names.isEmpty()) {
      return "";
    }
    List<String> some =
        names.stream().limit(NAMED).map(name -> files.get(name).toString()).toList();
    String more = names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "";
    return Text.format(
        " %s has no partner of %s%s;",
        Text.visible(otherFolder.toString()), Text.visible(String.join(", ", some)), more);
  }

  private static ImageData images(Path folder, Map<String, Path> files, int resolution) {
    List<Path> paths = List.copyOf(files.values());
    List<Picture> pictures = decoded(folder, paths, p -> p.resized(resolution, resolution));
    return assembled(Datasets.nameOf(folder), folder, paths, pictures);
  }

  private static List<Picture> decoded(
      Path folder, List<Path> files, UnaryOperator<Picture> change) {
    try (var decoder = new Decoder(folder.toString(), change, files.size())) {
      ImageFiles.addAll(files, 0, decoder, new ArrayList<>());
      return decoder.pictures();
    }
  }

  private static ImageData assembled(
      String name, Path folder, List<Path> files, List<Picture> pictures) {
    List<ImageFiles.Labelled> labelled =
        files.stream()
            .map(file -> new ImageFiles.Labelled(Text.visible(file.toString()), 0))
            .toList();
    return ImageFiles.assemble(name, folder, labelled, pictures, List.of(ImageFiles.UNLABELLED));
  }
}
