package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.data.NearestNeighbours;
import org.adversaria.data.TaggedImages;
import org.adversaria.data.WordVectors;
import org.adversaria.models.Generator;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;

/**
 * How much each word of a vocabulary is supported as a tag of each image: the ranking of tags that
 * a generator, or a baseline without one, gives. The tags that people have given to the images
 * score it.
 *
 * <p>Source of the counts of {@link #generated}: Mirza and Osindero, "Conditional Generative
 * Adversarial Nets", 2014, section 4.2. The paper shows tags and has no scores; precision and
 * recall of the first k are those of information retrieval.
 */
public final class TagScores {

  /** Samples that are generated at once, about. */
  private static final int BLOCK = 4000;

  private final WordVectors words;

  /** {@code (images, words)}, at least 0. */
  private final float[][] weights;

  /**
   * Creates scores.
   *
   * @param words the vocabulary
   * @param weights for each image the support of each word, at least 0
   * @throws IllegalArgumentException if there is no image, an image has not one weight for each
   *     word, or a weight is negative or not finite
   */
  public TagScores(WordVectors words, float[][] weights) {
    if (weights.length == 0 || Stream.of(weights).anyMatch(row -> row.length != words.size())) {
      throw new IllegalArgumentException(
          Text.format(
              "Tags are scored for at least one image, each with %d weights, one for each word",
              words.size()));
    }
    for (int image = 0; image < weights.length; image++) {
      requireWeights(image, weights[image]);
    }
    this.words = words;
    this.weights = Stream.of(weights).map(float[]::clone).toArray(float[][]::new);
  }

  private static void requireWeights(int image, float... row) {
    for (float weight : row) {
      if (!(weight >= 0 && weight < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            Text.format(
                "Support of words is at least 0 and finite, but image %d has the weight %s",
                image, weight));
      }
    }
  }

  /**
   * How samples of a generator become counts of words.
   *
   * @param samples for each image, at least 1; 100 in the paper
   * @param nearest how many words a sample counts for, at least 1; 20 of 247,465 in the paper
   * @param seed of z
   */
  public record Counting(int samples, int nearest, long seed) {

    /**
     * Checks the ranges.
     *
     * @param samples for each image, at least 1
     * @param nearest how many words a sample counts for, at least 1
     * @param seed of z
     * @throws IllegalArgumentException if one is out of range
     */
    public Counting {
      if (samples < 1 || nearest < 1) {
        throw new IllegalArgumentException(
            Text.format(
                "At least 1 sample of an image counts for 1 word at least, not %d samples for %d words",
                samples, nearest));
      }
    }
  }

  /**
   * Generates word vectors for each image, and counts for each word of how many of them it is one
   * of the nearest by cosine.
   *
   * @param generator of word vectors on the condition of features; not changed
   * @param features of the images {@code (N, F)}, on the device of the generator
   * @param words the vocabulary
   * @param counting how
   * @return the counts
   */
  public static TagScores generated(
      Generator generator, NDArray features, WordVectors words, Counting counting) {
    int images = (int) features.getShape().get(0);
    var counts = new float[images][words.size()];
    int block = Math.max(1, BLOCK / counting.samples());
    Torch.seeded(
        counting.seed(),
        () -> {
          for (int first = 0; first < images; first += block) {
            int last = Math.min(images, first + block);
            NDArray y = features.get(new NDIndex("{}:{}", first, last));
            count(generator, y, words, counting, Arrays.copyOfRange(counts, first, last));
            y.close();
          }
        });
    return new TagScores(words, counts);
  }

