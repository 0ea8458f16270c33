package org.adversaria.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.torch.Text;

/**
 * Skip-gram with negative sampling: word vectors by which a word predicts the words around it.
 *
 * <p>For each word w and each word c of its context, vectors v of words and v' of contexts take a
 * step up
 *
 * <pre>
 * log s(v'_c . v_w) + sum over k words n ~ P(n) of log s(-v'_n . v_w),   s(a) = 1 / (1 + exp(-a)),
 * </pre>
 *
 * where P(n) is the frequency of n to the power 3/4. The words of a set of tags have no order, so
 * that the context of each is all others of the set. The rate falls linearly to a ten-thousandth.
 * The result are the vectors v.
 *
 * <p>Equal settings and corpora give the same bits on every machine. It runs on one processor.
 *
 * <p>Source: Mikolov et al., "Efficient Estimation of Word Representations in Vector Space", 2013,
 * section 3.2; Mikolov et al., "Distributed Representations of Words and Phrases and their
 * Compositionality", 2013, section 2.2.
 *
 * @param dimension the size of a vector, at least 1; 200 in Mirza and Osindero, 2014
 * @param minCount words that are rarer in the corpus are left out, at least 1; 200 in Mirza and
 *     Osindero, 2014
 * @param epochs passes over the corpus, at least 1
 * @param negatives k, at least 1; 5 to 20 are advised for small corpora
 * @param learningRate of the first step, above 0
 * @param seed of the first vectors, the order and the negative words
 */
public record SkipGram(
    int dimension, int minCount, int epochs, int negatives, double learningRate, long seed) {

  private static final double POWER = 0.75;
  private static final double LEAST_RATE = 1e-4;

  /**
   * Checks the ranges.
   *
   * @param dimension at least 1
   * @param minCount at least 1
   * @param epochs at least 1
   * @param negatives at least 1
   * @param learningRate above 0
   * @param seed any number
   * @throws IllegalArgumentException if one is out of range
   */
  public SkipGram {
    if (dimension < 1 || minCount < 1 || epochs < 1 || negatives < 1 || !(learningRate > 0)) {
      throw new IllegalArgumentException(
          Text.format(
              "The numbers of a SkipGram are at least 1 and its rate is above 0, but they are dimension"
                  + " %d, minCount %d, epochs %d, negatives %d, learningRate %s",
              dimension, minCount, epochs, negatives, learningRate));
    }
  }

  /**
   * Settings for a corpus of some 10,000 sets of tags: words that occur 5 times, 10 epochs, 5
   * negative words, the rate 0.05.
   *
   * @param dimension the size of a vector, at least 1
   * @param seed of all random numbers
   * @return the settings
   */
  public static SkipGram of(int dimension, long seed) {
    return new SkipGram(dimension, 5, 10, 5, 0.05, seed);
  }

  /**
   * Learns word vectors.
   *
   * @param corpus sets of tags, or sentences
   * @return the words by falling frequency, those of equal frequency in alphabetical order
   * @throws IllegalArgumentException if no word occurs often enough
   */
  public WordVectors train(List<? extends Collection<String>> corpus) {
    Map<String, Long> counts = counts(corpus);
    List<String> words =
        counts.entrySet().stream()
            .filter(entry -> entry.getValue() >= minCount)
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .toList();
    if (words.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "None of %d words occurs %d times: lower the minimum count",
              counts.size(), minCount));
    }
    return new WordVectors(words, new Learner(words, counts).learn(sentences(corpus, words)));
  }

  private static Map<String, Long> counts(List<? extends Collection<String>> corpus) {
    var counts = new HashMap<String, Long>();
    corpus.forEach(set -> set.forEach(word -> counts.merge(word, 1L, Long::sum)));
    return counts;
  }

  /** The numbers of the words of each set that has two at least. */
  private static List<int[]> sentences(
      List<? extends Collection<String>> corpus, List<String> words) {
    var numbers = new HashMap<String, Integer>();
    words.forEach(word -> numbers.put(word, numbers.size()));
    var sentences = new ArrayList<int[]>();
    for (Collection<String> set : corpus) {
      int[] sentence = set.stream().filter(numbers::containsKey).mapToInt(numbers::get).toArray();
      if (sentence.length > 1) {
        sentences.add(sentence);
      }
    }
    return sentences;
  }

  /** One training: the vectors, and the random numbers in their order. */
  private final class Learner {

    private final float[] v;
    private final float[] context;
    private final float[] change = new float[dimension];
    private final double[] cumulative;
    private final SplitMix random = new SplitMix(seed);

    Learner(List<String> words, Map<String, Long> counts) {
      v = new float[Math.multiplyExact(words.size(), dimension)];
      context = new float[v.length];
      cumulative = new double[words.size()];
      double sum = 0;
      for (int word = 0; word < words.size(); word++) {
        sum += StrictMath.pow(counts.get(words.get(word)), POWER);
        cumulative[word] = sum;
      }
      for (int i = 0; i < v.length; i++) {
        v[i] = (float) (random.nextDouble(-0.5, 0.5) / dimension);
      }
    }

    float[] learn(List<int[]> sentences) {
      long steps = (long) epochs * sentences.size();
      long step = 0;
      for (int epoch = 0; epoch < epochs; epoch++) {
        for (int sentence : random.permutation(sentences.size())) {
          double progress = (double) step / steps;
          learn(sentences.get(sentence), learningRate * Math.max(1 - progress, LEAST_RATE));
          step++;
        }
      }
      return v;
    }

    private void learn(int[] sentence, double rate) {
      for (int w = 0; w < sentence.length; w++) {
        for (int c = 0; c < sentence.length; c++) {
          if (c != w) {
            learn(sentence[w] * dimension, sentence[c], rate);
          }
        }
      }
    }

    /** A step for the vector at {@code start} and one word of its context. */
    private void learn(int start, int positive, double rate) {
      Arrays.fill(change, 0);
      ascend(start, positive, 1, rate);
      for (int k = 0; k < negatives; k++) {
        int negative = draw();
        if (negative != positive) {
          ascend(start, negative, 0, rate);
        }
      }
      for (int d = 0; d < dimension; d++) {
        v[start + d] += change[d];
      }
    }

    /** The gradient of the log likelihood of a label, 1 or 0, for a word and a context. */
    private void ascend(int start, int word, int label, double rate) {
      int other = word * dimension;
      double product = 0;
      for (int d = 0; d < dimension; d++) {
        product += (double) v[start + d] * context[other + d];
      }
      double slope = rate * (label - 1 / (1 + StrictMath.exp(-product)));
      for (int d = 0; d < dimension; d++) {
        change[d] += (float) (slope * context[other + d]);
        context[other + d] += (float) (slope * v[start + d]);
      }
    }

    /** A word from the noise distribution. */
    private int draw() {
      double place = random.nextDouble() * cumulative[cumulative.length - 1];
      int found = Arrays.binarySearch(cumulative, place);
      return Math.min(found < 0 ? -found - 1 : found, cumulative.length - 1);
    }
  }
}
