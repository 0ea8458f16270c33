package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScatterTest {

  private static final ChartOptions PLAIN = ChartOptions.defaults();

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray points(float... xy) {
    return manager.create(xy, new Shape(xy.length / 2, 2));
  }

  /** Left, top, right, bottom of all bluish pixels: of the points of the first group. */
  private static int[] box(BufferedImage image) {
    int[] box = {Integer.MAX_VALUE, Integer.MAX_VALUE, -1, -1};
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        if ((rgb & 0xFF) - (rgb >> 16 & 0xFF) > 60) {
          box[0] = Math.min(box[0], x);
          box[1] = Math.min(box[1], y);
          box[2] = Math.max(box[2], x);
          box[3] = Math.max(box[3], y);
        }
      }
    }
    return box;
  }

  @Test
  void aUnitIsEquallyLongOnBothAxes() {
    NDArray cross = points(-1, 0, 1, 0, 0, -1, 0, 1);
    for (ChartOptions options : List.of(PLAIN, PLAIN.size(800, 300), PLAIN.size(300, 700))) {
      int[] box = box(Figures.scatter(List.of("cross"), List.of(cross), options));
      assertThat(box[2] - box[0]).isCloseTo(box[3] - box[1], within(2));
      assertThat(box[2] - box[0]).isGreaterThan(150);
    }
  }

  @Test
  void labelsGiveTheSameFigureAsGroups() {
    BufferedImage labelled =
        Figures.scatter(
            points(0, 0, 5, 5, 1, 1),
            manager.create(new long[] {0, 1, 0}),
            List.of("a", "b"),
            PLAIN);
    BufferedImage grouped =
        Figures.scatter(List.of("a", "b"), List.of(points(0, 0, 1, 1), points(5, 5)), PLAIN);
    assertThat(Theme.pixels(labelled)).isEqualTo(Theme.pixels(grouped));
  }

  @Test
  void pointsThatAreNotFiniteAreLeftOut() {
    BufferedImage with =
        Figures.scatter(
            List.of("a"),
            List.of(points(0, 0, Float.NaN, 7, 3, 4, 9, Float.NEGATIVE_INFINITY)),
            PLAIN);
    BufferedImage without = Figures.scatter(List.of("a"), List.of(points(0, 0, 3, 4)), PLAIN);
    assertThat(Theme.pixels(with)).isEqualTo(Theme.pixels(without));
    BufferedImage none = Figures.scatter(List.of("a"), List.of(points(Float.NaN, 1)), PLAIN);
    assertThat(box(none)[2]).isEqualTo(-1);
  }

  @Test
  void refusesWhatDoesNotMatch() {
    NDArray two = points(0, 0, 1, 1);
    assertThatThrownBy(
            () -> Figures.scatter(two, manager.create(new long[] {0, 2}), List.of("a", "b"), PLAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Label 2 has no name; there are 2 names");
    assertThatThrownBy(() -> Figures.scatter(two, manager.create(new long[1]), List.of("a"), PLAIN))
        .hasMessageContaining("one for each point");
    assertThatThrownBy(
            () -> Figures.scatter(List.of("a"), List.of(manager.ones(new Shape(2, 3))), PLAIN))
        .hasMessageContaining("(2, 3)");
  }
}
