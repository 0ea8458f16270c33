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
   * @param factor multiplies every value
   * @return a schedule of the same kind
   */
  Schedule times(double factor);

  /**
   * A constant value.
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
   * Exponential decay to a last value: max(last, first / factor^step).
   *
   * @param first the value at step 0
   * @param factor above 1
   * @param last the smallest value
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
   * Linear from a first to a last value, then constant.
   *
   * @param first the value at step 0
   * @param last the value from the last step on
   * @param steps the step from which on the value is the last one, at least 1
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
   * From a first to a last value in stairs of equal height, then constant. A stair takes {@code
   * steps / (stairs + 1)} steps, rounded down.
   *
   * <p>Source: the "discrete" temperature of the published code of ContraGAN and ECGAN, which goes
   * beyond the last value where that division leaves a remainder.
   *
   * @param first the value at step 0
   * @param last the value after the last stair
   * @param stairs the number of changes of the value, at least 1
   * @param steps the number of steps in all, more than the stairs
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

  /**
   * The first value of another schedule for a number of steps, then that schedule, such as a
   * constant rate that then falls linearly to 0.
   *
   * @param steps the number of steps before the schedule begins, at least 0
   * @param then the schedule, whose step 0 is the step of this number
   */
  record Delayed(long steps, Schedule then) implements Schedule {

    @Override
    public double at(long step) {
      return then.at(Math.max(0, step - steps));
    }

    @Override
    public Delayed times(double factor) {
      return new Delayed(steps, then.times(factor));
    }
  }
}
