package org.adversaria.data;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/** Sentences about data that are told before they are used. */
final class Notes {

  /** The classes that a sentence names at most. */
  private static final int NAMED = 5;

  private Notes() {}

  /** Tells of classes that have a label and no image. */
  static Optional<String> emptyClasses(ImageData data) {
    long[] counts = data.classCounts();
    List<String> empty =
        IntStream.range(0, counts.length)
            .filter(label -> counts[label] == 0)
            .mapToObj(data.classNames()::get)
            .toList();
    if (empty.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(emptyClasses(data.name(), empty, counts.length));
  }

  static String emptyClasses(String source, List<String> empty, int classes) {
    return Text.format(
        "%s has no image of %d of its %d classes (%s): nothing is learnt of them",
        source, empty.size(), classes, some(empty, empty.size()));
  }

  /** Tells of files with several frames or pages. */
  static Optional<String> firstFrames(String source, List<String> files) {
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "%s: of %d files with several frames or pages the first is used (%s)",
                source, files.size(), some(files, files.size())));
  }

  /** The first names, and how many more there are. */
  static String some(List<String> names, int count) {
    int named = Math.min(NAMED, names.size());
    String first = String.join(", ", names.subList(0, named));
    return count > named ? first + " and " + (count - named) + " more" : first;
  }
}
