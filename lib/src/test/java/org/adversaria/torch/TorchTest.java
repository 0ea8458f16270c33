package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The process-wide settings. */
class TorchTest {

  @Test
  void threadsAreSetAndTold() {
    int before = Torch.threads();
    try {
      Torch.setThreads(1);
      assertThat(Torch.threads()).isEqualTo(1);
    } finally {
      Torch.setThreads(before);
    }
    assertThat(Torch.threads()).isEqualTo(before);
    assertThatThrownBy(() -> Torch.setThreads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }

  @Test
  void seedsOfStreamsDifferAndAreReproducible() {
    assertThat(Torch.deriveSeed(1, 2)).isEqualTo(Torch.deriveSeed(1, 2));
    assertThat(Torch.deriveSeed(1, 2)).isNotEqualTo(Torch.deriveSeed(2, 1));
  }
}
