package org.adversaria.training;

import org.adversaria.config.OpenType;

/** A number that depends on the step, such as a learning rate. */
@OpenType
public interface Schedule {

  /**
   * Returns the value at a step.
   *
   * @param step the step, from 0
   * @return the value
   */
  double at(long step);

  /**
   * Returns a multiple of this schedule.
   *
   * @param factor what every value is multiplied by
   * @return a schedule of the same kind
   */
  Schedule times(double factor);

  /**
   * The same value always.
   *
   * @param value the value
   */
  record Constant(double value) implements Schedule {

    @Override
    public double at(long step) {
      return value;
    }

    @Override
    public Constant times(double factor) {
      return new Constant(factor * value);
    }
  }

  /**
   * Divided by a factor each step until a last value: max(last, first / factor^step).
   *
   * @param first the value at step 0
   * @param factor above 1
   * @param last the value that is not passed
   */
  record Exponential(double first, double factor, double last) implements Schedule {

    @Override
    public double at(long step) {
      return Math.max(last, first * StrictMath.pow(factor, -step));
    }

    @Override
    public Exponential times(double multiple) {
      return new Exponential(multiple * first, factor, multiple * last);
    }
  }

  /**
   * A straight line from a first to a last value, which then stays.
   *
   * @param first the value at step 0
   * @param last the value from the last step on
   * @param steps the length of the line
   */
  record Linear(double first, double last, long steps) implements Schedule {

    @Override
    public double at(long step) {
      return step >= steps ? last : first + (last - first) * step / steps;
    }

    @Override
    public Linear times(double factor) {
      return new Linear(factor * first, factor * last, steps);
    }
  }

  /**
   * From a first to a last value in stairs of equal height, which then stays. A stair takes {@code
   * steps / (stairs + 1)} steps, rounded down.
   *
   * <p>Source: the "discrete" temperature of the published code of ContraGAN and ECGAN, which steps
   * past the last value where that division leaves a remainder.
   *
   * @param first the value at step 0
   * @param last the value after the last stair
   * @param stairs how often the value changes, at least 1
   * @param steps the length of all, more than the stairs
   */
  record Stairs(double first, double last, int stairs, long steps) implements Schedule {

    @Override
    public double at(long step) {
      long stair = Math.min(stairs, step / (steps / (stairs + 1)));
      return first + stair * (last - first) / stairs;
    }

    @Override
    public Stairs times(double factor) {
      return new Stairs(factor * first, factor * last, stairs, steps);
    }
  }
}
