package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {

  private static final int WHITE = 0xFFFFFF;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** One grey image for each level, all of whose pixels have it. */
  private NDArray flat(int height, int width, float... levels) {
    float[] values = new float[levels.length * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = levels[i / (height * width)];
    }
    return manager.create(values, new Shape(levels.length, 1, height, width));
  }

  private static int rgb(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xFFFFFF;
  }

  @Test
  void gridPlacesImagesRowByRowWithTwoPixelsBetween() {
    BufferedImage grid = Figures.grid(flat(2, 3, -1, 0, 1), 2, 4);
    assertThat(grid.getWidth()).isEqualTo(2 * 12 + 2);
    assertThat(grid.getHeight()).isEqualTo(2 * 8 + 2);
    assertThat(rgb(grid, 0, 0)).isEqualTo(0x000000);
    assertThat(rgb(grid, 11, 7)).isEqualTo(0x000000);
    assertThat(rgb(grid, 12, 7)).isEqualTo(WHITE);
    assertThat(rgb(grid, 13, 0)).isEqualTo(WHITE);
    assertThat(rgb(grid, 14, 0)).isEqualTo(0x808080);
    assertThat(rgb(grid, 25, 7)).isEqualTo(0x808080);
    assertThat(rgb(grid, 14, 8)).isEqualTo(WHITE);
    // The third image is white, and the place of a fourth stays white.
    assertThat(rgb(grid, 0, 10)).isEqualTo(WHITE);
    assertThat(rgb(grid, 25, 17)).isEqualTo(WHITE);
  }

  @Test
  void zoomRepeatsEachPixelAndKeepsRowsAndColumns() {
    NDArray image = manager.create(new float[] {-1, 1, 0, -1, 1, 0}, new Shape(1, 1, 2, 3));
    BufferedImage grid = Figures.grid(image, 1, 2);
    int[][] expected = {{0, 255, 128}, {0, 255, 128}};
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 6; x++) {
        assertThat(rgb(grid, x, y)).isEqualTo(0x010101 * expected[y / 2][x / 2]);
      }
    }
  }

  @Test
  void colourChannelsAreRedGreenBlue() {
    NDArray image = manager.create(new float[] {1, -1, 0, 1, -1, -1}, new Shape(1, 3, 1, 2));
    BufferedImage grid = Figures.grid(image, 1, 1);
    assertThat(rgb(grid, 0, 0)).isEqualTo(0xFF8000);
    assertThat(rgb(grid, 1, 0)).isEqualTo(0x00FF00);
  }

  @Test
  void valuesOutsideAreClampedAndNotANumberIsMagenta() {
    NDArray image =
        manager.create(
            new float[] {-7, 7, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN},
            new Shape(1, 1, 1, 5));
    BufferedImage grid = Figures.grid(image, 1, 1);
    assertThat(grid.getRGB(0, 0, 5, 1, null, 0, 5))
        .containsExactly(0xFF000000, 0xFFFFFFFF, 0xFF000000, 0xFFFFFFFF, 0xFFFF00FF);
  }

  @Test
  void oneChannelThatIsNotANumberMakesThePixelMagenta() {
    NDArray image = manager.create(new float[] {0, Float.NaN, 0}, new Shape(1, 3, 1, 1));
    assertThat(rgb(Figures.grid(image, 1, 1), 0, 0)).isEqualTo(0xFF00FF);
  }

  @Test
  void zoomChosenByItselfFillsTheNotebookUpTo192PixelsAnImage() {
    // 10 * (2 * 32) + 9 * 2; a zoom of 3 would need 978.
    assertThat(Figures.grid(flat(32, 32, new float[10]), 10).getWidth()).isEqualTo(658);
    assertThat(Figures.grid(flat(28, 28, new float[10]), 10).getWidth()).isEqualTo(858);
    assertThat(Figures.grid(flat(32, 32, 0), 1).getWidth()).isEqualTo(192);
    // Never shrunk.
    assertThat(Figures.grid(flat(4, 300, new float[4]), 4).getWidth()).isEqualTo(1206);
    // Fewer images than columns leave no empty room.
    assertThat(Figures.grid(flat(32, 32, new float[3]), 10).getWidth()).isEqualTo(3 * 192 + 4);
  }

  @Test
  void captionsStandBelowTheirImages() {
    NDArray images = flat(16, 16, 0, 0);
    BufferedImage plain = Figures.grid(images, 2);
    BufferedImage captioned = Figures.grid(images, 2, List.of("one", "a caption far too long"));
    assertThat(captioned.getWidth()).isEqualTo(plain.getWidth());
    assertThat(captioned.getHeight()).isBetween(plain.getHeight() + 12, plain.getHeight() + 24);
    assertThat(rgb(captioned, 0, plain.getHeight() - 1)).isEqualTo(0x808080);
    assertThat(darkPixels(captioned, 0, plain.getHeight(), 192, captioned.getHeight()))
        .isPositive();
  }

  @Test
  void classGridNamesEachRowOnItsLeft() {
    NDArray images = flat(32, 32, -1, -1, 0, 0);
    BufferedImage grid = Figures.classGrid(images, 2, List.of("cat", "automobile"));
    int left = grid.getWidth() - (2 * 192 + 2);
    assertThat(left).isBetween(60, 120);
    assertThat(grid.getHeight()).isEqualTo(2 * 192 + 2);
    assertThat(rgb(grid, left, 0)).isEqualTo(0x000000);
    assertThat(rgb(grid, left, 194)).isEqualTo(0x808080);
    assertThat(darkPixels(grid, 0, 80, left, 112)).isPositive();
    assertThat(darkPixels(grid, 0, 274, left, 306)).isPositive();
    // Nothing but the name in the middle of its row.
    assertThat(darkPixels(grid, 0, 0, left, 80)).isZero();
  }

  @Test
  void noLetterOfALabelOrATitleTouchesTheLeftEdge() {
    NDArray images = flat(32, 32, 0, 0);
    BufferedImage grid = Figures.classGrid(images, 1, List.of("jW\u00c5", "W".repeat(99)));
    assertThat(lightPixels(grid, 0, 0, 4, grid.getHeight())).isEqualTo(4 * grid.getHeight());
    BufferedImage titled = Figures.titled("jW".repeat(99), Figures.grid(images, 2));
    assertThat(lightPixels(titled, 0, 0, 2, 26)).isEqualTo(2 * 26);
    int right = titled.getWidth();
    assertThat(lightPixels(titled, right - 2, 0, right, 26)).isEqualTo(2 * 26);
  }

  private static int lightPixels(BufferedImage image, int left, int top, int right, int bottom) {
    int count = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        count += rgb(image, x, y) == WHITE ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void rowsMayDifferInNumberAndChannels() {
    NDArray colour = manager.ones(new Shape(3, 3, 64, 64)).mul(-1);
    BufferedImage rows = Figures.rows(List.of("", ""), List.of(flat(64, 64, 0), colour));
    assertThat(rows.getWidth()).isEqualTo(14 + 3 * 192 + 4);
    assertThat(rgb(rows, 14, 0)).isEqualTo(0x808080);
    assertThat(rgb(rows, 14 + 194, 0)).isEqualTo(WHITE);
    assertThat(rgb(rows, 14 + 194, 194)).isEqualTo(0x000000);
  }

  @Test
  void refusesWhatIsNoBatchOfImages() {
    assertThatThrownBy(() -> Figures.grid(manager.ones(new Shape(2, 2, 4, 4)), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 or 3 channels")
        .hasMessageContaining("(2, 2, 4, 4)");
    assertThatThrownBy(() -> Figures.grid(manager.zeros(new Shape(1, 1, 4, 4), DataType.UINT8), 2))
        .hasMessageContaining("uint8");
    assertThatThrownBy(() -> Figures.grid(manager.ones(new Shape(3, 4, 4)), 2))
        .hasMessageContaining("(3, 4, 4)");
    assertThatThrownBy(() -> Figures.grid(flat(2, 2, 0), 0)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> Figures.grid(flat(2, 2, 0), 1, 0)).hasMessageContaining("not 0");
  }

  @Test
  void refusesNamesThatDoNotMatch() {
    NDArray images = flat(2, 2, 0, 0, 0);
    assertThatThrownBy(() -> Figures.classGrid(images, 2, List.of("a", "b")))
        .hasMessageContaining("3 images are not 2 for each of 2 classes");
    assertThatThrownBy(() -> Figures.grid(images, 2, List.of("a")))
        .hasMessageContaining("1 names for 3 images");
    assertThatThrownBy(() -> Figures.rows(List.of(), List.of())).hasMessageContaining("No rows");
    assertThatThrownBy(() -> Figures.rows(List.of("a", "b"), List.of(images, flat(3, 2, 0))))
        .hasMessageContaining("different sizes");
  }

  @Test
  void besideAndStackKeepEveryPixel() {
    BufferedImage a = Figures.grid(flat(4, 4, -1), 1, 1);
    BufferedImage b = Figures.grid(flat(8, 6, 0), 1, 1);
    BufferedImage beside = Figures.beside(a, b);
    assertThat(List.of(beside.getWidth(), beside.getHeight())).containsExactly(4 + 12 + 6, 8);
    assertThat(rgb(beside, 0, 1)).isEqualTo(WHITE);
    assertThat(rgb(beside, 0, 2)).isEqualTo(0x000000);
    assertThat(rgb(beside, 15, 0)).isEqualTo(WHITE);
    assertThat(rgb(beside, 16, 0)).isEqualTo(0x808080);
    BufferedImage stack = Figures.stack(a, b);
    assertThat(List.of(stack.getWidth(), stack.getHeight())).containsExactly(6, 4 + 12 + 8);
    assertThat(rgb(stack, 3, 3)).isEqualTo(0x000000);
    assertThat(rgb(stack, 4, 3)).isEqualTo(WHITE);
    assertThat(rgb(stack, 5, 16)).isEqualTo(0x808080);
    assertThatThrownBy(Figures::beside).hasMessageContaining("No figure");
  }

  @Test
  void titledWritesAboveAndKeepsTheWidth() {
    BufferedImage titled = Figures.titled("step 1,000", Figures.grid(flat(50, 200, 0), 1, 1));
    assertThat(List.of(titled.getWidth(), titled.getHeight())).containsExactly(200, 76);
    assertThat(rgb(titled, 0, 26)).isEqualTo(0x808080);
    assertThat(darkPixels(titled, 0, 0, 120, 26)).isPositive();
  }

  @Test
  void saveWritesAPngThatReadsBackAndLeavesNothingElse(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new").resolve("figure.png");
    Figures.save(Figures.grid(flat(2, 2, -1), 1, 1), file);
    Figures.save(Figures.grid(flat(2, 2, 0), 1, 1), file);
    assertThat(rgb(ImageIO.read(file.toFile()), 1, 1)).isEqualTo(0x808080);
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void saveNamesTheFileThatItCannotWrite(@TempDir Path folder) throws IOException {
    BufferedImage figure = Figures.grid(flat(2, 2, 0), 1, 1);
    assertThatThrownBy(() -> Figures.save(figure, folder.resolve("a.jpg")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.jpg");
    Path blocked = Files.createFile(folder.resolve("file")).resolve("a.png");
    assertThatThrownBy(() -> Figures.save(figure, blocked))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("a.png");
  }

  private static int darkPixels(BufferedImage image, int left, int top, int right, int bottom) {
    int count = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        count += (rgb(image, x, y) & 0xFF) < 0x60 ? 1 : 0;
      }
    }
    return count;
  }
}
