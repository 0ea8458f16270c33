package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.TreeSet;
import org.adversaria.models.Condition;
import org.junit.jupiter.api.Test;

class TaggedImagesTest {

  private static final WordVectors WORDS =
      new WordVectors(List.of("red", "star"), new float[] {1, 2, 3, 4});

  private static final TaggedImages IMAGES =
      new TaggedImages(
          Shapes.builder().size(4).build(),
          List.of(List.of("red", "star"), List.of(), List.of("unknown", "star"), List.of("odd")));

  @Test
  void anImageIsThereOnceForEachOfItsKnownTags() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray features = manager.arange(4f).reshape(4, 1);
      TrainingData pairs = IMAGES.pairs(WORDS, features);
      assertThat(pairs.size()).isEqualTo(3);
      assertThat(pairs.sampleShape()).isEqualTo(new Shape(2));
      assertThat(pairs.condition()).isEqualTo(new Condition.Values(new Shape(1)));
      assertThat(pairs.conditions(manager).toFloatArray()).containsExactly(0, 0, 2);
      var rows = new TreeSet<String>();
      try (BatchSource batches = pairs.batches(3, 1, false)) {
        Batch batch = batches.batch(0, manager);
        for (int i = 0; i < 3; i++) {
          rows.add(batch.y().getFloat(i, 0) + ": " + batch.x().getFloat(i, 1));
        }
      }
      assertThat(rows).containsExactly("0.0: 2.0", "0.0: 4.0", "2.0: 4.0");
    }
  }

  @Test
  void conditionsOfGeneratedSamplesCountAnImageAsOftenAsItHasTags() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray features = manager.arange(4f).reshape(4, 1);
      NDArray drawn = IMAGES.pairs(WORDS, features).conditionSource(manager).draw(3000);
      assertThat(drawn.getShape()).isEqualTo(new Shape(3000, 1));
      assertThat(drawn.eq(0).sum().getLong() / 3000.0).isCloseTo(2 / 3.0, within(0.06));
      assertThat(drawn.eq(1).sum().getLong()).isZero();
    }
  }

  @Test
  void checksumsTellPairsApart() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray features = manager.arange(4f).reshape(4, 1);
      String checksum = IMAGES.pairs(WORDS, features).checksum();
      assertThat(IMAGES.pairs(WORDS, features).checksum()).isEqualTo(checksum);
      assertThat(IMAGES.pairs(WORDS, features.add(1)).checksum()).isNotEqualTo(checksum);
    }
  }

  @Test
  void countsAndPartsKeepTheOrderOfImages() {
    assertThat(IMAGES.counts(WORDS)).isDeepEqualTo(new float[][] {{1, 1}, {0, 0}, {0, 1}, {0, 0}});
    assertThat(IMAGES.part(2, 4).tags())
        .containsExactly(List.of("unknown", "star"), List.of("odd"));
    assertThat(IMAGES.tagCounts().stringColumn("tag").asList())
        .containsExactly("star", "odd", "red", "unknown");
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertThatThrownBy(() -> new TaggedImages(IMAGES.images(), List.of()))
        .hasMessageContaining("4 images and there are 0 lists");
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> IMAGES.pairs(WORDS, manager.zeros(new Shape(3, 1))))
          .hasMessageContaining("(4, F)");
      assertThatThrownBy(() -> IMAGES.part(3, 4).pairs(WORDS, manager.zeros(new Shape(1, 1))))
          .hasMessageContaining("No tag");
    }
  }
}
