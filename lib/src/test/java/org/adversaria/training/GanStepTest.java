package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.models.Discriminator;
import org.adversaria.nn.ArrayTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GanStepTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final Echo echo = new Echo();

  /** What D saw: the sample, its square, and its condition. */
  private record Seen(NDArray x, NDArray squares, NDArray y) {}

  /** Returns what it is given, and notes each pass. */
  private static final class Echo extends Discriminator<Seen> {

    private final List<float[]> passes = new ArrayList<>();
    private final List<Boolean> conditional = new ArrayList<>();
    private final List<Boolean> training = new ArrayList<>();

    @Override
    protected Seen compute(NDArray x, NDArray y, boolean inTraining) {
      passes.add(x.flatten().toFloatArray());
      conditional.add(y != null);
      training.add(inTraining);
      NDArray condition =
          y == null
              ? x.zerosLike().reshape(-1)
              : y.toType(DataType.FLOAT32, false).reshape(x.getShape().get(0), -1);
      return new Seen(x, x.square(), condition);
    }
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray column(float... values) {
    return manager.create(values, new Shape(values.length, 1));
  }

  private GanStep<Seen> step() {
    return new GanStep<>(
        null, new GanNetworks<>(null, echo), x -> x, seen -> new NDList(seen.squares()));
  }

  @Test
  void allSamplesGoThroughDInOnePassInTheOrderInWhichTheyWereAdded() {
    NDArray fake = column(1, 2);
    NDArray real = column(3, 4, 5);
    GanStep<Seen> step =
        step()
            .withFake(fake, manager.create(new long[] {7, 8}), column(0, 0))
            .withReal(real, manager.create(new long[] {9, 10, 11}));
    GanStep.Samples<Seen> view = step.discriminate(column(6), manager.create(new long[] {12}));
    assertThat(echo.passes).isEmpty();

    // The first output that is asked for makes the pass, whichever it is.
    assertThat(view.output().x().toFloatArray()).containsExactly(6);
    assertThat(view.output().y().toFloatArray()).containsExactly(12);
    assertThat(step.fake().output().x().toFloatArray()).containsExactly(1, 2);
    assertThat(step.fake().output().y().toFloatArray()).containsExactly(7, 8);
    assertThat(step.real().output().x().toFloatArray()).containsExactly(3, 4, 5);
    assertThat(step.real().output().squares().toFloatArray()).containsExactly(9, 16, 25);
    assertThat(step.real().output().y().toFloatArray()).containsExactly(9, 10, 11);
    assertThat(echo.passes).hasSize(1);
    assertThat(echo.passes.get(0)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(echo.training).containsExactly(true);

    assertThat(step.real().x()).isSameAs(real);
    assertThat(step.fake().x()).isSameAs(fake);
    assertThat(step.fake().z().getShape()).isEqualTo(new Shape(2, 1));
    assertThat(step.real().z()).isNull();
  }

  @Test
  void samplesThatStandApartHaveAPassOfTheirOwn() {
    GanStep<Seen> step = step().withFake(column(1, 2), null, null).withReal(column(3), null);
    GanStep.Samples<Seen> apart = step.discriminateApart(column(6), null);
    assertThat(step.real().output().x().toFloatArray()).containsExactly(3);
    assertThat(apart.output().x().toFloatArray()).containsExactly(6);
    assertThat(apart.compared().get(0).toFloatArray()).containsExactly(36);
    assertThat(step.fake().output().x().toFloatArray()).containsExactly(1, 2);
    assertThat(echo.passes).hasSize(2);
    assertThat(echo.passes.get(0)).containsExactly(1, 2, 3);
    assertThat(echo.passes.get(1)).containsExactly(6);
  }

  @Test
  void networksThatNormaliseOverTheBatchHaveAPassForEachBatch() {
    var networks = new GanNetworks<>(null, echo);
    GanStep<Seen> step =
        new GanStep<>(null, networks, x -> x, seen -> new NDList(seen.squares()), true)
            .withFake(column(1, 2), null, null)
            .withReal(column(3), null);
    GanStep.Samples<Seen> view = step.discriminate(column(6), null);
    assertThat(step.real().output().x().toFloatArray()).containsExactly(3);
    assertThat(view.output().x().toFloatArray()).containsExactly(6);
    assertThat(step.fake().output().x().toFloatArray()).containsExactly(1, 2);
    assertThat(echo.passes).hasSize(3);
  }

  /** NT-Xent asks for views when terms are added: they have a pass of their own. */
  @Test
  void samplesThatComeAfterThePassHaveOneOfTheirOwn() {
    NDArray y = manager.create(new long[] {1});
    GanStep<Seen> step = step().withFake(column(1), y, null).withReal(column(2), y);
    step.real().output();
    GanStep.Samples<Seen> late = step.discriminate(column(3), y);
    GanStep.Samples<Seen> later = step.discriminate(column(4), y);
    assertThat(echo.passes).hasSize(1);
    assertThat(later.output().x().toFloatArray()).containsExactly(4);
    assertThat(late.output().x().toFloatArray()).containsExactly(3);
    assertThat(echo.passes).hasSize(2);
    assertThat(echo.passes.get(1)).containsExactly(3, 4);
    assertThat(step.real().output().x().toFloatArray()).containsExactly(2);
  }

  @Test
  void withoutConditionsDIsGivenNone() {
    GanStep<Seen> step = step().withFake(column(1, 2), null, null).withReal(column(3), null);
    assertThat(step.real().output().x().toFloatArray()).containsExactly(3);
    assertThat(step.fake().output().x().toFloatArray()).containsExactly(1, 2);
    assertThat(step.fake().y()).isNull();
    assertThat(echo.conditional).containsExactly(false);
  }

  /** Tags of a sample are joined as its rows are. */
  @Test
  void conditionsMayHaveMoreAxes() {
    NDArray tags = manager.create(new float[][] {{1, 2}, {3, 4}});
    NDArray others = manager.create(new float[][] {{5, 6}});
    GanStep<Seen> step = step().withFake(column(1, 2), tags, null).withReal(column(3), others);
    assertThat(step.real().output().y()).isEqualTo(others);
    assertThat(step.fake().output().y()).isEqualTo(tags);
  }

  @Test
  void dSeesAllSamplesThroughTheAugmentation() {
    NDArray y = manager.create(new long[] {1});
    var networks = new GanNetworks<Seen>(null, echo);
    var step = new GanStep<>(null, networks, x -> x.mul(10), ArrayTree::flatten);
    step.withFake(column(1), y, null).withReal(column(2), y);
    assertThat(step.real().output().x().toFloatArray()).containsExactly(20);
    assertThat(echo.passes.get(0)).containsExactly(10, 20);
    // The samples themselves are not augmented.
    assertThat(step.real().x().toFloatArray()).containsExactly(2);
  }

  @Test
  void anUpdateOfGHasNoRealSamples() {
    GanStep<Seen> step = step().withFake(column(1), manager.create(new long[] {1}), null);
    assertThat(step.fake().output().x().toFloatArray()).containsExactly(1);
    assertThatThrownBy(step::real)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("An update of the generator has no real samples");
  }

  @Test
  void onlyTheOutputsThatConsistencyComparesAreCompared() {
    GanStep<Seen> step = step().withFake(column(3), manager.create(new long[] {1}), null);
    assertThat(step.fake().compared()).hasSize(1);
    assertThat(step.fake().compared().get(0).toFloatArray()).containsExactly(9);
  }

  @Test
  void outputsMayBeKnown() {
    NDArray y = manager.create(new long[] {1});
    var real = GanStep.Samples.of(y, "real");
    var fake = GanStep.Samples.of(y, "fake");
    GanStep<String> step =
        new GanStep<String>(null, null, x -> x, ArrayTree::flatten).with(real, fake);
    assertThat(step.real().output()).isEqualTo("real");
    assertThat(step.fake().output()).isEqualTo("fake");
    assertThat(step.real().y()).isSameAs(y);
  }

  /** D whose outputs are not one for each sample. */
  private GanStep<NDArray> flattening() {
    var flat =
        new Discriminator<NDArray>() {

          @Override
          protected NDArray compute(NDArray x, NDArray y, boolean inTraining) {
            return x.concat(x).flatten();
          }
        };
    return new GanStep<>(null, new GanNetworks<>(null, flat), x -> x, ArrayTree::flatten);
  }

  @Test
  void outputsWithoutARowForEachSampleAreRefused() {
    GanStep<NDArray> step =
        flattening().withFake(column(1, 2), null, null).withReal(column(3, 4, 5), null);
    assertThatThrownBy(() -> step.real().output())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(
            "returned an array (10) for 5 samples: the first axis of each output is the batch");
  }

  @Test
  void allSamplesHaveConditionsOrNone() {
    NDArray y = manager.create(new long[] {1});
    GanStep<Seen> one = step().withFake(column(1), null, null).withReal(column(2), y);
    GanStep<Seen> other = step().withFake(column(1), y, null).withReal(column(2), null);
    for (GanStep<Seen> step : List.of(one, other)) {
      assertThatThrownBy(() -> step.fake().output())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("some samples with conditions and some without");
    }
  }
}
