package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.adversaria.data.Shapes;
import org.adversaria.data.TaggedImages;
import org.adversaria.data.WordVectors;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.junit.jupiter.api.Test;

class TagScoresTest {

  private static final WordVectors WORDS =
      new WordVectors(List.of("east", "north", "south"), new float[] {1, 0, 0, 1, 0, -1});

  private static TaggedImages tagged(List<List<String>> tags) {
    return new TaggedImages(Shapes.builder().size(tags.size()).build(), tags);
  }

  @Test
  void precisionAndRecallAreThoseOfTheFirstWords() {
    var scores = new TagScores(WORDS, new float[][] {{3, 2, 1}, {0, 5, 0}, {1, 1, 1}});
    TaggedImages truth =
        tagged(List.of(List.of("east", "south"), List.of("north", "odd"), List.of()));
    assertThat(scores.top(0, 2)).containsExactly("east", "north");
    assertThat(scores.top(1, 2)).containsExactly("north");
    assertThat(scores.precision(truth, 1)).isEqualTo(1);
    assertThat(scores.recall(truth, 1)).isEqualTo((0.5 + 1) / 2);
    assertThat(scores.precision(truth, 3)).isCloseTo((2 / 3.0 + 1 / 3.0) / 2, within(1e-12));
    assertThat(scores.recall(truth, 3)).isEqualTo(1);
    assertThat(scores.share(0, "north")).isCloseTo(2 / 6.0, within(1e-9));
  }

  @Test
  void theBaselineOfFrequencyRanksAllImagesAlike() {
    TaggedImages training = tagged(List.of(List.of("south"), List.of("south", "east")));
    TagScores scores = TagScores.byFrequency(training, WORDS, 2);
    assertThat(scores.top(0, 3)).containsExactly("south", "east");
    assertThat(scores.top(1, 3)).containsExactly("south", "east");
  }

  @Test
  void theBaselineOfNeighboursTakesTheTagsOfSimilarImages() {
    TaggedImages training =
        tagged(List.of(List.of("east"), List.of("north"), List.of("south", "north")));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray features = manager.create(new float[] {5, 0, 0, 1, 1, 2}, new Shape(3, 2));
      NDArray asked = manager.create(new float[] {0, 9, 1, 0}, new Shape(2, 2));
      TagScores scores = TagScores.ofNeighbours(training, features, asked, WORDS, 2);
      assertThat(scores.top(0, 3)).containsExactly("north", "south");
      assertThat(scores.top(1, 3)).containsExactly("east", "north", "south");
      assertThat(manager.getManagedArrays()).hasSize(2);
    }
  }

  @Test
  void distancesAreThoseOfDistributions() {
    var scores = new TagScores(WORDS, new float[][] {{1, 1, 0}, {4, 0, 0}});
    var other = new TagScores(WORDS, new float[][] {{2, 0, 2}, {1, 0, 0}});
    assertThat(scores.distance(other)).isCloseTo(0.25, within(1e-9));
    assertThat(scores.distance(scores)).isZero();
  }

  /** G(z, y) = (1, y z): north or south by the sign of z where y is large, east where y is 0. */
  private static final class Compass extends Generator {

    Compass() {
      super(1, new Condition.Values(new Shape(1)), new Shape(2));
    }

    @Override
    protected NDArray compute(NDArray z, NDArray y, boolean training) {
      return z.onesLike().concat(z.mul(y), 1);
    }
  }

  @Test
  void samplesCountForTheirNearestWords() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray features = manager.create(new float[] {0, 1e6f}, new Shape(2, 1));
      var counting = new TagScores.Counting(400, 1, 3);
      TagScores scores = TagScores.generated(new Compass(), features, WORDS, counting);
      assertThat(scores.share(0, "east")).isEqualTo(1);
      assertThat(scores.share(1, "east")).isZero();
      assertThat(scores.share(1, "north")).isCloseTo(0.5, within(0.12));
      var two = new TagScores.Counting(400, 2, 3);
      TagScores both = TagScores.generated(new Compass(), features, WORDS, two);
      assertThat(both.share(1, "east")).isEqualTo(0.5);
      assertThat(TagScores.generated(new Compass(), features, WORDS, counting).distance(scores))
          .isZero();
    }
  }

  @Test
  void whatCannotBeComparedIsNamed() {
    var scores = new TagScores(WORDS, new float[][] {{1, 0, 0}});
    assertThatThrownBy(() -> scores.precision(tagged(List.of(List.of("odd"))), 1))
        .hasMessageContaining("nothing is scored");
    assertThatThrownBy(() -> scores.recall(tagged(List.of(List.of(), List.of())), 1))
        .hasMessageContaining("1 images are scored");
    assertThatThrownBy(() -> new TagScores(WORDS, new float[][] {{1}}))
        .hasMessageContaining("3 weights");
    assertThatThrownBy(() -> new TagScores(WORDS, new float[][] {{1, -1, 0}}))
        .hasMessageContaining("image 0 has the weight -1.0");
    assertThatThrownBy(() -> scores.precision(tagged(List.of(List.of("odd"))), 0))
        .hasMessageContaining("not 0");
    assertThatThrownBy(() -> new TagScores.Counting(0, 1, 1)).hasMessageContaining("not 0 samples");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray one = manager.ones(new Shape(1, 2));
      assertThatThrownBy(
              () -> TagScores.ofNeighbours(tagged(List.of(List.of())), one, one, WORDS, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 1 neighbours")
          .hasMessageContaining("and 2 neighbours");
    }
  }
}
