package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.concurrent.atomic.AtomicInteger;
import org.adversaria.models.Backbone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a player minimises, when it is updated, and what is averaged. */
class TermsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray number(float value) {
    return manager.create(value);
  }

  @Test
  void theObjectiveIsTheSumOfTheTermsWithTheirWeights() {
    Terms terms =
        new Terms()
            .add("first", number(2))
            .add("second", 0.5, () -> number(3))
            .log("watched", number(100));
    assertThat(terms.total().getFloat()).isEqualTo(3.5f);
    assertThat(terms.logged().keySet()).containsExactly("first", "second", "watched");
    // The log shows what a term adds to the objective.
    assertThat(terms.logged().get("second").getFloat()).isEqualTo(1.5f);
  }

  @Test
  void aTermOfWeight0IsNeitherComputedNorLogged() {
    var asked = new AtomicInteger();
    Terms terms =
        new Terms()
            .add("first", number(2))
            .add(
                "second",
                0,
                () -> {
                  asked.incrementAndGet();
                  return number(Float.NaN);
                });
    assertThat(asked).hasValue(0);
    assertThat(terms.total().getFloat()).isEqualTo(2);
    assertThat(terms.logged()).containsOnlyKeys("first");
  }

  @Test
  void refusesNoTermAndTwoOfAName() {
    Terms terms = new Terms().log("watched", number(1));
    assertThatThrownBy(terms::total)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The objective has no term: call add(name, value)");
    assertThatThrownBy(() -> terms.add("watched", number(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Two scalars of one objective are named 'watched'");
  }

  @Test
  void aPlayersCopiesDifferInWhatIsSaid() {
    var network = new Backbone.Mlp(1, 1, 1, 2).newBody();
    var adam = new Optimizer.Adam(1e-3, 0, 0.9);
    Player player = Player.of("d", network, adam, step -> new Terms());
    assertThat(player.updates().applyAsInt(7)).isEqualTo(1);
    assertThat(player.lazy()).isEmpty();
    var term = new LazyTerm(16, step -> new Terms());
    assertThat(player.lazily(0, term)).isSameAs(player);
    Player lazy = player.updates(step -> 3).lazily(1, term).lazily(0.5, term);
    assertThat(lazy.lazy()).containsExactly(term, term);
    assertThat(lazy.updates().applyAsInt(0)).isEqualTo(3);
    assertThat(lazy.afterUpdate(block -> {}).lazy()).hasSize(2);
    assertThat(player.lazy()).isEmpty();
  }

  @Test
  void averagingFollowsTheWeightsUntilItsStartAndFromThereByItsDecay() {
    var late = new Averaging(0.9, 3);
    assertThat(late.at(2)).isZero();
    assertThat(late.at(3)).isEqualTo(0.9);
    // The half-life is at most half of the steps done, and 100 at most.
    Averaging ramped = Averaging.halvingEvery(100, 0.5);
    assertThat(ramped.at(0)).isZero();
    assertThat(Math.pow(ramped.at(20), 10))
        .isCloseTo(0.5, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(Math.pow(ramped.at(1000), 100))
        .isCloseTo(0.5, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(Averaging.NONE.at(1_000_000)).isZero();
  }

  @Test
  void aNameIsThatOfAColumn() {
    var terms = new Terms();
    for (String name : new String[] {"", " ", "step", "Step", "a,b", "a\nb", "\"a\""}) {
      assertThatThrownBy(() -> terms.add(name, number(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("'" + name + "' cannot be a column of the log");
    }
    assertThat(terms.logged()).isEmpty();
  }
}
