package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShapeTagsTest {

  private static Shapes shapes(Split split, int size) {
    return Shapes.builder().size(size).split(split).build();
  }

  /** All words, each with some vector. */
  private static WordVectors words() {
    List<String> all =
        ShapeTags.vocabulary().stream().flatMap(group -> group.words().stream()).toList();
    return new WordVectors(all, new float[all.size()]);
  }

  @Test
  void everyWordHasOneMeaningInOneLanguage() {
    WordVectors words = words();
    assertThat(new HashSet<>(words.words())).hasSize(words.size());
    assertThat(ShapeTags.vocabulary())
        .extracting(ShapeTags.Group::language)
        .contains("any")
        .containsAll(ShapeTags.languages());
  }

  /** The mean over images of what is drawn is that of what is expected. */
  @Test
  void tagsAreDrawsFromTheDistributionThatIsTold() {
    int size = 3000;
    ShapeTags tags = ShapeTags.of(shapes(Split.TRAIN, size), 1);
    WordVectors words = words();
    float[][] drawn = tags.tagged().counts(words);
    var difference = new double[words.size()];
    for (int image = 0; image < size; image++) {
      float[] expected = tags.distribution(image, words);
      for (int word = 0; word < difference.length; word++) {
        difference[word] += (drawn[image][word] - expected[word]) / size;
      }
    }
    // Three in a hundred is six standard deviations of a word that every third image has.
    for (double value : difference) {
      assertThat(value).isBetween(-0.03, 0.03);
    }
  }

  @Test
  void aTagTellsOfTheImage() {
    ShapeTags tags = ShapeTags.of(shapes(Split.TRAIN, 20), 1);
    WordVectors words = words();
    float[] star = tags.distribution(4, words);
    assertThat(star[words.number("star")]).isGreaterThan(0.3f);
    assertThat(star[words.number("stern")]).isGreaterThan(0.2f);
    assertThat(star[words.number("heart")]).isZero();
  }

  @Test
  void aUserWritesInOneLanguage() {
    TaggedImages tagged = ShapeTags.of(shapes(Split.TEST, 300), 1).tagged();
    for (List<String> tags : tagged.tags()) {
      Set<String> languages = new HashSet<>();
      ShapeTags.vocabulary().stream()
          .filter(group -> group.words().stream().anyMatch(tags::contains))
          .filter(group -> !group.language().equals("any"))
          .forEach(group -> languages.add(group.language()));
      assertThat(languages).hasSizeLessThan(2);
    }
  }

  @Test
  void tagsDependOnTheSeedAndTheSplitOnly() {
    List<List<String>> tags = ShapeTags.of(shapes(Split.TRAIN, 50), 1).tagged().tags();
    assertThat(ShapeTags.of(shapes(Split.TRAIN, 60), 1).tagged().tags().subList(0, 50))
        .isEqualTo(tags);
    assertThat(ShapeTags.of(shapes(Split.TRAIN, 50), 2).tagged().tags()).isNotEqualTo(tags);
  }

  @Test
  void greyImagesHaveNoColoursToName() {
    Shapes grey = Shapes.builder().channels(1).size(2).build();
    assertThatThrownBy(() -> ShapeTags.of(grey, 1)).hasMessageContaining("3 channels");
  }
}
