package org.adversaria.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.adversaria.models.Generator;
import org.adversaria.torch.Text;
import org.adversaria.training.Method;
import org.adversaria.training.Player;
import org.adversaria.training.Terms;
import org.adversaria.training.Turn;

/**
 * A method that notes when each step begins, so that the library's own training loop is what is
 * timed: a step lasts from the first player's turn to its next one.
 *
 * <p>A report at every step would do the same and copy the log each time.
 */
final class TimedMethod implements Method {

  private final Method method;
  private final LongConsumer atStep;
  private final long[] starts;

  /**
   * Wraps a method.
   *
   * @param method what is trained
   * @param steps the steps of the run
   * @param atStep is told the number of each step before its time is noted
   */
  TimedMethod(Method method, int steps, LongConsumer atStep) {
    this.method = method;
    this.atStep = atStep;
    starts = new long[steps];
  }

  /** The milliseconds of the steps {@code from} to {@code to - 1}; step {@code to} has begun. */
  double[] milliseconds(int from, int to) {
    var durations = new double[to - from];
    Arrays.setAll(durations, i -> (starts[from + i + 1] - starts[from + i]) / 1e6);
    return durations;
  }

  @Override
  public String name() {
    return method.name();
  }

  @Override
  public Map<String, Object> settings() {
    return method.settings();
  }

  @Override
  public int batchSize() {
    return method.batchSize();
  }

  @Override
  public Generator newGenerator() {
    return method.newGenerator();
  }

  @Override
  public Optional<Averaging> averaging() {
    return method.averaging();
  }

  @Override
  public List<Player> players(Generator generator) {
    List<Player> players = method.players(generator);
    Player first = players.get(0);
    if (first.updates() != 1) {
      throw new IllegalArgumentException(
          Text.format(
              "A step is timed by the one turn of its first player, but '%s' has %d",
              first.name(), first.updates()));
    }
    Function<Turn, Terms> noted =
        turn -> {
          atStep.accept(turn.step());
          starts[(int) turn.step()] = System.nanoTime();
          return first.objective().apply(turn);
        };
    var all = new ArrayList<>(players);
    all.set(
        0, new Player(first.name(), first.network(), first.optimizer(), 1, noted, first.lazy()));
    return all;
  }
}
