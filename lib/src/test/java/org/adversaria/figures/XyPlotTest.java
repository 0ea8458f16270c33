package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class XyPlotTest {

  @Test
  void aCentredTextMayBeTwiceAsLongAsTheShorterSideOfItsMiddle() {
    assertThat(XyPlot.room(150, 300)).isEqualTo(300 - 8);
    assertThat(XyPlot.room(200, 300)).isEqualTo(200 - 8);
    assertThat(XyPlot.room(100, 300)).isEqualTo(200 - 8);
    assertThat(XyPlot.room(2, 300)).isZero();
  }

  @Test
  void halfOfTheLastNumberFitsRightOfThePlot() {
    assertThat(XyPlot.rightMargin(50)).isEqualTo(25 + 4);
    assertThat(XyPlot.rightMargin(51)).isEqualTo(26 + 4);
    assertThat(XyPlot.rightMargin(0)).isEqualTo(4);
  }
}
