package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DensityTest {

  private static final ChartOptions PLAIN = ChartOptions.defaults();

  private static long count(BufferedImage image, int rgb) {
    return Arrays.stream(Theme.pixels(image)).filter(p -> (p & 0xFFFFFF) == rgb).count();
  }

  /** The most nearly black pixels in one row. */
  private static int longestBlackRow(BufferedImage image) {
    int longest = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      int count = 0;
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        count += (rgb >> 16 & 0xFF) < 0x50 && (rgb & 0xFF) < 0x50 ? 1 : 0;
      }
      longest = Math.max(longest, count);
    }
    return longest;
  }

  @Test
  void histogramHasAreaOneAndCountsTheGreatestValue() {
    double[] heights = Density.histogram(new double[] {0, 0.1, 1.9, 2}, new Range(0, 2), 4);
    assertThat(heights).containsExactly(1, 0, 0, 1);
  }

  @Test
  void whatLiesOutsideTheRangeCountsButIsNotDrawn() {
    double[] heights = Density.histogram(new double[] {0.5, 1.5, -3, 9}, new Range(0, 2), 2);
    assertThat(heights).containsExactly(0.25, 0.25);
  }

  @Test
  void theTrueDensityIsABlackLineOverTheSamples() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray samples = manager.linspace(0, 1, 500);
      BufferedImage figure = Figures.density(List.of("uniform"), List.of(samples), x -> 1, PLAIN);
      assertThat(List.of(figure.getWidth(), figure.getHeight())).containsExactly(900, 320);
      assertThat(longestBlackRow(figure)).isGreaterThan(700);
      BufferedImage plain = Figures.histogram(List.of("uniform"), List.of(samples), PLAIN);
      assertThat(longestBlackRow(plain)).isLessThan(100);
    }
  }

  @Test
  void samplesThatAreNotFiniteAreLeftOut() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray broken = manager.create(new float[] {Float.NaN, Float.NaN}, new Shape(2, 1));
      NDArray mixed = manager.create(new float[] {1, Float.NaN, Float.POSITIVE_INFINITY});
      BufferedImage none = Figures.histogram(List.of("a"), List.of(broken), PLAIN);
      BufferedImage some = Figures.histogram(List.of("a", "b"), List.of(broken, mixed), PLAIN);
      assertThat(count(none, 0x0072B2)).isZero();
      assertThat(count(some, 0xD55E00)).isPositive();
    }
  }

  @Test
  void refusesOtherShapes() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray points = manager.ones(new Shape(3, 2));
      assertThatThrownBy(() -> Figures.histogram(List.of("a"), List.of(points), PLAIN))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(3, 2)");
      assertThatThrownBy(() -> Figures.histogram(List.of(), List.of(points), PLAIN))
          .hasMessageContaining("0 names for 1 samples");
    }
  }
}
