package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShapeOutlineTest {

  @Test
  void distancesOfSimpleShapesAreExact() {
    assertThat(ShapeOutline.DISK.distance(3, 4)).isCloseTo(5 - 0.86, within(1e-12));
    assertThat(ShapeOutline.RING.distance(0, 0)).isCloseTo(0.48, within(1e-12));
    assertThat(ShapeOutline.RING.distance(0, 0.7)).isCloseTo(-0.22, within(1e-12));
    assertThat(ShapeOutline.SQUARE.distance(0, 0)).isCloseTo(-0.74, within(1e-12));
    assertThat(ShapeOutline.SQUARE.distance(1, 0)).isCloseTo(0.26, within(1e-12));
    assertThat(ShapeOutline.SQUARE.distance(0.74 + 3, 0.74 + 4)).isCloseTo(5, within(1e-12));
    assertThat(ShapeOutline.BAR.distance(0, 0)).isCloseTo(-0.31, within(1e-12));
    assertThat(ShapeOutline.BAR.distance(-2, 0)).isCloseTo(2 - 0.70 - 0.31, within(1e-12));
    assertThat(ShapeOutline.CROSS.distance(0, 1.95)).isCloseTo(1, within(1e-12));
    assertThat(ShapeOutline.TRIANGLE.distance(0, -1.53)).isCloseTo(1, within(1e-12));
  }

  @Test
  void shapesHaveTheirHolesAndNotches() {
    assertThat(ShapeOutline.CRESCENT.distance(0.6, 0)).isPositive();
    assertThat(ShapeOutline.CRESCENT.distance(-0.4, 0)).isNegative();
    assertThat(ShapeOutline.HEART.distance(0, 0.85)).isPositive();
    assertThat(ShapeOutline.HEART.distance(0.4, 0.6)).isNegative();
    assertThat(ShapeOutline.HOURGLASS.distance(0.5, 0)).isPositive();
    assertThat(ShapeOutline.HOURGLASS.distance(0.5, 0.8)).isNegative();
    assertThat(ShapeOutline.STAR.distance(0, -0.8)).isPositive();
    assertThat(ShapeOutline.STAR.distance(0, 0.9)).isNegative();
    assertThat(ShapeOutline.CROSS.distance(0.6, 0.6)).isPositive();
  }

  @ParameterizedTest
  @EnumSource(ShapeOutline.class)
  void everyShapeLiesAroundItsMiddle(ShapeOutline outline) {
    int inside = 0;
    for (int i = 0; i < 90_000; i++) {
      double u = (i % 300) / 100.0 - 1.5;
      double v = (i / 300) / 100.0 - 1.5;
      if (outline.distance(u, v) < 0) {
        inside++;
        assertThat(Math.sqrt(u * u + v * v)).isLessThan(1.13);
      }
    }
    assertThat(inside / 1e4).as("area").isBetween(0.9, 2.4);
  }
}
