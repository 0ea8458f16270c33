package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ChartOptionsTest {

  @Test
  void changingLeavesTheOriginalAsItIs() {
    ChartOptions plain = ChartOptions.defaults();
    ChartOptions changed = plain.title("t").size(300, 200).logY().smoothing(0.5).xRange(0, 2);
    assertThat(changed.title()).isEqualTo("t");
    assertThat(changed.width()).isEqualTo(300);
    assertThat(changed.height()).isEqualTo(200);
    assertThat(changed.isLogY()).isTrue();
    assertThat(changed.isLogX()).isFalse();
    assertThat(changed.smoothing()).isEqualTo(0.5);
    assertThat(changed.xRange()).isEqualTo(new Range(0, 2));
    assertThat(plain.title()).isEmpty();
    assertThat(plain.smoothing()).isZero();
    assertThat(plain.isLogY()).isFalse();
    assertThat(plain.xRange()).isNull();
  }

  @Test
  void whatIsSetWinsOverWhatTheChartWouldChoose() {
    ChartOptions filled = ChartOptions.defaults().xLabel("mine").orElse("x", "y", 900, 320);
    assertThat(filled.xLabel()).isEqualTo("mine");
    assertThat(filled.yLabel()).isEqualTo("y");
    assertThat(filled.width()).isEqualTo(900);
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    ChartOptions plain = ChartOptions.defaults();
    assertThatThrownBy(() -> plain.size(100, 300)).hasMessageContaining("not 100 x 300");
    assertThatThrownBy(() -> plain.smoothing(1)).hasMessageContaining("not 1.0");
    assertThatThrownBy(() -> plain.smoothing(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> plain.yRange(2, 1)).hasMessageContaining("from 2.0 to 1.0");
  }
}
