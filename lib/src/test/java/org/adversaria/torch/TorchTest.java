package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  private static List<Float> draw(NDManager manager) {
    return List.of(
        manager.randomNormal(new Shape(1)).getFloat(0),
        manager.randomUniform(0, 1, new Shape(1)).getFloat(0));
  }

  @Test
  void seededNumbersAreThoseOfTheSeedAndAnInnerSeedTakesOver() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Torch.setSeed(8);
      List<Float> expected = draw(manager);
      assertThat(Torch.seeded(8, () -> draw(manager))).isEqualTo(expected);
      List<Float> after =
          Torch.seeded(
              9,
              () -> {
                Torch.seeded(8, () -> {});
                return draw(manager);
              });
      assertThat(after).isEqualTo(expected);
    }
  }

  @Test
  void otherThreadsWaitUntilASeededComputationHasEnded() throws Exception {
    var thread = new Thread[2];
    try (NDManager manager = NDManager.newBaseManager()) {
      List<Float> expected = Torch.seeded(8, () -> draw(manager));
      thread[0] = new Thread(() -> Torch.setSeed(1));
      thread[1] = new Thread(() -> Torch.seeded(2, () -> draw(manager)));
      List<Float> drawn =
          Torch.seeded(
              8,
              () -> {
                for (Thread other : thread) {
                  other.start();
                  waitUntilItWaits(other);
                }
                return draw(manager);
              });
      assertThat(drawn).isEqualTo(expected);
      for (Thread other : thread) {
        other.join();
      }
    }
  }

  private static void waitUntilItWaits(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(thread.getState()).isNotEqualTo(Thread.State.TERMINATED);
      Thread.onSpinWait();
    }
  }

  @Test
  void aSeededComputationThatFailsLetsOthersGoOn() throws Exception {
    Runnable failing =
        () -> {
          throw new IllegalStateException("on purpose");
        };
    assertThatThrownBy(() -> Torch.seeded(1, failing)).hasMessage("on purpose");
    var other = new Thread(() -> Torch.setSeed(1));
    other.start();
    other.join(TimeUnit.SECONDS.toMillis(20));
    assertThat(other.isAlive()).isFalse();
  }
}
