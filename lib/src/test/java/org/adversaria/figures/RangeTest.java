package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RangeTest {

  private static Range of(double... values) {
    return Range.of(DoubleStream.of(values));
  }

  @Test
  void spansTheFiniteValues() {
    assertThat(of(Double.NaN, 3, Double.POSITIVE_INFINITY, -1)).isEqualTo(new Range(-1, 3));
  }

  @Test
  void aPointGetsRoomAroundIt() {
    assertThat(of(5)).isEqualTo(new Range(4.5, 5.5));
    assertThat(of(-200, -200)).isEqualTo(new Range(-220, -180));
    assertThat(of(0, 0)).isEqualTo(new Range(-1, 1));
    assertThat(of()).isEqualTo(new Range(0, 1));
  }

  @Test
  void aSpanTooSmallToLabelIsWidened() {
    assertThat(of(1, 1 + 1e-12).span()).isGreaterThanOrEqualTo(1e-4);
    assertThat(of(0, 1e-300).span()).isBetween(1e-7, 1e-6);
    assertThat(of(-1e-5, 2e-5)).isEqualTo(new Range(-1e-5, 2e-5));
  }

  @Test
  void logarithmicRangesTakePositiveValuesAndHalfADecadeAtLeast() {
    Range range = Range.ofLog(DoubleStream.of(-5, 0, Double.NaN, 0.01, 100), 0.25);
    assertThat(range.min()).isCloseTo(0.001, within(1e-12));
    assertThat(range.max()).isCloseTo(1000, within(1e-9));
    Range point = Range.ofLog(DoubleStream.of(7), 0.25);
    assertThat(Math.log10(point.max() / point.min())).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void widenedKeepsTheMiddle() {
    assertThat(new Range(0, 4).widened(2)).isEqualTo(new Range(-2, 6));
  }

  @Test
  void refusesWhatIsNoRange() {
    assertThatThrownBy(() -> Range.between(1, 1)).hasMessageContaining("from 1.0 to 1.0");
    assertThatThrownBy(() -> Range.between(Double.NaN, 1)).hasMessageContaining("NaN");
  }
}
