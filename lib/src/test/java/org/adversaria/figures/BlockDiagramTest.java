package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import org.adversaria.figures.BlockDiagram.Role;
import org.junit.jupiter.api.Test;

class BlockDiagramTest {

  private static final int WHITE = 0xFFFFFF;
  private static final int PLAIN = 0xEEEEEE;

  /** Two boxes of the same text, the second below or to the right of the first. */
  private static BlockDiagram pair(int row, int column) {
    return new BlockDiagram()
        .box("a", 0, 0, 1, Role.PLAIN, "same text")
        .box("b", row, column, 1, Role.PLAIN, "same text");
  }

  private static int pixel(BufferedImage figure, double x, double y) {
    return figure.getRGB((int) (x * figure.getWidth()), (int) (y * figure.getHeight())) & WHITE;
  }

  private static boolean anyInk(BufferedImage figure, int x0, int y0, int x1, int y1) {
    for (int y = y0; y < y1; y++) {
      for (int x = x0; x < x1; x++) {
        if ((figure.getRGB(x, y) & WHITE) != WHITE) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void boxesFillTheirCellsAndColumnsAreAsWideAsTheirText() {
    BufferedImage figure =
        new BlockDiagram()
            .box("short", 0, 0, 1, Role.PLAIN, "w")
            .box("long", 1, 0, 1, Role.WEIGHTS, "a much longer heading", "and a second line")
            .draw();
    // In the upper row the narrow text's box reaches from edge to edge.
    assertThat(pixel(figure, 0.06, 0.15)).isEqualTo(PLAIN);
    assertThat(pixel(figure, 0.94, 0.15)).isEqualTo(PLAIN);
    assertThat(pixel(figure, 0.02, 0.7)).isEqualTo(Theme.faint(Theme.BLUE, 0.22).getRGB() & WHITE);
    BufferedImage narrow = new BlockDiagram().box("short", 0, 0, 1, Role.PLAIN, "w").draw();
    assertThat(narrow.getWidth()).isLessThan(figure.getWidth() / 2);
    assertThat(narrow.getHeight()).isLessThan(figure.getHeight() / 2);
  }

  @Test
  void aTextStaysInsideItsBox() {
    BufferedImage figure =
        new BlockDiagram()
            .box("a", 0, 0, 1, Role.PLAIN, "heading", "a line that is longer than the heading")
            .box("b", 0, 1, 1, Role.PLAIN, "b")
            .draw();
    // Left of the last box are 20 white pixels from top to bottom.
    int gap = figure.getWidth();
    for (int x = figure.getWidth() - 4; x > 0; x--) {
      if (!anyInk(figure, x, 0, x + 1, figure.getHeight())) {
        gap = x;
        break;
      }
    }
    assertThat(anyInk(figure, gap - 17, 0, gap, figure.getHeight())).isFalse();
    assertThat(anyInk(figure, gap - 24, 0, gap - 17, figure.getHeight())).isTrue();
  }

  @Test
  void aBoxOverColumnsCoversThemAndTheGapBetween() {
    BufferedImage figure = pair(0, 1).box("wide", 1, 0, 2, Role.PLAIN, "over both").draw();
    int middle = figure.getWidth() / 2;
    assertThat(figure.getRGB(middle, 8) & WHITE).isEqualTo(WHITE);
    assertThat(figure.getRGB(middle, figure.getHeight() - 6) & WHITE).isEqualTo(PLAIN);
    BufferedImage widened =
        pair(0, 1)
            .box("wide", 1, 0, 2, Role.PLAIN, "a text longer than both of the columns together")
            .draw();
    assertThat(widened.getWidth()).isGreaterThan(figure.getWidth() + 40);
  }

  @Test
  void arrowsAreDrawnBetweenTheBoxes() {
    BufferedImage apart = pair(1, 0).draw();
    BufferedImage joined = pair(1, 0).arrows("a", "b").draw();
    int middle = apart.getHeight() / 2;
    assertThat(anyInk(apart, 0, middle - 6, apart.getWidth(), middle + 6)).isFalse();
    assertThat(anyInk(joined, 0, middle - 6, joined.getWidth(), middle + 6)).isTrue();
    // The head is at the lower box, and at the upper one if the arrow points up.
    BufferedImage upward = pair(1, 0).arrows("b", "a").draw();
    assertThat(inkInRow(joined, middle + 4)).isGreaterThan(inkInRow(joined, middle - 4));
    assertThat(inkInRow(upward, middle + 4)).isLessThan(inkInRow(upward, middle - 4));
    BufferedImage right = pair(0, 1).arrows("a", "b").draw();
    assertThat(
            anyInk(right, right.getWidth() / 2 - 6, 0, right.getWidth() / 2 + 6, right.getHeight()))
        .isTrue();
  }

  private static long inkInRow(BufferedImage figure, int y) {
    long count = 0;
    for (int x = 0; x < figure.getWidth(); x++) {
      count += (figure.getRGB(x, y) & WHITE) == WHITE ? 0 : 1;
    }
    return count;
  }

  @Test
  void refusesWhatItCannotDraw() {
    assertThatThrownBy(() -> new BlockDiagram().draw()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> pair(1, 0).arrows("a", "c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'c'");
    assertThatThrownBy(() -> pair(1, 1).arrows("a", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("share neither row nor column");
    assertThatThrownBy(() -> pair(1, 0).box("a", 2, 0, 1, Role.VALUE, "again"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'");
    assertThatThrownBy(() -> pair(0, 1).box("c", 0, 0, 3, Role.VALUE, "on both"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cell");
    assertThatThrownBy(() -> new BlockDiagram().box("c", 0, -1, 1, Role.VALUE, "outside"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BlockDiagram().box("c", 0, 0, 1, Role.VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
