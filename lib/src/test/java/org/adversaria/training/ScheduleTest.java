package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {

  @Test
  void constantStays() {
    assertThat(new Schedule.Constant(0.2).at(1000)).isEqualTo(0.2);
  }

  @Test
  void exponentialFallsToItsLastValue() {
    var schedule = new Schedule.Exponential(0.1, 1.00004, 1e-6);
    assertThat(schedule.at(0)).isEqualTo(0.1);
    assertThat(schedule.at(1)).isCloseTo(0.1 / 1.00004, within(1e-15));
    assertThat(schedule.at(50_000))
        .isCloseTo(0.1 * Math.exp(-50_000 * Math.log(1.00004)), within(1e-12));
    assertThat(schedule.at(1_000_000)).isEqualTo(1e-6);
  }

  @Test
  void linearEndsAtItsLastValue() {
    var schedule = new Schedule.Linear(0.5, 0.7, 100);
    assertThat(schedule.at(0)).isEqualTo(0.5);
    assertThat(schedule.at(50)).isCloseTo(0.6, within(1e-12));
    assertThat(schedule.at(100)).isEqualTo(0.7);
    assertThat(schedule.at(1000)).isEqualTo(0.7);
  }

  @Test
  void stairsAreOfEqualHeightAndLength() {
    var schedule = new Schedule.Stairs(1, 0.4, 3, 100);
    assertThat(schedule.at(0)).isEqualTo(1);
    assertThat(schedule.at(24)).isEqualTo(1);
    assertThat(schedule.at(25)).isCloseTo(0.8, within(1e-12));
    assertThat(schedule.at(74)).isCloseTo(0.6, within(1e-12));
    assertThat(schedule.at(75)).isCloseTo(0.4, within(1e-12));
    assertThat(schedule.at(1000)).isCloseTo(0.4, within(1e-12));
  }

  @Test
  void delayedHasTheFirstValueUntilItBegins() {
    var schedule = new Schedule.Delayed(100, new Schedule.Linear(0.2, 0, 50));
    assertThat(schedule.at(0)).isEqualTo(0.2);
    assertThat(schedule.at(100)).isEqualTo(0.2);
    assertThat(schedule.at(125)).isCloseTo(0.1, within(1e-12));
    assertThat(schedule.at(150)).isZero();
    assertThat(schedule.at(1000)).isZero();
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void aMultipleIsThatAtEveryStep(Schedule schedule) {
    Schedule half = schedule.times(0.5);
    assertThat(half).hasSameClassAs(schedule);
    for (long step : new long[] {0, 1, 30, 99, 100, 5000}) {
      assertThat(half.at(step)).isCloseTo(0.5 * schedule.at(step), within(1e-12));
    }
  }

  static Stream<Schedule> schedules() {
    return Stream.of(
        new Schedule.Constant(0.2),
        new Schedule.Exponential(0.1, 1.01, 1e-3),
        new Schedule.Linear(0.5, 0.7, 100),
        new Schedule.Stairs(1, 0.4, 3, 100),
        new Schedule.Delayed(99, new Schedule.Linear(0.5, 0.7, 100)));
  }
}
