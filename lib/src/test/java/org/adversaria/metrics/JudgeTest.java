package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.data.Split;
import org.adversaria.models.Generator;
import org.junit.jupiter.api.Test;

class JudgeTest {

  private static final ImageData TRAIN =
      Shapes.builder().resolution(16).channels(1).size(2000).build();
  private static final ImageData TEST =
      Shapes.builder().resolution(16).channels(1).size(500).split(Split.TEST).build();

  /** Draws a real image of the class it is asked for; of the next class where told to lie. */
  private static final class Copyist extends Generator {

    private final int lyingClass;

    Copyist(int classes, int lyingClass) {
      super(1, classes, new Shape(1, 16, 16));
      this.lyingClass = lyingClass;
    }

    @Override
    public NDArray forward(NDArray z, NDArray labels, boolean training) {
      int[] indices =
          IntStream.range(0, (int) labels.size())
              .map(i -> 10 * i + drawn((int) labels.getLong(i)))
              .toArray();
      return Batch.of(TEST, z.getManager(), indices).images();
    }

    private int drawn(int label) {
      return label == lyingClass ? (label + 1) % 10 : label;
    }
  }

  @Test
  void learnsTheClassesAndJudgesGenerators() {
    try (Judge judge = Judge.train(TRAIN, 60, 1)) {
      assertThat(judge.accuracy(TEST)).isGreaterThan(0.95);

      ConditionalAccuracy honest = judge.judge(new Copyist(10, -1), 50, 0);
      assertThat(honest.mean()).isEqualTo(judge.accuracy(TEST));

      ConditionalAccuracy liar = judge.judge(new Copyist(10, 4), 50, 0);
      assertThat(liar.byClass().get(4)).isLessThan(0.1);
      assertThat(liar.table().rowCount()).isEqualTo(10);
      assertThat(liar.table().stringColumn("class").get(4)).isEqualTo(TRAIN.classNames().get(4));

      assertThatThrownBy(() -> judge.judge(new Copyist(3, -1), 5, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("knows 10 classes, the generator has 3");
    }
  }

  @Test
  void equalSeedsGiveEqualJudges() {
    try (Judge one = Judge.train(TRAIN, 5, 3);
        Judge two = Judge.train(TRAIN, 5, 3);
        NDManager manager = NDManager.newBaseManager()) {
      NDArray images = Batch.of(TEST, manager, IntStream.range(0, 100).toArray()).images();
      assertThat(one.classify(images)).isEqualTo(two.classify(images));
    }
  }
}
