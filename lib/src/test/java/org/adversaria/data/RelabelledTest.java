package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class RelabelledTest {

  private static final ImageBytes DATA =
      new ImageBytes(
          "three",
          1,
          1,
          1,
          List.of("a", "b", "c"),
          new byte[][] {{0}, {10}, {20}},
          new int[] {0, 1, 2});

  @Test
  void anImageMayStandInSeveralClasses() {
    Relabelled both =
        Relabelled.of(
            DATA,
            "overlap",
            List.of("a or c", "b or c"),
            new int[] {0, 2, 1, 2},
            new int[] {0, 0, 1, 1});
    var pixels = new byte[4];
    for (int i = 0; i < 4; i++) {
      both.copyImage(i, pixels, i);
    }
    assertThat(pixels).containsExactly(0, 20, 10, 20);
    assertThat(both.classCounts()).containsExactly(2, 2);
    assertThat(both.name()).isEqualTo("overlap");
    assertThat(both.imageShape()).isEqualTo(DATA.imageShape());
    assertThat(both).hasToString("4 images of three: 3 images of 1x1x1 in 3 classes, as overlap");
    assertThat(both.checksum())
        .isEqualTo(
            new ImageBytes(
                    "x",
                    1,
                    1,
                    1,
                    List.of("p", "q"),
                    new byte[][] {{0}, {20}, {10}, {20}},
                    new int[] {0, 0, 1, 1})
                .checksum());
  }

  @Test
  void refusesWhatDoesNotFit() {
    List<String> names = List.of("all");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Relabelled.of(DATA, "x", names, new int[] {0, 1}, new int[] {0}))
        .withMessageContaining("2 images and 1 labels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Relabelled.of(DATA, "x", names, new int[0], new int[0]));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Relabelled.of(DATA, "x", names, new int[] {3}, new int[] {0}));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Relabelled.of(DATA, "x", names, new int[] {0}, new int[] {1}));
  }
}
