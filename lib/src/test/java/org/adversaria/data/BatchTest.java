package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {

  private final ImageData data =
      new ImageBytes(
          "two",
          3,
          1,
          1,
          List.of("a", "b"),
          new byte[][] {{0, 51, -1}, {-1, 0, 0}},
          new int[] {1, 0});

  @Test
  void takesImagesInTheGivenOrder() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Batch batch = Batch.of(data, manager, 1, 0, 1);
      assertThat(batch.images().getShape().getShape()).containsExactly(3, 3, 1, 1);
      assertThat(batch.images().toFloatArray())
          .containsExactly(1, -1, -1, -1, 51 / 127.5f - 1, 1, 1, -1, -1);
      assertThat(batch.labels().toLongArray()).containsExactly(0, 1, 0);
    }
  }

  @Test
  void refusesNoIndexAndUnknownIndex() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Batch.of(data, manager))
          .withMessageContaining("at least one index");
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> Batch.of(data, manager, 2));
    }
  }
}
