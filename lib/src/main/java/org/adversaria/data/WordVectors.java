package org.adversaria.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.LinearAlgebra;
import org.adversaria.torch.Text;

/**
 * Words and a vector for each, such as {@link SkipGram} learns them. Words whose vectors point in
 * similar directions are used alike; the measure is the cosine of the angle between vectors.
 *
 * <p>Words are numbered from 0, in the order of the list.
 */
public final class WordVectors {

  /** The smallest variance of whitened vectors before, as a share of the largest. */
  private static final double LEAST_VARIANCE = 1e-9;

  private final List<String> words;
  private final int dimension;

  /** {@code (size, dimension)}, row by row. */
  private final float[] vectors;

  /** The same, each row of length 1; a row of zeros stays one. */
  private final float[] directions;

  private final Map<String, Integer> numbers = new HashMap<>();

  /**
   * Creates word vectors.
   *
   * @param words different words, at least one
   * @param vectors {@code words.size()} rows of equal length, row by row
   * @throws IllegalArgumentException if a word is repeated, there is none, the values do not fill
   *     rows, or one is not finite
   */
  public WordVectors(List<String> words, float[] vectors) {
    this.words = List.copyOf(words);
    if (words.isEmpty() || vectors.length == 0 || vectors.length % words.size() != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Each of %d words has a vector of the same length, but there are %d values",
              words.size(), vectors.length));
    }
    this.vectors = vectors.clone();
    dimension = vectors.length / words.size();
    requireFinite();
    directions = directions(this.vectors, dimension);
    for (String word : words) {
      if (numbers.put(word, numbers.size()) != null) {
        throw new IllegalArgumentException(
            Text.format("'%s' is there twice; a word has one vector", word));
      }
    }
  }

  private void requireFinite() {
    for (int i = 0; i < vectors.length; i++) {
      if (!Float.isFinite(vectors[i])) {
        throw new IllegalArgumentException(
            Text.format(
                "The vector of '%s' has the element %s: learn at a lower rate, or leave the word out",
                words.get(i / dimension), vectors[i]));
      }
    }
  }

  private static float[] directions(float[] vectors, int dimension) {
    var directions = new float[vectors.length];
    for (int start = 0; start < vectors.length; start += dimension) {
      double length = Math.sqrt(dot(vectors, start, vectors, start, dimension));
      for (int d = start; d < start + dimension && length > 0; d++) {
        directions[d] = (float) (vectors[d] / length);
      }
    }
    return directions;
  }

  private static double dot(float[] a, int startA, float[] b, int startB, int length) {
    double sum = 0;
    for (int d = 0; d < length; d++) {
      sum += (double) a[startA + d] * b[startB + d];
    }
    return sum;
  }

  /**
   * Returns the words.
   *
   * @return the vocabulary, in order
   */
  public List<String> words() {
    return words;
  }

  /**
   * Returns the number of words.
   *
   * @return at least 1
   */
  public int size() {
    return words.size();
  }

  /**
   * Returns the size of a vector.
   *
   * @return at least 1
   */
  public int dimension() {
    return dimension;
  }

  /**
   * Returns whether a word has a vector.
   *
   * @param word any word
   * @return true if it is in the vocabulary
   */
  public boolean contains(String word) {
    return numbers.containsKey(word);
  }

  /**
   * Returns the number of a word.
   *
   * @param word of the vocabulary
   * @return from 0
   * @throws IllegalArgumentException if it is not in the vocabulary
   */
  public int number(String word) {
    Integer number = numbers.get(word);
    if (number == null) {
      throw new IllegalArgumentException(
          Text.format(
              "'%s' is none of the %d words: it is not in the corpus, or rarer than the minimum count",
              word, size()));
    }
    return number;
  }

  /**
   * Returns the vector of a word.
   *
   * @param word of the vocabulary
   * @return a copy, {@code (dimension)}
   * @throws IllegalArgumentException if it is not in the vocabulary
   */
  public float[] vector(String word) {
    int start = number(word) * dimension;
    return Arrays.copyOfRange(vectors, start, start + dimension);
  }

  /**
   * Returns the cosine of the angle between the vectors of two words.
   *
   * @param a of the vocabulary
   * @param b of the vocabulary
   * @return -1 to 1
   * @throws IllegalArgumentException if one is not in the vocabulary
   */
  public double similarity(String a, String b) {
    return dot(directions, number(a) * dimension, directions, number(b) * dimension, dimension);
  }

  /**
   * Returns the words that are nearest to a vector by cosine.
   *
   * @param vector {@code (dimension)}, of any norm
   * @param count how many, at least 1
   * @return the nearest first; all words where there are fewer
   * @throws IllegalArgumentException if the vector is of another dimension, or the count below 1
   */
  public List<String> nearest(float[] vector, int count) {
    requireCount(count);
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          Text.format(
              "The vectors of %d words have %d elements, but the one to compare with has %d",
              size(), dimension, vector.length));
    }
    return Arrays.stream(nearestNumbers(vector, 0, count)).mapToObj(words::get).toList();
  }

  /**
   * Returns the words that are nearest to each of many vectors by cosine.
   *
   * @param samples {@code (N, dimension)}
   * @param count how many, at least 1
   * @return N rows of words' numbers, the nearest first
   * @throws IllegalArgumentException if the samples are of another dimension, or the count below 1
   */
  public int[][] nearest(NDArray samples, int count) {
    requireCount(count);
    Shape shape = samples.getShape();
    if (shape.dimension() != 2 || shape.get(1) != dimension) {
      throw new IllegalArgumentException(
          Text.format(
              "The vectors of %d words are compared with samples (N, %d), not with %s",
              size(), dimension, shape));
    }
    float[] values = samples.toFloatArray();
    var nearest = new int[(int) shape.get(0)][];
    for (int i = 0; i < nearest.length; i++) {
      nearest[i] = nearestNumbers(values, i * dimension, count);
    }
    return nearest;
  }

  private static void requireCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("At least 1 nearest word is asked for, not " + count);
    }
  }

  /** The nearest words of one vector, by insertion into a short sorted list. */
  private int[] nearestNumbers(float[] values, int start, int count) {
    var best = new int[Math.min(count, size())];
    var scores = new double[best.length];
    int found = 0;
    for (int word = 0; word < size(); word++) {
      double score = dot(values, start, directions, word * dimension, dimension);
      if (found < best.length || score > scores[found - 1]) {
        int place = found < best.length ? found++ : found - 1;
        for (; place > 0 && scores[place - 1] < score; place--) {
          scores[place] = scores[place - 1];
          best[place] = best[place - 1];
        }
        scores[place] = score;
        best[place] = word;
      }
    }
    return best;
  }

  /**
   * Returns the same words with vectors of mean 0 and of uncorrelated elements of variance 1.
   *
   * <p>Word vectors share a common direction, and their variance lies in few directions, so that
   * many are nearly parallel. Without both, networks tell words apart sooner. The map is (x - mean)
   * C<sup>-1/2</sup> with the symmetric root of the covariance C, over the vocabulary.
   *
   * <p>Source of the observation: Mu and Viswanath, "All-but-the-Top: Simple and Effective
   * Postprocessing for Word Representations", 2018.
   *
   * @return whitened vectors
   * @throws IllegalStateException if the vectors lie in a subspace, as those of fewer words than
   *     dimensions do
   */
  public WordVectors whitened() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray x = matrix(manager).toType(DataType.FLOAT64, false); // (size, dimension)
      NDArray centred = x.sub(x.mean(new int[] {0}, true));
      NDArray covariance = centred.transpose().matMul(centred).div(size());
      LinearAlgebra.Eigen eigen = LinearAlgebra.symmetricEigen(covariance);
      double[] variances = eigen.values().toDoubleArray(); // ascending
      if (!(variances[0] > LEAST_VARIANCE * variances[dimension - 1])) {
        throw new IllegalStateException(
            Text.format(
                "The vectors of %d words lie in fewer than %d dimensions: learn smaller vectors",
                size(), dimension));
      }
      NDArray v = eigen.vectors();
      NDArray root = v.div(eigen.values().sqrt()).matMul(v.transpose());
      return new WordVectors(
          words, centred.matMul(root).toType(DataType.FLOAT32, false).toFloatArray());
    }
  }

  /**
   * Returns all vectors as one array.
   *
   * @param manager the owner of the result
   * @return float32 {@code (size, dimension)}, in the order of the words
   */
  public NDArray matrix(NDManager manager) {
    return manager.create(vectors, new Shape(size(), dimension));
  }

  /**
   * Writes the text format of word2vec: a line with the number of words and the size of a vector,
   * then a line for each word with its values, all separated by spaces, in UTF-8. Values are read
   * again to the same bits.
   *
   * @param file the file, which is replaced
   * @throws IllegalArgumentException if a word is empty or has white space in it
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    WordVectorFile.write(file, words, vectors);
  }

  /**
   * Reads the text format of word2vec, also gzipped. Published vectors in this format are read,
   * too.
   *
   * @param file the file
   * @return the words and their vectors
   * @throws DataException if it is not of that format; the message has the file, the line and what
   *     is wrong
   */
  public static WordVectors load(Path file) {
    return WordVectorFile.read(file);
  }

  @Override
  public String toString() {
    return Text.format("%d words with vectors of size %d", size(), dimension);
  }
}