  /** Counts for some images at once. */
  private static void count(
      Generator generator, NDArray y, WordVectors words, Counting counting, float[][] counts) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray repeated = y.repeat(0, counting.samples()); // image by image
      NDArray z = generator.sampleLatents(y.getManager(), (int) repeated.size(0));
      NDArray samples = generator.forward(z, repeated, false); // (images samples, dimension)
      int[][] nearest = words.nearest(samples, counting.nearest());
      for (int sample = 0; sample < nearest.length; sample++) {
        for (int word : nearest[sample]) {
          counts[sample / counting.samples()][word]++;
        }
      }
    }
  }

  /**
   * The baseline that does not look: each image's words are supported by their frequency in
   * training.
   *
   * @param training images with tags
   * @param words the vocabulary
   * @param images the number of images to score
   * @return the frequencies, the same for all images
   */
  public static TagScores byFrequency(TaggedImages training, WordVectors words, int images) {
    var sum = new float[words.size()];
    for (float[] counts : training.counts(words)) {
      add(counts, sum);
    }
    return new TagScores(
        words, IntStream.range(0, images).mapToObj(i -> sum).toArray(float[][]::new));
  }

  /**
   * The baseline that looks and does not learn: the tags of the training images that are nearest by
   * the cosine of their features.
   *
   * @param training images with tags
   * @param trainingFeatures of these {@code (M, F)}
   * @param features of the images to score {@code (N, F)}
   * @param words the vocabulary
   * @param neighbours how many, 1 to M
   * @return the counts
   * @throws IllegalArgumentException if there is not a row of features for each training image, or
   *     the number of neighbours is out of range
   */
  public static TagScores ofNeighbours(
      TaggedImages training,
      NDArray trainingFeatures,
      NDArray features,
      WordVectors words,
      int neighbours) {
    int size = training.tags().size();
    if (trainingFeatures.getShape().get(0) != size || neighbours < 1 || neighbours > size) {
      throw new IllegalArgumentException(
          Text.format(
              "%d training images have a row of features each and 1 to %d neighbours, not features %s"
                  + " and %d neighbours",
              size, size, trainingFeatures.getShape(), neighbours));
    }
    float[][] counts = training.counts(words);
    var weights = new float[(int) features.getShape().get(0)][words.size()];
    try (var scope = new NDScope();
        var paused = Autograd.pause();
        NDArray directions = NearestNeighbours.unit(trainingFeatures)) {
      NDArray all = directions.transpose(); // (F, M)
      for (int image = 0; image < weights.length; image++) {
        addNeighbours(row(features, image), all, neighbours, counts, weights[image]);
      }
    }
    return new TagScores(words, weights);
  }

  /** Adds the tags of the images whose directions are nearest to one image's features. */
  private static void addNeighbours(
      NDArray own, NDArray all, int neighbours, float[][] counts, float[] sum) {
    try (var scope = new NDScope();
        NDArray direction = NearestNeighbours.unit(own)) {
      NDArray cosines = direction.matMul(all); // (1, M)
      for (long neighbour : cosines.topK(neighbours, 1, true, true).get(1).toLongArray()) {
        add(counts[(int) neighbour], sum);
      }
    }
  }

  /** A row as a batch of one. */
  private static NDArray row(NDArray features, int image) {
    return features.get(new NDIndex("{}:{}", image, image + 1));
  }

  private static void add(float[] counts, float[] sum) {
    for (int word = 0; word < sum.length; word++) {
      sum[word] += counts[word];
    }
  }

  /**
   * Returns the vocabulary.
   *
   * @return the words
   */
  public WordVectors words() {
    return words;
  }

  /**
   * Returns the number of images.
   *
   * @return at least 1
   */
  public int images() {
    return weights.length;
  }

  /**
   * Returns the best supported words of an image.
   *
   * @param image its number
   * @param count how many
   * @return the best first; fewer where fewer have any support. Words of equal support are in the
   *     order of the vocabulary
   */
  public List<String> top(int image, int count) {
    return topNumbers(image, count).mapToObj(words.words()::get).toList();
  }

  private IntStream topNumbers(int image, int count) {
    float[] row = weights[image];
    return IntStream.range(0, row.length)
        .filter(word -> row[word] > 0)
        .boxed()
        .sorted(Comparator.<Integer>comparingDouble(word -> row[word]).reversed())
        .limit(count)
        .mapToInt(Integer::intValue);
  }

  /**
   * Returns the share of a word in the support of all words of an image.
   *
   * @param image its number
   * @param word of the vocabulary
   * @return 0 to 1; 0 where no word is supported
   */
  public double share(int image, String word) {
    double sum = sum(weights[image]);
    return sum == 0 ? 0 : weights[image][words.number(word)] / sum;
  }

  private static double sum(float[] row) {
    double sum = 0;
    for (float weight : row) {
      sum += weight;
    }
    return sum;
  }

  /**
   * Returns the precision of the first words: how many of the best k words are among an image's
   * tags, divided by k; the mean over images that have known tags.
   *
   * @param truth the images and their tags
   * @param k how many words are looked at, at least 1
   * @return 0 to 1; higher is better. Images with fewer than k tags hold it below 1
   * @throws IllegalArgumentException if these are not as many images, none has a known tag, or k is
   *     below 1
   */
  public double precision(TaggedImages truth, int k) {
    requireWords(k);
    return mean(truth, (image, tags) -> (double) hits(image, tags, k) / k);
  }

  /**
   * Returns the recall of the first words: how many of the best k words are among an image's tags,
   * divided by the number of its known tags; the mean over images that have known tags.
   *
   * @param truth the images and their tags
   * @param k how many words are looked at, at least 1
   * @return 0 to 1; higher is better
   * @throws IllegalArgumentException if these are not as many images, none has a known tag, or k is
   *     below 1
   */
  public double recall(TaggedImages truth, int k) {
    requireWords(k);
    return mean(truth, (image, tags) -> (double) hits(image, tags, k) / tags.size());
  }

  private static void requireWords(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("At least the first word is looked at, not " + k);
    }
  }

  private long hits(int image, Set<String> tags, int k) {
    return top(image, k).stream().filter(tags::contains).count();
  }

  private double mean(TaggedImages truth, ToDoubleBiFunction<Integer, Set<String>> score) {
    requireAsMany(truth.tags().size());
    double sum = 0;
    int count = 0;
    for (int image = 0; image < weights.length; image++) {
      Set<String> tags =
          truth.tags().get(image).stream().filter(words::contains).collect(Collectors.toSet());
      if (!tags.isEmpty()) {
        sum += score.applyAsDouble(image, tags);
        count++;
      }
    }
    if (count == 0) {
      throw new IllegalArgumentException("No image has a tag of the vocabulary: nothing is scored");
    }
    return sum / count;
  }

  private void requireAsMany(int images) {
    if (images != weights.length) {
      throw new IllegalArgumentException(
          Text.format("%d images are scored, but %d are compared with", weights.length, images));
    }
  }

  /**
   * Returns the distance from other scores as distributions of words: half the sum of the absolute
   * differences of shares (total variation), the mean over images.
   *
   * @param other of the same images and words
   * @return 0 for equal shares to 1 for no common word
   * @throws IllegalArgumentException if these are not as many images, or other words
   */
  public double distance(TagScores other) {
    requireAsMany(other.images());
    if (!words.words().equals(other.words.words())) {
      throw new IllegalArgumentException("Shares are compared word by word, but the words differ");
    }
    double distance = 0;
    for (int image = 0; image < weights.length; image++) {
      double own = Math.max(sum(weights[image]), Double.MIN_NORMAL);
      double others = Math.max(sum(other.weights[image]), Double.MIN_NORMAL);
      for (int word = 0; word < words.size(); word++) {
        distance += Math.abs(weights[image][word] / own - other.weights[image][word] / others) / 2;
      }
    }
    return distance / weights.length;
  }
}
