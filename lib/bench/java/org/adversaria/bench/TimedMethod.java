package org.adversaria.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.adversaria.training.Averaging;
import org.adversaria.training.Method;
import org.adversaria.training.Networks;
import org.adversaria.training.Player;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/**
 * A method that notes when each step begins, so that the library's own training loop is what is
 * timed: a step lasts from the first player's first update to that of the next step.
 *
 * <p>A report at every step would do the same and copy the log each time.
 *
 * @param <N> the method's networks
 */
final class TimedMethod<N extends Networks> implements Method<N> {

  private final Method<N> method;
  private final LongConsumer atStep;
  private final long[] starts;
  private long begun;

  /**
   * Wraps a method.
   *
   * @param method what is trained
   * @param steps the steps of the run
   * @param atStep is told the number of each step before its time is noted
   */
  TimedMethod(Method<N> method, int steps, LongConsumer atStep) {
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
  public Record settings() {
    return method.settings();
  }

  @Override
  public int batchSize() {
    return method.batchSize();
  }

  @Override
  public int accumulations() {
    return method.accumulations();
  }

  @Override
  public Averaging averaging() {
    return method.averaging();
  }

  @Override
  public N newNetworks() {
    return method.newNetworks();
  }

  @Override
  public void afterStep(N networks, long step) {
    method.afterStep(networks, step);
  }

  @Override
  public List<Player> players(N networks) {
    List<Player> players = method.players(networks);
    Player first = players.get(0);
    Function<Step, Terms> noted =
        step -> {
          if (step.number() == begun) {
            begun++;
            atStep.accept(step.number());
            starts[(int) step.number()] = System.nanoTime();
          }
          return first.objective().apply(step);
        };
    var all = new ArrayList<>(players);
    all.set(
        0,
        new Player(
            first.name(),
            first.network(),
            first.optimizer(),
            noted,
            first.updates(),
            first.afterUpdate(),
            first.lazy()));
    return all;
  }
}
