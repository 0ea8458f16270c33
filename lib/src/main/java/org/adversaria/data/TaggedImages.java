package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Images and the tags that people have given to them.
 *
 * @param images the images
 * @param tags of each image, in its user's order; a list may be empty
 */
public record TaggedImages(ImageData images, List<List<String>> tags) {

  /**
   * Checks the numbers.
   *
   * @param images the images
   * @param tags of each image
   * @throws IllegalArgumentException if there are not as many lists of tags as images
   */
  public TaggedImages {
    if (tags.size() != images.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "Each image has a list of tags, but '%s' has %d images and there are %d lists",
              images.name(), images.size(), tags.size()));
    }
    tags = tags.stream().map(List::copyOf).toList();
  }

  /**
   * Returns how many images have each tag.
   *
   * @return a table with columns {@code tag} and {@code images}, the most frequent first
   */
  public Table tagCounts() {
    var counts = new HashMap<String, Integer>();
    tags.stream()
        .flatMap(list -> list.stream().distinct())
        .forEach(tag -> counts.merge(tag, 1, Integer::sum));
    List<String> ordered =
        counts.keySet().stream()
            .sorted(
                Comparator.<String, Integer>comparing(counts::get)
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    return Tables.plain(
        Table.create(
            "tags of " + images.name(),
            StringColumn.create("tag", ordered),
            IntColumn.create("images", ordered.stream().mapToInt(counts::get).toArray())));
  }

  /**
   * Returns some of the images with their tags.
   *
   * @param from the first image
   * @param to the image after the last one
   * @return the part
   * @throws IndexOutOfBoundsException if there are no such images
   */
  public TaggedImages part(int from, int to) {
    return new TaggedImages(
        Subset.of(images, IntStream.range(from, to).toArray()), tags.subList(from, to));
  }

  /**
   * Returns training data of a pair for each image and each of its tags: x is the tag's word
   * vector, y are the image's features. Images without a known tag are left out. Conditions of
   * generated samples are the features of random pairs, so that an image counts as often as it has
   * tags.
   *
   * <p>Source: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014, section 4.2.
   *
   * @param words the vectors; tags without one are left out
   * @param features of the images, {@code (size, F)}; they must stay open while the data are in use
   * @return the pairs, in the order of images and tags
   * @throws IllegalArgumentException if there are not as many features as images, or no tag is
   *     known
   */
  public TrainingData pairs(WordVectors words, NDArray features) {
    return new TagPairs(this, words, features);
  }

  /**
   * Counts the known tags of each image.
   *
   * @param words the vocabulary
   * @return for each image how often it has each word, {@code (size, words)}
   */
  public float[][] counts(WordVectors words) {
    return tags.stream().map(list -> counts(list, words)).toArray(float[][]::new);
  }

  private static float[] counts(Collection<String> list, WordVectors words) {
    var counts = new float[words.size()];
    list.stream().filter(words::contains).forEach(tag -> counts[words.number(tag)]++);
    return counts;
  }

  /** Names and sizes, without all tags. */
  @Override
  public String toString() {
    long all = tags.stream().mapToLong(List::size).sum();
    return Text.format("%s: %d images with %d tags", images.name(), images.size(), all);
  }
}
