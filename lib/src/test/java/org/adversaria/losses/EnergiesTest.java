package org.adversaria.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.adversaria.torch.TorchScriptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EnergiesTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void theEnergiesOfAnImageAreThreeThings() {
    NDArray f = manager.create(new float[][] {{0, (float) Math.log(3), 0}});
    NDArray labels = manager.create(new long[] {1});
    assertThat(Energies.conditional(f, labels).getFloat(0))
        .isEqualTo((float) Math.log(3), within(1e-6f));
    assertThat(Energies.unconditional(f).getFloat(0)).isEqualTo((float) Math.log(5), within(1e-6f));
    assertThat(Energies.joint(f, labels, 0.5).getFloat(0))
        .isEqualTo((float) (Math.log(3) + 0.5 * Math.log(5)), within(1e-6f));
    assertThat(Energies.joint(f, labels, 0)).isEqualTo(Energies.conditional(f, labels));
  }

  /** The logit of an image as one of its class is the class's energy. */
  @Test
  void theConditionalLogitIsThatOfTheClass() {
    NDArray f = manager.create(new float[][] {{1, 2, 3}, {4, 5, 6}});
    NDArray labels = manager.create(new long[] {2, 0});
    assertThat(Energies.conditional(f, labels).toFloatArray()).containsExactly(3, 4);
    NDArray beyond = manager.create(new long[] {3, 0});
    assertThatThrownBy(() -> Energies.conditional(f, beyond))
        .isInstanceOf(TorchScriptException.class);
  }
}
