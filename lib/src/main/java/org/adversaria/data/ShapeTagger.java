package org.adversaria.data;

import java.util.ArrayList;
import java.util.List;

/** A simulated user of {@link ShapeTags}: a language and habits. */
final class ShapeTagger {

  private final int language;
  private final double preference;
  private final double[] attention = new double[ShapeWords.FACTORS.size()];

  /** The user's word for each meaning of each factor, as a number among the synonyms. */
  private final int[][] preferred = new int[ShapeWords.FACTORS.size()][];

  /** The user's meaning of what no image shows, such as the camera. */
  private final int[] own = new int[ShapeWords.FACTORS.size()];

  /** Takes a word and its probability. */
  interface Uses {
    void add(String word, double probability);
  }

  /**
   * Draws a user.
   *
   * @param random of this user
   * @param preference the probability of the preferred word, where there are others
   */
  ShapeTagger(SplitMix random, double preference) {
    this.preference = preference;
    language = random.nextDouble() < 0.6 ? 0 : 1;
    for (int f = 0; f < attention.length; f++) {
      ShapeWords.Factor factor = ShapeWords.FACTORS.get(f);
      attention[f] = Math.min(1, factor.attention() * random.nextDouble(0.4, 1.6));
      own[f] = random.nextInt(factor.meanings().size());
      preferred[f] =
          factor.meanings().stream()
              .mapToInt(meaning -> random.nextInt(meaning.in(language).size()))
              .toArray();
    }
  }

  /** Draws the tags of an image. */
  List<String> tags(ShapeScene scene, SplitMix random) {
    var tags = new ArrayList<String>();
    for (int f = 0; f < attention.length; f++) {
      boolean mentioned = random.nextDouble() < attention[f];
      double choice = random.nextDouble();
      int meaning = meaning(f, scene);
      if (mentioned && meaning >= 0) {
        tags.add(word(f, meaning, choice));
      }
    }
    return tags;
  }

  private int meaning(int f, ShapeScene scene) {
    ShapeWords.Factor factor = ShapeWords.FACTORS.get(f);
    return factor.isSeen() ? factor.meaning(scene) : own[f];
  }

  private String word(int f, int meaning, double choice) {
    List<String> words = ShapeWords.FACTORS.get(f).meanings().get(meaning).in(language);
    int best = preferred[f][meaning];
    if (choice < preference || words.size() == 1) {
      return words.get(best);
    }
    int other = (int) ((choice - preference) / (1 - preference) * (words.size() - 1));
    return words.get(other < best ? other : other + 1);
  }

  /** The probability of each word as a tag of an image. */
  void expect(ShapeScene scene, Uses uses) {
    for (int f = 0; f < attention.length; f++) {
      int meaning = meaning(f, scene);
      if (meaning >= 0) {
        List<String> words = ShapeWords.FACTORS.get(f).meanings().get(meaning).in(language);
        for (int i = 0; i < words.size(); i++) {
          double share =
              words.size() == 1
                  ? 1
                  : i == preferred[f][meaning] ? preference : (1 - preference) / (words.size() - 1);
          uses.add(words.get(i), attention[f] * share);
        }
      }
    }
  }
}
