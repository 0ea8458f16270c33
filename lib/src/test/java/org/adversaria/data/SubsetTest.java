package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubsetTest {

  private static final List<String> CLASSES = List.of("even", "odd");

  /** Five images of one pixel: the pixel is ten times the index, the label its parity. */
  private static final ImageBytes DATA =
      data(new byte[][] {{0}, {10}, {20}, {30}, {40}}, 0, 1, 0, 1, 0);

  private static ImageBytes data(byte[][] images, int... labels) {
    return new ImageBytes("five", 1, 1, 1, CLASSES, images, labels);
  }

  private static int[] pixels(ImageData data) {
    var target = new byte[data.size()];
    IntStream.range(0, data.size()).forEach(i -> data.copyImage(i, target, i));
    return IntStream.range(0, data.size()).map(i -> target[i]).toArray();
  }

  @Test
  void holdsTheChosenImagesInTheirOrder() {
    Subset subset = Subset.of(DATA, 3, 0, 4);
    assertThat(pixels(subset)).containsExactly(30, 0, 40);
    assertThat(new int[] {subset.label(0), subset.label(1)}).containsExactly(1, 0);
    assertThat(pixels(subset.part(1, 3))).containsExactly(0, 40);
    assertThat(subset.classNames()).isEqualTo(CLASSES);
    assertThat(subset.name()).isEqualTo("five");
    assertThat(subset).hasToString("3 images of five: 5 images of 1x1x1 in 2 classes");
    assertThat(subset.checksum())
        .isEqualTo(data(new byte[][] {{30}, {0}, {40}}, 1, 0, 0).checksum());
  }

  @Test
  void shufflesBySeedWithoutLoss() {
    assertThat(pixels(Subset.shuffled(DATA, 1))).containsExactlyInAnyOrder(0, 10, 20, 30, 40);
    assertThat(pixels(Subset.shuffled(DATA, 1))).isEqualTo(pixels(Subset.shuffled(DATA, 1)));
    assertThat(IntStream.range(0, 20).map(s -> pixels(Subset.shuffled(DATA, s))[0]).distinct())
        .hasSizeGreaterThan(2);
  }

  @Test
  void refusesWhatIsNotThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subset.of(DATA))
        .withMessageContaining("'five' needs at least one image");
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Subset.of(DATA, 5));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Subset.of(DATA, 1, 2).part(1, 3));
  }
}
