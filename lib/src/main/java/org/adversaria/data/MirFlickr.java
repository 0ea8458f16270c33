package org.adversaria.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.torch.Text;

/**
 * Reads the folder of MIR Flickr 25,000: images {@code im1.jpg}, {@code im2.jpg}, ..., the tags of
 * each in {@code meta/tags/tags1.txt}, ..., a tag in a line, and annotations, files such as {@code
 * clouds.txt} with the numbers of the images that show the topic, a number in a line.
 */
final class MirFlickr {

  private static final Pattern IMAGE = Pattern.compile("im([1-9]\\d{0,8})\\.jpg");

  private MirFlickr() {}

  /** Reads tags at once and finds the images, which are decoded when they are asked for. */
  static TaggedImages read(Path folder, List<Path> annotations, int side) {
    int size = count(folder);
    var tags = new ArrayList<Set<String>>();
    for (int number = 1; number <= size; number++) {
      tags.add(tags(folder.resolve("meta").resolve("tags").resolve("tags" + number + ".txt")));
    }
    for (Path topics : annotations) {
      topicFiles(topics).forEach(file -> annotate(file, tags));
    }
    List<Path> files =
        IntStream.rangeClosed(1, size)
            .mapToObj(number -> folder.resolve("im" + number + ".jpg"))
            .toList();
    return new TaggedImages(
        new FileImages("mirflickr25k", files, side), tags.stream().map(List::copyOf).toList());
  }

  /** The number of images, which are numbered from 1 without gaps. */
  private static int count(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      int[] numbers =
          entries
              .map(path -> IMAGE.matcher(path.getFileName().toString()))
              .filter(Matcher::matches)
              .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
              .sorted()
              .toArray();
      for (int i = 0; i < numbers.length || i == 0; i++) {
        if (numbers.length == 0 || numbers[i] != i + 1) {
          throw new DataException(
              Text.format(
                  "%s has no im%d.jpg: give the folder that holds im1.jpg and all that follow, as the"
                      + " archive of MIR Flickr unpacks to",
                  folder, i + 1));
        }
      }
      return numbers.length;
    } catch (IOException e) {
      throw Unpacked.unreadable(folder, e);
    }
  }

  private static Set<String> tags(Path file) {
    var tags = new LinkedHashSet<String>();
    for (String line : lines(file)) {
      if (!Text.isVisible(line)) {
        throw new DataException(
            Text.format(
                "The tag '%s' of %s has control characters: get the file again",
                Text.visible(line), file));
      }
      tags.add(line.replaceAll("\\s+", "_"));
    }
    return tags;
  }

  /** The lines that are not blank, without white space at their ends. */
  private static List<String> lines(Path file) {
    try {
      long length = Files.size(file);
      Limit.JSON.require(length, () -> Text.format("%s has %d bytes", file, length));
      var lines = new ArrayList<String>();
      try (BufferedReader reader = TextLines.open(file)) {
        int number = 1;
        for (String line = TextLines.next(reader, file, number);
            line != null;
            line = TextLines.next(reader, file, ++number)) {
          if (!line.isBlank()) {
            lines.add(line.strip());
          }
        }
      }
      return lines;
    } catch (IOException e) {
      throw new DataException(
          Text.format(
              "%s cannot be read (%s): unpack the archive of MIR Flickr again, with its folder meta",
              file, Unpacked.reason(e)),
          e);
    }
  }

  /** The files of topics; those of the images that show a topic best repeat them. */
  private static List<Path> topicFiles(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> topics =
          entries
              .filter(path -> path.toString().endsWith(".txt"))
              .filter(path -> !topic(path).startsWith("README"))
              .filter(path -> !topic(path).endsWith("_r1"))
              .sorted()
              .toList();
      if (topics.isEmpty()) {
        throw new DataException(
            folder + " has no annotations such as clouds.txt: unpack their archive there");
      }
      return topics;
    } catch (IOException e) {
      throw Unpacked.unreadable(folder, e);
    }
  }

  private static String topic(Path file) {
    return file.getFileName().toString().replaceFirst("\\.txt$", "");
  }

  private static void annotate(Path file, List<Set<String>> tags) {
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      int number = line.matches("[1-9]\\d{0,8}") ? Integer.parseInt(line) : 0;
      if (number < 1 || number > tags.size()) {
        throw new DataException(
            Text.format(
                "Entry %d of %s is '%s' and no image from 1 to %d: get the file again, or the images"
                    + " that it belongs to",
                i + 1, file, Text.visible(line), tags.size()));
      }
      tags.get(number - 1).add(topic(file));
    }
  }
}
