package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkipGramTest {

  private static final List<String> FRUITS = List.of("apple", "pear", "plum", "fig");
  private static final List<String> TOOLS = List.of("saw", "axe", "file", "vice");

  /** Pairs of fruits and pairs of tools, never one of each. */
  private static List<List<String>> corpus() {
    var sets = new ArrayList<List<String>>();
    var random = new SplitMix(3);
    for (int i = 0; i < 400; i++) {
      List<String> topic = i % 2 == 0 ? FRUITS : TOOLS;
      int first = random.nextInt(4);
      sets.add(List.of(topic.get(first), topic.get((first + 1 + random.nextInt(3)) % 4)));
    }
    return sets;
  }

  @Test
  void wordsOfOneTopicAreNearEachOther() {
    WordVectors words = SkipGram.of(8, 1).train(corpus());
    for (String fruit : FRUITS) {
      assertThat(words.nearest(words.vector(fruit), 4)).containsExactlyInAnyOrderElementsOf(FRUITS);
    }
    assertThat(words.similarity("apple", "pear")).isGreaterThan(words.similarity("apple", "saw"));
  }

  @Test
  void equalSeedsAreEqualBits() {
    SkipGram settings = new SkipGram(4, 1, 2, 3, 0.05, 7);
    float[] vector = settings.train(corpus()).vector("fig");
    assertThat(settings.train(corpus()).vector("fig")).isEqualTo(vector);
    assertThat(new SkipGram(4, 1, 2, 3, 0.05, 8).train(corpus()).vector("fig"))
        .isNotEqualTo(vector);
  }

  @Test
  void rareWordsAreLeftOutAndFrequentOnesComeFirst() {
    List<List<String>> corpus =
        List.of(List.of("b", "a"), List.of("b", "rare"), List.of("b", "a"), List.of());
    assertThat(new SkipGram(2, 2, 1, 1, 0.05, 1).train(corpus).words()).containsExactly("b", "a");
    assertThatThrownBy(() -> new SkipGram(2, 9, 1, 1, 0.05, 1).train(corpus))
        .hasMessageContaining("lower the minimum count");
  }

  /** With one word of context and none that is negative but itself, the likelihood only grows. */
  @Test
  void theOnlyContextIsPredictedMoreAndMore() {
    List<List<String>> corpus = List.of(List.of("a", "b"), List.of("a", "b"));
    double few = length(new SkipGram(4, 1, 20, 1, 0.5, 1).train(corpus));
    double many = length(new SkipGram(4, 1, 200, 1, 0.5, 1).train(corpus));
    assertThat(many).isGreaterThan(few);
  }

  private static double length(WordVectors words) {
    double sum = 0;
    for (float value : words.vector("a")) {
      sum += value * value;
    }
    return sum;
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> new SkipGram(0, 1, 1, 1, 0.1, 1)).hasMessageContaining("dimension 0");
  }
}
